"""Whatever the rows, no duplicate and no group stands on two sides, and no row is lost."""

import pyarrow as pa
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from luthier.errors import InputError
from luthier.facts.rows import Splits
from luthier.stages.data.columns import Columns
from luthier.stages.data.read import Read
from luthier.stages.data.split import Split, make_splits

NAMES = ("train", "validation", "test")
WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo", "lima")

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
rows = st.tuples(texts, st.sampled_from("aab"), st.sampled_from(["", *(f"u{n}" for n in range(20))]))


def as_read(found: list[tuple[str, str, str]], group: str | None) -> Read:
    """Rows as reading gives them."""
    numbers = pa.array(range(1, len(found) + 1), pa.int64())
    table = pa.table(
        {
            "row": numbers,
            "line": numbers,
            "file": pa.array(["x.csv"] * len(found)).dictionary_encode(),
            "text": [row[0] for row in found],
            "label": [row[1] for row in found],
            "extra:user": [row[2] for row in found],
        }
    )
    how = {"group": "named by you"} if group else {}
    return Read("x.csv", {"": table}, Columns("text", "label", group, None, how, ()), ("a", "b"))


def split(found: list[tuple[str, str, str]], group: str | None, seed: int) -> Split:
    """Splits, or no example where there are too few independent rows."""
    try:
        return make_splits(as_read(found, group), seed=seed)
    except InputError:
        assume(False)
        raise


def straddling(splits: Splits, column: str) -> set[str]:
    """Values of a column, the empty one apart, on more than one side."""
    values = [set(splits[name][column].to_pylist()) - {""} for name in NAMES]  # type: ignore[index]
    return (values[0] & values[1]) | (values[0] & values[2]) | (values[1] & values[2])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(found=st.lists(rows, min_size=30, max_size=120), grouped=st.booleans(), seed=st.integers(0, 2**32 - 1))
def test_nothing_leaks(found: list[tuple[str, str, str]], grouped: bool, seed: int) -> None:
    """Every row once; clusters and groups whole; the same again for the same seed."""
    made = split(found, "user" if grouped else None, seed)

    assert sorted(row for name in NAMES for row in made.splits[name]["row"].to_pylist()) == list(
        range(1, len(found) + 1)
    )  # type: ignore[index]
    assert straddling(made.splits, "exact_cluster") == set()
    if not [notice for notice in made.notices if "chain" in notice]:
        assert straddling(made.splits, "near_cluster") == set()
    if grouped:
        assert straddling(made.splits, "extra:user") == set()
    again = split(found, "user" if grouped else None, seed)
    assert all(made.splits[name].equals(again.splits[name]) for name in NAMES)  # type: ignore[index]
