"""The real data sets of the benchmarks, read from the cache that `scripts/fetch_demo.py` fills."""

import csv
import re
from dataclasses import dataclass

import numpy as np

from scripts.fetch_demo import fetch

Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Data:
    """Labelled texts with a fixed test part; `classes` in the order of ids."""

    name: str
    train: Rows
    test: Rows
    classes: tuple[str, ...]


def sms_spam(seed: int = 0) -> Data:
    """SMS spam without exact duplicates (only letters and digits count), 80 % train, 20 % test, by the seed."""
    seen: set[str] = set()
    rows: Rows = []
    with open(fetch("sms_spam"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = re.sub(r"\W+", " ", row["text"].lower()).strip()
            if key not in seen:
                seen.add(key)
                rows.append((row["text"], row["spam"]))
    order = np.random.default_rng(seed).permutation(len(rows))
    cut = len(rows) // 5
    return Data("sms_spam", [rows[i] for i in order[cut:]], [rows[i] for i in order[:cut]], ("0", "1"))


def reuters_r8(seed: int = 0) -> Data:
    """Reuters R8 with its official split; the seed changes nothing."""
    folder = fetch("reuters_r8")
    parts: dict[str, Rows] = {}
    for split in ("train", "test"):
        with open(folder / f"{split}.csv", encoding="utf-8", newline="") as file:
            parts[split] = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    classes = tuple(sorted({label for _, label in parts["train"]}))
    return Data("reuters_r8", parts["train"], parts["test"], classes)


SETS = {"sms_spam": sms_spam, "reuters_r8": reuters_r8}
