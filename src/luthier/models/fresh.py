"""Run in a process of its own: load a saved classifier with Transformers alone and predict a few texts.

    python -m luthier.models.fresh FOLDER < request.json > answer.json

The request is {"texts": [...], "max_tokens": n}; the answer holds probabilities, label names in id order, the weights
that were missing from the files, and whether a tokenizer was there.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers import logging as transformers_logging


def answer(folder: Path, texts: list[str], max_tokens: int) -> dict[str, object]:
    """Load and predict."""
    model, report = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model.eval()
    with torch.no_grad():
        rows = [
            torch.softmax(
                model(**tokenizer(text, truncation=True, max_length=max_tokens, return_tensors="pt")).logits[0], dim=-1
            ).tolist()
            for text in texts
        ]
    names = model.config.id2label
    return {
        "probabilities": rows,
        "labels": [names[index] for index in sorted(names)],
        "missing": sorted(report["missing_keys"]),
        "tokenizer": (folder / "tokenizer.json").is_file(),
    }


if __name__ == "__main__":
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    wanted = json.load(sys.stdin)
    json.dump(answer(Path(sys.argv[1]), wanted["texts"], wanted["max_tokens"]), sys.stdout)
