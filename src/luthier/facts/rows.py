"""Rows as Arrow tables with fixed columns, and the three splits.

Arrow rather than Python objects: a million rows stay small, and a split is a selection, not a copy. pyarrow is imported
for types only, so that facts stay light.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

    from luthier.facts.data import SplitName


@dataclass(frozen=True, slots=True)
class Splits:
    """The rows of a run.

    Each table has the columns

    - `row` (int64): record number in the user's file, from 1, header not counted;
    - `line` (int64): line on which the record starts, from 1; for binary formats the record number;
    - `file` (dictionary<string>): file as the user named it;
    - the columns of the task under its own names, such as `text` and `label` (string);
    - the user's other columns, as strings, under "extra:" + their name;
    - where they were looked for, `exact_cluster` and `near_cluster` (int64): rows with equal numbers are duplicates of
      each other, over all splits.

    Attributes:
        train, validation, test: the tables.
        origin: whether the user gave the splits or Luthier made them.
    """

    train: pa.Table
    validation: pa.Table
    test: pa.Table
    origin: Literal["given", "made"]

    def __getitem__(self, name: SplitName) -> pa.Table:
        return {"train": self.train, "validation": self.validation, "test": self.test}[name]

    def with_split(self, name: SplitName, table: pa.Table) -> Splits:
        """A copy in which one split is another table."""
        return replace(self, **{name: table})
