"""Rows of a scene, made by rule, as a user has them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from luthier.failures import _conversations, _corpora

_SPLIT = "split"


def write_rows(corpus: str, count: int, options: _corpora.Options, seed: int, folder: Path) -> Path:
    """Rows of a corpus as JSONL: one file, or a folder with one per split where the corpus names splits.

    Args:
        corpus: one of `failures/_corpora.py` or `failures/_conversations.py`.
        count: rows of a corpus that does not have an option for them.
        options: of the corpus.
        seed: of every random choice.
        folder: where they are written.
    """
    rows: Sequence[Mapping[str, Any]]
    if corpus in _conversations.CORPORA:
        rows = _conversations.make(corpus, options, seed)
    else:
        rows = _corpora.make(corpus, count, options, seed).to_pylist()
    if not any(_SPLIT in row for row in rows):
        return _write(folder / "rows.jsonl", rows)
    home = folder / "rows"
    for name in ("train", "validation", "test"):
        _write(home / f"{name}.jsonl", [row for row in rows if row[_SPLIT] == name])
    return home


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps({k: v for k, v in row.items() if k != _SPLIT}, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
