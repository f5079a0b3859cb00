"""Logs in tables: exports of W&B, metrics.csv of Lightning, tables of notebooks."""

import csv
from collections.abc import Iterator

from luthier.facts.arguments import Arguments
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.entries import Log, log_of, longest
from luthier.stages.diagnose.readers.lines import MOST_LINE, candidates, lines
from luthier.stages.diagnose.readers.names import known, renamed

MOST_COLUMNS = 500
"""Columns of numbers that are read; a log with an evaluation of each of a hundred classes has fewer."""
NOTEBOOK = frozenset({"Training Loss", "Validation Loss"})
"""Columns of the table that Trainer shows in a notebook; its other columns are scores of the evaluation."""


def read(home: Home, arguments: Arguments | None) -> Log | None:
    """The longest log among the folder's .csv and .tsv files; None where none has a step and a loss.

    Args:
        home: the folder.
        arguments: settings, which tell whether Trainer wrote the log.
    """
    files = candidates(home, ".csv", ".tsv")
    return longest(log_of(file, map(renamed, _entries(home, file)), arguments) for file in files)


def _entries(home: Home, file: str) -> Iterator[dict[str, object]]:
    """Rows as entries, without their empty cells; a note tells of a row that cannot be told into cells."""
    rows = lines(home, file, "trace")
    header = next(rows, "")
    if len(header) >= MOST_LINE:
        return
    delimiter, columns, count = max(",\t;", key=header.count), {}, 0
    try:
        columns = _columns(next(csv.reader([header], delimiter=delimiter), []))
        for row in csv.reader(rows, delimiter=delimiter) if columns else ():
            count += 1
            yield {name: row[place] for place, name in columns.items() if place < len(row) and row[place]}
    except csv.Error as error:
        if columns:
            home.note(file, "trace", f"damaged after {count:,} rows: {error}")


def _columns(header: list[str]) -> dict[int, str]:
    """Position to name of the columns that are read; empty where the table is no log."""
    header = [name.strip() for name in header]
    if set(header) >= NOTEBOOK:
        header = [name if known(name)[0] else f"eval_{name}" for name in header]
    columns = {place: name for place, name in enumerate(header) if known(name)[0]}
    ours = {known(name)[0] for name in columns.values()}
    if "step" not in ours or not any(name == "loss" or name.startswith("eval_") for name in ours):
        return {}
    return dict(list(columns.items())[:MOST_COLUMNS])
