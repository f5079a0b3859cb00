"""Overlaps between splits that were given."""

import pyarrow as pa

from luthier.facts.data import Column
from luthier.facts.rows import Splits
from luthier.stages.data import overlaps

LONG = "the quick brown fox jumps over the lazy dog near the old stone bridge"
Row = tuple[str, str] | tuple[str, str, str]


def table(file: str, *rows: Row) -> pa.Table:
    """Rows of (text, label[, user])."""
    numbers = list(range(1, len(rows) + 1))
    return pa.table(
        {
            "row": pa.array(numbers, pa.int64()),
            "line": pa.array([number + 1 for number in numbers], pa.int64()),
            "file": pa.array([file] * len(rows)).dictionary_encode(),
            "text": pa.array([row[0] for row in rows], pa.string()),
            "label": pa.array([row[1] for row in rows], pa.string()),
            "extra:user": pa.array([row[2] if len(row) > 2 else "" for row in rows], pa.string()),
        }
    )


def splits(train: list[Row], validation: list[Row], test: list[Row]) -> Splits:
    """Given splits with clusters."""
    tables = table("train", *train), table("validation", *validation), table("test", *test)
    return overlaps.numbered(Splits(*tables, "given"), near=True)


def test_exact() -> None:
    """Rows, labels and places of exact overlaps; a pair of splits without one is left out."""
    found = overlaps.exact_between(
        splits(
            [("Hello you", "a"), ("other", "b"), ("hello you!", "b")],
            [("fresh", "a")],
            [("HELLO YOU", "b"), ("new", "a"), ("other.", "a")],
        )
    )

    assert [(one.split, one.other, one.rows, one.total, one.same_label) for one in found] == [
        ("test", "train", 2, 3, 1)
    ]
    assert [(mine.row, theirs.row) for mine, theirs in found[0].examples] == [(1, 1), (3, 2)]
    assert found[0].examples[0][1].file == "train"


def test_near() -> None:
    """Near rows that are not exact ones count, with the label of the true partner."""
    found = overlaps.near_between(
        splits(
            [(LONG, "a"), ("something else", "b")],
            [(LONG.upper(), "a")],
            [(LONG + " x", "a"), (LONG, "a"), ("short", "b")],
        )
    )

    assert [(one.split, one.other, one.rows, one.same_label) for one in found] == [
        ("test", "train", 1, 1),
        ("test", "validation", 1, 1),
    ]


def test_near_through_a_third_is_not_near() -> None:
    """A cluster may be a chain; its ends do not overlap."""
    words = [chr(97 + n) * 3 + str(n * n) for n in range(26)]
    chain = [" ".join(words[n : n + 20]) for n in range(5)]

    made = splits([(chain[0], "a"), *((text, "a") for text in chain[1:4])], [("v", "b")], [(chain[4], "a")])
    ends = splits([(chain[0], "a"), ("t", "b")], [("v", "b"), *((text, "a") for text in chain[1:4])], [(chain[4], "a")])

    together = set(ends.train["near_cluster"].to_pylist()) & set(ends.test["near_cluster"].to_pylist())
    assert together
    assert overlaps.near_between(made)[0].rows == 1
    assert [(one.split, one.other) for one in overlaps.near_between(ends)] == [
        ("validation", "train"),
        ("test", "validation"),
    ]


def test_numbers_are_kept() -> None:
    """Clusters that are there are not looked for again, so that a profile after a fix is cheap."""
    made = splits([("a b", "a")], [("c d", "a")], [("e f", "a")])

    assert overlaps.numbered(made, near=True) is made


def test_groups() -> None:
    """How the values of a group column straddle; empty ones are no group."""
    made = splits(
        [("a", "x", "u1"), ("b", "x", "u2"), ("c", "x", "")],
        [("d", "x", "u3"), ("e", "x", "")],
        [("f", "x", "u1"), ("g", "x", "u1"), ("h", "x", "u4")],
    )

    found = overlaps.of_groups(made, (Column("user", "group", 5, 2), Column("label", "label", 1, 0)), None)

    assert [(one.split, one.shared_groups, one.rows, one.total, one.examples) for one in found] == [
        ("validation", 0, 0, 2, ()),
        ("test", 1, 2, 3, ("u1",)),
    ]
    assert {one.named for one in found} == {False}
    assert {one.named for one in overlaps.of_groups(made, (Column("user", "key", 5, 2),), "user")} == {True}


def test_repeats() -> None:
    """Rows beyond the first of each cluster."""
    made = splits([("a b", "x"), ("A b", "x"), ("a b!", "x"), ("c", "x")], [("d", "x")], [("e", "x")])

    assert overlaps.repeats(overlaps.exact(made.train)) == 2
