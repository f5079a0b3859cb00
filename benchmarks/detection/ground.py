"""What the runs are made on: data sets and models for setting thresholds, and others, held out, for scoring them."""

import csv
import gzip
import json
import os
import random
import zlib
from dataclasses import dataclass
from pathlib import Path

from benchmarks.sets import SETS
from scripts.fetch_demo import fetch

Row = tuple[str, str]
DATA = Path(os.environ.get("LUTHIER_DATA", "../shared/data")).resolve()
"""Folder of the corpora that come with no package."""

TUNING = (("sms_spam", "minilm"), ("newsgroups", "minilm"))
HELD_OUT = (("reuters_r8", "mpnet_two_layers"), ("banking77", "mpnet_two_layers"))
"""No run on these was looked at when thresholds were set, and no weight of the model. Texts of both sets were: shares
of function words, unknown tokens and copies were measured on them, and how far a head on frozen MiniLM vectors gets on
Reuters R8 (`frozen_encoder_tiny_rate`, `failures/_signals.py`).
"""

TRAIN_ROWS, VALIDATION_ROWS = 320, 160
CLASSES = 6
"""Classes at most, so that a healthy run learns them in three passes."""
LEAST = 1 / 12
"""Share of the rows of the largest class that a class must have, so that none is too small to learn."""
WORDS = 16
"""Words kept of each text, so that nothing is cut unless a recipe cuts it, and a run takes half a minute."""


@dataclass(frozen=True)
class Ground:
    """What one run stands on.

    Attributes:
        data: name of a data set.
        model: name of a model.
        seed: draws rows and seeds the run.
        folder: of the run; `run` below it is what a tool gets to see, `data` the rows as a user has them.
    """

    data: str
    model: str
    seed: int
    folder: Path

    @property
    def output(self) -> Path:
        """Trainer's output folder."""
        return self.folder / "run"

    @property
    def base(self) -> Path:
        """The model that is fine-tuned, in Hugging Face layout."""
        return MODELS[self.model]()

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Training and validation rows, drawn by the seed, no text twice, of the large classes."""
        rows = _without_copies([(_shortened(text), label) for text, label in _all_rows(self.data)])
        counts: dict[str, int] = {}
        for _, label in rows:
            counts[label] = counts.get(label, 0) + 1
        large = [label for label, count in counts.items() if count >= LEAST * max(counts.values())]
        kept = set(sorted(large, key=lambda label: (-counts[label], label))[:CLASSES])
        rows = [row for row in rows if row[1] in kept]
        # a stable number: hash() of a text differs from process to process
        random.Random(zlib.crc32(f"{self.data}-{self.seed}".encode())).shuffle(rows)
        return rows[:TRAIN_ROWS], rows[TRAIN_ROWS : TRAIN_ROWS + VALIDATION_ROWS]


def ground_of(part: str, seed: int, folder: Path) -> Ground:
    """Seeds take turns at the data sets of a part, "tuning" or "held out"."""
    choices = TUNING if part == "tuning" else HELD_OUT
    data, model = choices[seed % len(choices)]
    return Ground(data, model, seed, folder)


def _shortened(text: str) -> str:
    """The first words, without the control characters that damaged texts hold."""
    return " ".join("".join(letter for letter in text if not "\x7f" <= letter <= "\x9f").split()[:WORDS])


def _without_copies(rows: list[Row]) -> list[Row]:
    """Rows of which no earlier one begins or ends with the same twenty letters, so that none is a near copy."""
    seen: set[str] = set()
    kept = []
    for text, label in rows:
        letters = "".join(filter(str.isalpha, text.lower()))
        ends = {letters[:20], letters[-20:]}
        if letters and not ends & seen:
            kept.append((text, label))
        seen |= ends
    return kept


def _all_rows(name: str) -> list[Row]:
    if name == "banking77":
        with gzip.open(DATA / "banking77.train.jsonl.gz", "rt", encoding="utf-8") as file:
            return [(row["text"], str(row["label"])) for row in map(json.loads, file)]
    if name == "newsgroups":
        with open(fetch("newsgroups") / "train.csv", encoding="utf-8", newline="") as file:
            return [(row["text"], row["label"]) for row in csv.DictReader(file)]
    names = {"0": "ham", "1": "spam"} if name == "sms_spam" else {}
    return [(text, names.get(label, label)) for text, label in SETS[name](0).train]


def _minilm() -> Path:
    return fetch("minilm")


def _mpnet_two_layers() -> Path:
    """MPNet-base cut to its first two layers, so that a run takes a minute; written once beside the whole model."""
    from transformers import AutoModel, AutoTokenizer

    whole = fetch("mpnet")
    folder = whole.parent / "mpnet-two-layers"
    if not (folder / "config.json").is_file():
        model = AutoModel.from_pretrained(whole, num_hidden_layers=2)
        AutoTokenizer.from_pretrained(whole).save_pretrained(folder)
        model.save_pretrained(folder)
    return folder


MODELS = {"minilm": _minilm, "mpnet_two_layers": _mpnet_two_layers}
