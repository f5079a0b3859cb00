"""Conflicting labels and the ceiling that they set."""

import pyarrow as pa

from luthier.facts.data import Conflict
from luthier.stages.data import conflicts, duplicates


def table(*rows: tuple[str, str]) -> pa.Table:
    """Rows of (text, label), numbered."""
    texts = pa.chunked_array([pa.array([text for text, _ in rows], pa.string())])
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    columns = {"row": numbers, "line": numbers, "file": pa.array(["x"] * len(rows)).dictionary_encode(), "text": texts}
    clusters = pa.array(duplicates.find(texts, near=False).exact)
    return pa.table(columns | {"label": [label for _, label in rows], "exact_cluster": clusters})


def test_ceiling_worked_out_on_paper() -> None:
    """Three rows of one text with labels a, a, b lose one of five rows."""
    found, rows, ceiling = conflicts.find(
        table(("Same text", "a"), ("same  text", "a"), ("same text", "b"), ("x", "a"), ("y", "b"))
    )

    assert (rows, ceiling) == (3, 0.8)
    assert found[0].labels == ("a", "a", "b")
    assert [place.row for place in found[0].rows] == [1, 2, 3]
    assert isinstance(found[0], Conflict)


def test_punctuation_may_carry_the_label() -> None:
    """ ":)" and ":(" make two texts, although they are duplicates of each other."""
    assert conflicts.find(table(("mondays :)", "good"), ("mondays :(", "bad"))) == ((), 0, 1.0)


def test_none() -> None:
    """Without conflicts every row can be right."""
    assert conflicts.find(table(("a", "x"), ("a", "x"), ("b", "y"))) == ((), 0, 1.0)


def test_at_most_a_hundred_the_largest_first() -> None:
    """All rows are counted, few are shown."""
    rows = [(f"text {n}", label) for n in range(150) for label in "ab"] + [("text 7", "a")] * 30

    found, count, _ = conflicts.find(table(*rows))

    assert (len(found), count) == (100, 330)
    assert found[0].text == "text 7"
    assert len(found[0].rows) == 20
