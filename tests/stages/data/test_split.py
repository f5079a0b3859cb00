"""Splits: nothing leaks, nothing is lost, what is given stays."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from luthier.errors import InputError
from luthier.facts.rows import Splits
from luthier.stages.data.read import Read, Wish, read_rows
from luthier.stages.data.split import make_splits

NAMES = ("train", "validation", "test")
SUBJECTS = ["cats", "dogs", "birds", "fish", "horses", "mice", "frogs", "bees", "ants", "owls"]
VERBS = ["sleep", "run", "hide", "sing", "jump", "swim", "dance", "hunt", "rest", "grow"]
PLACES = ["in the garden", "by night", "under an old bridge", "near my aunt", "when it rains", "on Mondays"]


def sentences() -> list[str]:
    """600 sentences, none near to another."""
    return [f"{s} {v} {p} {hash_of(s + v + p)}" for s in SUBJECTS for v in VERBS for p in PLACES]


def hash_of(text: str) -> str:
    """Letters that set short sentences apart."""
    code = sum(ord(mark) * 31**place for place, mark in enumerate(text)) % 26**8
    return "".join(chr(97 + code // 26**place % 26) for place in range(8)) * 3


def read(tmp_path: Path, rows: Iterator[str] | list[str], header: str = "text,label", wish: Wish = Wish()) -> Read:  # noqa: B008
    """A file of these lines, read."""
    path = tmp_path / "x.csv"
    path.write_text("\n".join([header, *rows]))
    return read_rows(str(path), wish)


def values(splits: Splits, column: str) -> dict[str, list[str]]:
    """Split to the values of a column."""
    return {name: getattr(splits, name)[column].to_pylist() for name in NAMES}


def test_sizes_and_no_row_lost(tmp_path: Path) -> None:
    """80/10/10, every row once."""
    splits = make_splits(read(tmp_path, [f"{t},{'ab'[n % 2]}" for n, t in enumerate(sentences())])).splits

    assert [splits[name].num_rows for name in NAMES] == [480, 60, 60]
    assert sorted(row for rows in values(splits, "row").values() for row in rows) == list(range(1, 601))
    assert splits.origin == "made"


def test_duplicates_stay_on_one_side(tmp_path: Path) -> None:
    """Exact copies, and copies with a word more, are with their original."""
    base = sentences()[:300]
    lines = [f"{t},{'ab'[n % 2]}" for n, t in enumerate(base)]
    lines += [f"{base[n].upper()}!,{'ab'[n % 2]}" for n in range(0, 300, 5)]
    lines += [f"{base[n]} x,{'ab'[n % 2]}" for n in range(0, 300, 7)]

    splits = make_splits(read(tmp_path, lines)).splits

    side = {text.lower().strip("!x "): name for name, texts in values(splits, "text").items() for text in texts}
    for name, texts in values(splits, "text").items():
        assert {side[text.lower().strip("!x ")] for text in texts} == {name}


def test_exact_only(tmp_path: Path) -> None:
    """Without near duplicates there is no such column."""
    splits = make_splits(
        read(tmp_path, [f"{t},{'ab'[n % 2]}" for n, t in enumerate(sentences())]), near_duplicates=False
    ).splits

    assert "exact_cluster" in splits.train.column_names
    assert "near_cluster" not in splits.train.column_names


def test_group_stays_on_one_side(tmp_path: Path) -> None:
    """A detected group column is kept together, rows without a value apart."""
    lines = [f"{t},{'ab'[n % 2]},{f'u{n % 100}' if n % 6 else ''}" for n, t in enumerate(sentences())]

    split = make_splits(read(tmp_path, lines, "text,label,user"))

    users = {name: set(found) - {""} for name, found in values(split.splits, "extra:user").items()}
    assert not users["train"] & users["test"]
    assert not users["train"] & users["validation"]
    assert not users["test"] & users["validation"]
    assert [notice for notice in split.notices if "same 'user'" in notice]
    assert len([user for user in values(split.splits, "extra:user")["test"] if user == ""]) < 60


def test_group_and_duplicates_join(tmp_path: Path) -> None:
    """Two groups that share a text are one unit."""
    lines = [f"{t},{'ab'[n % 2]},u{n % 60}" for n, t in enumerate(sentences())]
    lines += [f"{sentences()[0]},a,u7"]

    splits = make_splits(read(tmp_path, lines, "text,label,user", Wish(group="user"))).splits

    assert len({name for name, users in values(splits, "extra:user").items() if {"u0", "u7"} & set(users)}) == 1


def test_too_few_groups(tmp_path: Path) -> None:
    """A named group column that leaves nothing to split off is refused; a detected one gives way and says so."""
    lines = [f"{t},{'ab'[n % 2]},u{n % 12 if n > 588 else 0}" for n, t in enumerate(sentences())]

    with pytest.raises(InputError, match="independent units are too few to split off validation and test"):
        make_splits(read(tmp_path, lines, "text,label,user", Wish(group="user")))

    split = make_splits(read(tmp_path, lines, "text,label,user"))
    assert "the values of 'user' are too few" in split.notices[-1]


def test_template_that_chains(tmp_path: Path) -> None:
    """Where near duplicates chain all rows together, exact ones alone are kept, and a notice says so."""
    lines = [f"your parcel number {n} has been delivered to the door,{'ab'[n % 2]}" for n in range(100)]

    split = make_splits(read(tmp_path, lines))

    assert "near duplicates chain" in split.notices[0]
    assert [split.splits[name].num_rows for name in NAMES] == [80, 10, 10]


def test_time(tmp_path: Path) -> None:
    """With a named time column the newest rows test."""
    lines = [f"{t},{'ab'[n % 2]},2026-01-01T{n // 60:02}:{n % 60:02}" for n, t in enumerate(sentences())]

    splits = make_splits(read(tmp_path, lines[::-1], "text,label,when", Wish(time="when"))).splits

    times = values(splits, "extra:when")
    assert max(times["train"]) < min(times["validation"])
    assert max(times["validation"]) < min(times["test"])


def test_given_splits_stay(tmp_path: Path) -> None:
    """Rows stay in the split in which the user put them, duplicates across splits too."""
    for number, name in enumerate(("train", "dev", "test")):
        lines = [f"{t},{'ab'[n % 2]}" for n, t in enumerate(sentences()[number * 90 : number * 90 + 100])]
        (tmp_path / f"{name}.csv").write_text("\n".join(["text,label", *lines]))

    split = make_splits(read_rows(str(tmp_path)))

    assert split.splits.origin == "given"
    assert [split.splits[name].num_rows for name in NAMES] == [100, 100, 100]
    assert split.splits.validation["row"].to_pylist() == list(range(1, 101))
    assert (
        len(
            set(split.splits.train["exact_cluster"].to_pylist())
            & set(split.splits.validation["exact_cluster"].to_pylist())
        )
        == 10
    )


@pytest.mark.parametrize(("given", "missing"), [("test", "validation"), ("validation", "test")])
def test_missing_split_is_taken_out_of_train(given: str, missing: str, tmp_path: Path) -> None:
    """What is missing comes out of train, never out of the other given part."""
    for name, part in (("train", slice(0, 500)), (given, slice(500, 600))):
        lines = [f"{t},{'ab'[n % 2]}" for n, t in enumerate(sentences()[part])]
        (tmp_path / f"{name}.csv").write_text("\n".join(["text,label", *lines]))

    split = make_splits(read_rows(str(tmp_path)))

    assert (split.splits.train.num_rows, split.splits[missing].num_rows, split.splits[given].num_rows) == (450, 50, 100)  # type: ignore[index]
    assert {Path(name).name for name in split.splits[missing]["file"].to_pylist()} == {"train.csv"}  # type: ignore[index]
    assert f"no {missing} part was given" in split.notices[0]


def test_the_same_seed_repeats(tmp_path: Path) -> None:
    """Equal tables for equal seeds."""
    rows = read(tmp_path, [f"{t},{'ab'[n % 2]}" for n, t in enumerate(sentences())])

    one, same, other = (make_splits(rows, seed=seed).splits for seed in (1, 1, 2))

    assert isinstance(one.test, pa.Table)
    assert one.test.equals(same.test)
    assert not one.test.equals(other.test)


def test_three_rows(tmp_path: Path) -> None:
    """Too few rows are refused."""
    with pytest.raises(InputError):
        make_splits(read(tmp_path, ["one thing,a", "another,b"]))
