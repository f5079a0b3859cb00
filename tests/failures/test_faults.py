"""Faults that can be put on any corpus."""

import pytest

from luthier.failures import _corpora


def rows(**options: float) -> list[dict[str, str]]:
    """Eighty rows of four topics."""
    made: list[dict[str, str]] = _corpora.make("topics", 80, options).to_pylist()
    return made


@pytest.mark.parametrize(
    ("fault", "mark"),
    [("blank", "nan"), ("html", "<br />"), ("damaged", "cafÃ©"), ("lost", "\ufffd"), ("german", " der ")],
)
def test_texts(fault: str, mark: str) -> None:
    """A share of the texts is changed, and the labels are not."""
    changed, plain = rows(**{fault: 0.5}), rows()

    assert sum(one != other for one, other in zip(changed, plain, strict=True)) == 40
    assert [row["label"] for row in changed] == [row["label"] for row in plain]
    assert any(mark in row["text"] for row in changed)


def test_numbers() -> None:
    """Texts become numbers, no two alike."""
    assert len({int(row["text"]) for row in rows(numbered=1.0)}) == 80


def test_labels() -> None:
    """Other spellings, blocks of labels, and rare classes."""
    labels = [row["label"] for row in rows(sorted=1)]

    assert labels == sorted(labels)
    assert sum(row["label"].endswith(" ") for row in rows(spelled=0.5)) == 40
    assert sorted(map([row["label"] for row in rows(few=3)].count, set(labels))) == [3, 3, 20, 20]


def test_sign() -> None:
    """A word stands in all rows of the first class and nowhere else."""
    assert {row["label"] for row in rows(sign=1.0) if "Newsdesk" in row["text"]} == {"cooking"}
    assert sum("Newsdesk" in row["text"] for row in rows(sign=0.5)) == 10


@pytest.mark.parametrize(("dated", "moved"), [(1, False), (2, True)])
def test_dates(dated: int, moved: bool) -> None:
    """Each row has a day of its own; the classes follow each other only where they are to."""
    by_day = sorted(rows(dated=dated), key=lambda row: row["date"])

    assert len({row["date"] for row in by_day}) == 80
    assert all(row["label"] != "travel" for row in by_day[:20]) is moved
