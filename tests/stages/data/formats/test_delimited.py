"""Delimited text: shapes found by look, right lines, and both readers agree."""

import csv
import io
import random
from pathlib import Path

import pyarrow as pa
import pytest

from luthier.stages.data.formats import delimited
from luthier.stages.data.formats._contract import UNSPLIT


def read(tmp_path: Path, content: str, name: str = "x.csv") -> pa.Table:
    """The table of a file with this content."""
    path = tmp_path / name
    path.write_bytes(content.encode())
    return delimited.read(path).parts[UNSPLIT]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiter_is_seen(mark: str, tmp_path: Path) -> None:
    """Any of the four delimiters, also where texts hold commas."""
    found = read(tmp_path, f'text{mark}label\n"one, two"{mark}a\nthree{mark}b\n')

    assert found["extra:text"].to_pylist() == ["one, two", "three"]
    assert found["extra:label"].to_pylist() == ["a", "b"]


def test_lines_and_rows_of_plain_records(tmp_path: Path) -> None:
    """One record a line: row n stands on line n + 1."""
    found = read(tmp_path, "text,label\none,a\ntwo,b\nthree,a\n")

    assert found["row"].to_pylist() == [1, 2, 3]
    assert found["line"].to_pylist() == [2, 3, 4]
    assert set(found["file"].to_pylist()) == {str(tmp_path / "x.csv")}


def test_lines_after_quoted_line_feeds_and_blank_lines(tmp_path: Path) -> None:
    """A record is named by the line on which it starts; blank lines count as lines and not as rows."""
    found = read(tmp_path, 'text,label\n"one\nmore\nlines",a\n\ntwo,b\n"x\r\ny",a\nlast,b')

    assert found["row"].to_pylist() == [1, 2, 3, 4]
    assert found["line"].to_pylist() == [2, 6, 7, 9]
    assert found["extra:text"].to_pylist() == ["one\nmore\nlines", "two", "x\r\ny", "last"]


def test_header_that_holds_a_line_feed(tmp_path: Path) -> None:
    """Records after it keep their right lines."""
    found = read(tmp_path, '"text\nof it",label\none,a\ntwo,b\n')

    assert found["line"].to_pylist() == [3, 4]


def test_quotes_in_a_tab_file_that_does_not_quote(tmp_path: Path) -> None:
    """A text that opens with a quote swallows nothing: SMS collections are written so."""
    found = read(tmp_path, 'label\ttext\nham\t"Hello there\nspam\tWin now\nham\tsaid "ok"\n', "x.tsv")

    assert found["extra:text"].to_pylist() == ['"Hello there', "Win now", 'said "ok"']


def test_no_header_line(tmp_path: Path) -> None:
    """A first line whose values stand again in their column is a row."""
    path = tmp_path / "sms.tsv"
    path.write_text("ham\tHello there\nspam\tWin now\nham\tSee you\nham\tOk\n")

    raw = delimited.read(path)

    assert raw.parts[UNSPLIT].num_rows == 4
    assert raw.parts[UNSPLIT]["line"].to_pylist() == [1, 2, 3, 4]
    assert "no header line" in raw.notices[0]


@pytest.mark.parametrize(
    "content", ["text,label\none,a\ntext,label\ntwo,b\ntext,label\nthree,a\n", ",0,1\n0,one,1\n1,two,1\n2,three,1\n"]
)
def test_odd_header_lines(content: str, tmp_path: Path) -> None:
    """A header repeated by joining files, and running numbers in place of names, are headers."""
    path = tmp_path / "x.csv"
    path.write_text(content)

    assert delimited.read(path).notices == ()


def test_orange_header(tmp_path: Path) -> None:
    """The two further header lines of the Orange toolbox are no rows."""
    found = read(tmp_path, "Category\tText\nd\tstring\nclass\t\n\nearn\tone two\nacq\tthree\n", "x.tab")

    assert found["extra:Category"].to_pylist() == ["earn", "acq"]
    assert found["line"].to_pylist() == [5, 6]


def test_columns_without_a_name(tmp_path: Path) -> None:
    """They are called by their number."""
    found = read(tmp_path, ",text,label\n0,one,a\n1,two,b\n")

    assert found.column_names[3:] == ["extra:column_1", "extra:text", "extra:label"]


def test_values_stay_as_they_are_written(tmp_path: Path) -> None:
    """No value is guessed to be a number, a truth or missing."""
    found = read(tmp_path, "text,label\nNA,007\nnull,1.50\ntrue,None\n")

    assert found["extra:text"].to_pylist() == ["NA", "null", "true"]
    assert found["extra:label"].to_pylist() == ["007", "1.50", "None"]


@pytest.mark.parametrize("seed", range(5))
def test_both_readers_agree(seed: int, tmp_path: Path) -> None:
    """Files with and without line feeds in their texts give what the csv module wrote."""
    chance = random.Random(seed)
    pieces = ["plain", 'a "quoted" word', "comma, comma", "", "ünï", " blank "] + (["two\nlines"] if seed % 2 else [])
    wanted = [["".join(chance.choices(pieces, k=2)) + "x", chance.choice("ab")] for _ in range(50)]
    out = io.StringIO()
    csv.writer(out).writerows([["text", "label"], *wanted])

    found = read(tmp_path, out.getvalue())

    assert [
        list(row) for row in zip(found["extra:text"].to_pylist(), found["extra:label"].to_pylist(), strict=True)
    ] == wanted


def test_more_rows_than_a_chunk(tmp_path: Path) -> None:
    """The slow reader goes on over chunks."""
    count = 50_010
    found = read(tmp_path, 'text,label\n"one\ntwo",a\n' + "three,b\n" * count)

    assert found.num_rows == count + 1
    assert found["row"][-1].as_py() == count + 1
    assert found["line"][-1].as_py() == count + 3
    assert found["extra:text"][-1].as_py() == "three"


def test_a_stray_quote_on_one_line_is_forgiven(tmp_path: Path) -> None:
    """Quotes in the middle of a field are characters."""
    found = read(tmp_path, 'text,label\nsay "hi" now,a\n5" disk,b\n')

    assert found["extra:text"].to_pylist() == ['say "hi" now', '5" disk']
