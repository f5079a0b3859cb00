"""Records with their lines, and quotes that run away."""

import pytest

from luthier.errors import InputError
from luthier.stages.data.formats._records import Dialect, records, refuse_runaway_quote

CSV = Dialect(",", quoted=True)


def found(content: str, dialect: Dialect = CSV) -> list[tuple[int, list[str]]]:
    """Line and fields of each record."""
    return [(line, fields) for line, fields, _ in records(content.encode(), dialect)]


def test_lines() -> None:
    """Each record starts where the one before it ended."""
    assert found('a,b\n"c\nd\r\ne",f\n\ng,h') == [(1, ["a", "b"]), (2, ["c\nd\r\ne", "f"]), (5, []), (6, ["g", "h"])]


def test_raw_lines() -> None:
    """Put together, the raw lines are the file."""
    content = 'a,b\r\n"c\nd",f\n\nlast'

    assert "".join(line for _, _, raw in records(content.encode(), CSV) for line in raw) == content


def test_quotes_as_characters() -> None:
    """Without quoting a quote is a character like any other."""
    assert found('"a,b"\n', Dialect(",", quoted=False)) == [(1, ['"a', 'b"'])]


def test_a_very_long_field() -> None:
    """The csv module's own limit of 131,072 characters does not hold here."""
    assert len(found("x" * 1_000_000 + ",y\n")[0][1][0]) == 1_000_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('"one\ntwo', "opened and never closed"),
        ('"one\ntwo"three,b\n', "opened and next closed on line 2, in the middle of a text"),
    ],
)
def test_runaway(content: str, said: str) -> None:
    """A quote that is not closed, or closed by the opening quote of a later row."""
    (record,) = records(content.encode(), CSV)

    with pytest.raises(InputError, match=f"x.csv, line 1: a quote is {said}"):
        refuse_runaway_quote(record, CSV, "x.csv")


@pytest.mark.parametrize("content", ['"one\ntwo",b', '"one"two,b', '"a ""b"" c",d', "plain,b", '"a\n""b""\n",c'])
def test_no_runaway(content: str) -> None:
    """Line feeds and doubled quotes inside are fine; sloppy quotes on one line are forgiven."""
    for record in records(content.encode(), CSV):
        refuse_runaway_quote(record, CSV, "x.csv")
