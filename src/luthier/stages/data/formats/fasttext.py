"""fastText lines: `__label__spam win a prize now`."""

import re
from pathlib import Path

import numpy as np
import pyarrow as pa

from luthier.errors import InputError
from luthier.stages.data.formats._contract import UNSPLIT, Raw, suffix
from luthier.stages.data.formats._table import placed
from luthier.stages.data.formats._text import read_text, starts_with

SAYS = "fastText lines (__label__x text; .txt, .ft, .fasttext, also .gz)"

_LINE = re.compile(r"\s*__label__(\S+)\s*(.*)")


def recognises(path: Path) -> bool:
    """Whether the name ends in .ft or .fasttext, or in .txt and the content begins with `__label__`."""
    ending = suffix(path)
    return path.is_file() and (ending in {".ft", ".fasttext"} or (ending == ".txt" and starts_with(path, b"__label__")))


def read(path: Path) -> Raw:
    """Read fastText lines into the columns `text` and `label`; hyphens and underscores of a label stay.

    Raises:
        InputError: a line without label, or with several.
    """
    content = read_text(path)
    labels, texts, lines = [], [], []
    for number, line in enumerate(content.data.decode("utf-8").split("\n"), 1):
        if line.strip():
            label, text = _parsed(line, f"{content.name}, line {number}")
            labels.append(label)
            texts.append(text)
            lines.append(number)
    columns = pa.table({"text": pa.array(texts, pa.string()), "label": pa.array(labels, pa.string())})
    return Raw({UNSPLIT: placed(columns, content.name, np.array(lines, np.int64))}, notices=content.notices)


def _parsed(line: str, where: str) -> tuple[str, str]:
    found = _LINE.match(line)
    if found is None:
        raise InputError("no __label__ at the start", where=where, next_step="begin each line with __label__name")
    label, text = found.groups()
    if text.startswith("__label__"):
        raise InputError("several labels on one row", where=where, next_step="keep one label a row")
    return label, text
