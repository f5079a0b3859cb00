"""Which split a name means: `train`, `dev.csv`, `banking77.test.jsonl.gz`, `data/validation-00000-of-00002.parquet`."""

import re

_NAMES = {
    "train": "train",
    "training": "train",
    "valid": "validation",
    "validation": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}


def split_named(name: str) -> str | None:
    """The split that a name holds as a word of its own; None for none or several."""
    words = re.split(r"[^a-z]+", name.lower())
    found = {_NAMES[word] for word in words if word in _NAMES}
    return found.pop() if len(found) == 1 else None
