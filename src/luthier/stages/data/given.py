"""Labelled texts that are in memory already, such as the data sets of a trainer, measured as they are."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from luthier.facts.data import Column, DataFacts, SplitName
from luthier.facts.rows import Splits
from luthier.stages.data.columns import Columns
from luthier.stages.data.overlaps import SPLITS
from luthier.stages.data.profile import profile
from luthier.stages.data.read import Read
from luthier.stages.data.tokens import Tokenizer

MOST_NEAR = 10_000
"""Rows up to which near duplicates are looked for: a second or two, which a check before a training bears."""

Labelled = Sequence[tuple[str, str]]


def profile_given(
    path: str,
    parts: Mapping[SplitName, Labelled],
    *,
    text: str,
    label: str,
    classes: tuple[str, ...],
    tokenizer: Tokenizer | None = None,
    max_tokens: int = 128,
) -> DataFacts:
    """Measure rows without cleaning or splitting them: they are trained on as they are.

    Args:
        path: what to call them.
        parts: split to (text, label) of its rows; places of findings count them from 1.
        text, label: names of the columns that they stand in.
        classes: label names in their fixed order.
        tokenizer: the model's; without one nothing is said in tokens.
        max_tokens: where rows will be cut, special tokens included.
    """
    tables = {name: _table(name, parts.get(name, ())) for name in SPLITS}
    splits = Splits(tables["train"], tables["validation"], tables["test"], "given")
    seen = (
        Column(text, "text", len({one for one, _ in parts.get("train", ())}), 0, "text"),
        Column(label, "label", len(classes), 0, "label"),
    )
    columns = Columns(text, label, None, None, {}, seen)
    read = Read(path, {name: table for name, table in tables.items() if table.num_rows}, columns, classes)
    near = sum(table.num_rows for table in tables.values()) <= MOST_NEAR
    return profile(read, splits, tokenizer=tokenizer, max_tokens=max_tokens, near_duplicates=near)


def _table(name: str, rows: Labelled) -> pa.Table:
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    columns = {
        "row": numbers,
        "line": numbers,
        "file": pa.array([name] * len(rows), pa.string()).dictionary_encode(),
        "text": pa.array([text for text, _ in rows], pa.string()),
        "label": pa.array([label for _, label in rows], pa.string()),
    }
    return pa.table(columns)
