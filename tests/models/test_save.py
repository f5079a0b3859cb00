"""What is saved is what was trained, in plain Transformers' layout."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from luthier.models.attention import use_training_attention
from luthier.models.dropout import replace_dropout
from luthier.models.load import load_classifier
from luthier.models.save import save_classifier
from luthier.models.tiny import write_tiny_model
from luthier.models.tokenizer import TextTokenizer
from luthier.models.vocabulary import compact

TEXTS = ["good morning to you", "a spoon of soup", "morning soup", "you"]


@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize("small", [False, True])
def test_users_load_what_was_trained(pooling: str, small: bool, tmp_path: Path) -> None:
    """With our dropout, attention, pooling and vocabulary in it, a plain model is saved that says the same."""
    folder = write_tiny_model(tmp_path / "base", TEXTS, positions=16)
    tokenizer = TextTokenizer.load(folder)
    model = load_classifier(folder, ("ham", "spam"), pooling)
    replace_dropout(model)
    use_training_attention(model)
    ids, starts = tokenizer.ids(TEXTS, 12)
    vocabulary = compact(model, np.unique(ids).astype(np.int64)) if small else None
    seen = ids if vocabulary is None else vocabulary.to_compact(ids)
    rows = [torch.from_numpy(seen[a:b]).long()[None] for a, b in pairwise(starts)]
    with torch.no_grad():
        expected = torch.cat([torch.softmax(model.eval()(input_ids=row).logits, -1) for row in rows])
    before = {name: weight.clone() for name, weight in model.state_dict().items()}

    saved = tmp_path / "saved"
    saved.mkdir()
    save_classifier(model, vocabulary, tokenizer, 12, saved)

    plain, report = AutoModelForSequenceClassification.from_pretrained(saved, output_loading_info=True)
    theirs = AutoTokenizer.from_pretrained(saved)
    with torch.no_grad():
        found = torch.softmax(plain(**theirs(TEXTS, padding=True, return_tensors="pt")).logits, -1)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    assert (found - expected).abs().max() < 1e-5
    assert plain.config.id2label == {0: "ham", 1: "spam"}
    assert plain.config._attn_implementation == "sdpa"
    assert theirs.model_max_length == 12
    assert sorted(path.suffix for path in saved.iterdir()) == [".json", ".json", ".json", ".safetensors"]
    assert all(torch.equal(before[name], weight) for name, weight in model.state_dict().items())
    assert model.config._attn_implementation == "luthier"
