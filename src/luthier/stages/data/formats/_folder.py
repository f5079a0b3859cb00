"""What a folder that `datasets` or the hub wrote looks like."""

from pathlib import Path

DATA = (".parquet", ".arrow", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".csv.gz", ".jsonl.gz", ".json.gz")
"""Endings of the data files of a hub repository."""
_MARKS = ("dataset_dict.json", "state.json", "dataset_info.json")


def is_hugging_face(path: Path) -> bool:
    """Whether a folder is a saved dataset or a snapshot of a hub repository with its files in folders below."""
    if any((path / mark).is_file() for mark in _MARKS):
        return True
    return not _has_data(path) and any(_has_data(one) for one in path.iterdir() if one.is_dir())


def data_files(path: Path) -> list[Path]:
    """Data files below a folder, in order of name; settings of `datasets` and hidden files left out."""
    found = (one for one in sorted(path.rglob("*")) if one.is_file() and one.name.lower().endswith(DATA))
    return [
        one
        for one in found
        if one.name not in _MARKS and not any(p.startswith(".") for p in one.relative_to(path).parts)
    ]


def _has_data(path: Path) -> bool:
    return any(one.is_file() and one.name.lower().endswith(DATA) for one in path.iterdir())
