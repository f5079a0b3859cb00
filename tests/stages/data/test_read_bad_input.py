"""Bad input, as a table: each case ends in one clear error that names the place and the next step."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from luthier.errors import InputError
from luthier.stages.data.read import FIND, Wish, read_rows
from luthier.stages.data.split import make_splits

GOOD = "text,label\n" + "".join(f"a sentence number {n},{'ab'[n % 2]}\n" for n in range(20))


def rows(*lines: str, header: str = "text,label") -> bytes:
    """A CSV of these lines."""
    return "\n".join((header, *lines, "")).encode()


def parquet(**columns: list[object]) -> bytes:
    """A Parquet file of these columns."""
    buffer = pa.BufferOutputStream()
    pyarrow.parquet.write_table(pa.table(columns), buffer)
    return bytes(buffer.getvalue())


# name of the file, its bytes, and what the message must hold
CASES: dict[str, tuple[str, bytes, tuple[str, ...]]] = {
    "empty": ("x.csv", b"", ("x.csv", "empty")),
    "only blanks": ("x.csv", b" \n\n", ("x.csv", "empty")),
    "only a mark": ("x.csv", b"\xff\xfe", ("x.csv", "empty")),
    "header only": ("x.csv", b"text,label\n", ("x.csv", "a header and no rows")),
    "binary": ("x.csv", bytes(range(256)) * 40, ("x.csv", "binary")),
    "zip": ("x.csv", b"PK\x03\x04" + bytes(100), ("x.csv", "zip archive")),
    "office document called csv": ("x.csv", b"\xd0\xcf\x11\xe0" + bytes(100), ("old office document",)),
    "NUL bytes": ("x.csv", GOOD.replace("number 3", "num\0er 3").encode(), ("x.csv, line 5", "NUL", "tr -d")),
    "too few fields": (
        "x.csv",
        rows("one two,a", "three", "four,b"),
        ("x.csv, line 3", "1 fields", "has 2", "text, label"),
    ),
    "too many fields": ("x.csv", rows("one two,a", "three, four,b", "x,y"), ("x.csv, line 3", "3 fields", "comma")),
    "ragged after a quoted line feed": ("x.csv", rows('"one\ntwo",a', "three", "x,y"), ("x.csv, line 4", "1 fields")),
    "unclosed quote": ("x.csv", rows("one two,a", '"three,b', "four,a", "five,b"), ("x.csv, line 3", "never closed")),
    "unclosed quote on the last line": ("x.csv", rows("one,a", "two,b", '"three,b'), ("x.csv, line 4", "never closed")),
    "unclosed quote that meets a later one": (
        "x.csv",
        rows("one two,a", '"three,b', "four,a", '"five",b', "six,a"),
        ("x.csv, line 3", "next closed on line 5, in the middle of a text"),
    ),
    "duplicate header": ("x.csv", rows("a,b,c", header="text,label,text"), ("x.csv, line 1", "'text'", "1 and 3")),
    "no text column": (
        "x.csv",
        rows("1,2", "3,4", "5,6", header="width,height"),
        ("no column looks like text", "--text"),
    ),
    "two text columns": (
        "x.csv",
        rows(
            *(f"the left side of {n},and the right side of {n},{n % 2}" for n in range(30)), header="left,right,label"
        ),
        ("several columns look like text (left, right)", "--text"),
    ),
    "no label column": ("x.csv", rows("one two three", "four five six", header="text"), ("label", "--label")),
    "two label columns": (
        "x.csv",
        rows(*(f"a text that has the number {n},{'uv'[n % 2]},{'xyz'[n % 3]}" for n in range(30)), header="text,p,q"),
        ("several columns could be the label (p, q)", "--label"),
    ),
    "one class": (
        "x.csv",
        rows("one two,a", "three four,a", "five six,a"),
        ("x.csv, column 'label'", "all 3 rows", "'a'"),
    ),
    "all labels null": (
        "x.csv",
        rows("one two,", "three four,", "five six,"),
        ("x.csv", "'label'", "all 3 rows", "--label"),
    ),
    "no text at all": ("x.csv", rows(",a", " ,b", ",a"), ("no row has both", "--text")),
    "300 classes on 400 rows": (
        "x.csv",
        rows(*(f"a sentence number {n},class {n % 300}" for n in range(400))),
        ("column 'label'", "300 classes on 400 rows"),
    ),
    "truncated gzip": ("x.csv.gz", gzip.compress(GOOD.encode() * 100)[:-20], ("x.csv.gz", "cut short")),
    "no gzip at all": ("x.csv.gz", GOOD.encode(), ("x.csv.gz", "damaged")),
    "broken JSON line": ("x.jsonl", b'{"text": "a", "label": 1}\n{"text": "b", \n', ("x.jsonl, line 2", "not JSON")),
    "JSON line that is no object": ("x.jsonl", b'{"text": "a", "label": 1}\n[1, 2]\n', ("x.jsonl, line 2", "list")),
    "broken JSON": ("x.json", b'[{"text": "a"},\n {"text": }]', ("x.json, line 2", "not JSON", "column")),
    "JSON that is not rows": ("x.json", b'{"name": "x", "size": 3}', ("x.json", "not rows", "name, size")),
    "JSON list of numbers": ("x.json", b"[1,\n2]", ("x.json, line 1", "not rows", "item 1 is a int")),
    "JSON list that turns": ("x.json", b'[{"text": "a"},\n"b"]', ("x.json, line 2", "item 2 is a str")),
    "empty JSON list": ("x.json", b"[]", ("x.json", "the list is empty")),
    "damaged Parquet": ("x.parquet", parquet(text=["a"], label=["b"])[:-9], ("x.parquet", "Parquet")),
    "Parquet without rows": ("x.parquet", parquet(text=pa.array([], "string")), ("x.parquet", "no rows")),
    "bytes in Parquet": ("x.parquet", parquet(text=[b"\xff\xfe"], label=["a"]), ("x.parquet", "'text'", "binary")),
    "fastText without label": ("x.ft", b"__label__a one\ntwo\n", ("x.ft, line 2", "__label__")),
    "fastText with two labels": ("x.ft", b"__label__a __label__b one\n", ("x.ft, line 1", "several labels")),
    "unknown kind of file": ("x.xlsx", b"abc", ("x.xlsx", "format is not known", ".csv")),
    "bytes of no encoding": ("x.csv", rows("one,a") + bytes([0x81, 0x20, 0xFF, 0x0A, 0x8F]) * 3, ("x.csv",)),
}


@pytest.mark.parametrize("case", CASES)
def test_refused(case: str, tmp_path: Path) -> None:
    """The error names file, line or column, and a next step."""
    name, content, told = CASES[case]
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(InputError) as caught:
        make_splits(read_rows(str(path)))

    assert [piece for piece in told if piece not in str(caught.value)] == []
    assert caught.value.next_step
    assert name in caught.value.where


def test_no_file(tmp_path: Path) -> None:
    """A path at which nothing stands."""
    with pytest.raises(InputError, match=r"nothing\.csv: there is no such file"):
        read_rows(str(tmp_path / "nothing.csv"))


@pytest.mark.parametrize("field", ["text", "label", "group", "time"])
def test_no_such_column(field: str, tmp_path: Path) -> None:
    """A column that the user names and the file lacks."""
    path = tmp_path / "x.csv"
    path.write_text(GOOD)

    with pytest.raises(InputError, match=r"no column 'nope'(?s:.)*text, label"):
        read_rows(str(path), Wish(**{field: "nope"}))


def test_folder_without_splits(tmp_path: Path) -> None:
    """A folder in which nothing is named like a split."""
    (tmp_path / "notes.csv").write_text(GOOD)

    with pytest.raises(InputError, match=r"no file in this folder is named like a split \(notes.csv\)"):
        read_rows(str(tmp_path))


def test_no_train_part(tmp_path: Path) -> None:
    """A folder with a test and nothing to learn from."""
    (tmp_path / "test.csv").write_text(GOOD)

    with pytest.raises(InputError, match="no train part"):
        make_splits(read_rows(str(tmp_path)))


def test_label_never_seen_in_training(tmp_path: Path) -> None:
    """A label of the test that train lacks is named with its line."""
    (tmp_path / "train.csv").write_text(GOOD)
    (tmp_path / "test.csv").write_text("text,label\nsomething new,a\nsomething else,c\n")

    with pytest.raises(InputError, match=r"test.csv, line 3: the label 'c' stands in test and never in train"):
        make_splits(read_rows(str(tmp_path)))


def test_parts_with_other_columns(tmp_path: Path) -> None:
    """A part that lacks the text column of the others."""
    (tmp_path / "train.csv").write_text(GOOD)
    (tmp_path / "test.csv").write_text(GOOD.replace("text,label", "words,label"))

    with pytest.raises(InputError, match="the test part has no column 'text'"):
        read_rows(str(tmp_path))


# What looks bad and must work.
FINE: dict[str, Callable[[], tuple[str, bytes]]] = {
    "quoted line feeds": lambda: ("x.csv", rows('"one\ntwo",a', "three,b", '"four\r\nfive",a', "six,b")),
    "UTF-16 without a mark": lambda: ("x.csv", GOOD.encode("utf-16-le")),
    "UTF-16 without a mark, big end first": lambda: ("x.csv", GOOD.encode("utf-16-be")),
    "a row of 5 MB": lambda: ("x.csv", rows('"' + "long, " * 900_000 + '",a', "short,b", "mid,a", "end,b")),
    "a row of 5 MB with line feeds": lambda: (
        "x.csv",
        rows('"' + "long,\n" * 800_000 + '",a', "short,b", "mid,a", "end,b"),
    ),
    "a row of 5 MB in JSON": lambda: (
        "x.jsonl",
        b"\n".join(
            json.dumps({"text": f"{n} " * size, "label": n % 2}).encode() for n, size in enumerate([2_500_000, 1, 2, 3])
        ),
    ),
    "trailing commas": lambda: ("x.csv", rows("one,a,", "two,b,,", "three,a", "four,b")),
    "blank lines": lambda: ("x.csv", rows("one,a", "", "two,b", "", "", "three,a", "four,b")),
    "old Mac line ends": lambda: ("x.csv", rows("one,a", "two,b", "three,a", "four,b").replace(b"\n", b"\r")),
}


@pytest.mark.parametrize("case", FINE)
def test_accepted(case: str, tmp_path: Path) -> None:
    """What only looks bad is read: no row lost, both classes there."""
    name, content = FINE[case]()
    path = tmp_path / name
    path.write_bytes(content)

    read = read_rows(str(path), FIND)

    assert read.parts[""].num_rows in {4, 20}
    assert len(read.classes) == 2


def test_class_with_one_row(tmp_path: Path) -> None:
    """It stays in train, and a notice says so."""
    path = tmp_path / "x.csv"
    path.write_text(GOOD + "a lonely sentence,c\n")

    split = make_splits(read_rows(str(path)))

    assert "c" in split.splits.train["label"].to_pylist()
    assert [notice for notice in split.notices if "'c'" in notice]


@pytest.mark.parametrize(("named", "says"), [("label", "the two columns look swapped"), ("id", "drop rare classes")])
def test_too_many_classes(named: str, says: str, tmp_path: Path) -> None:
    """The sentences named as labels, and labels that are all different beside sentences that are, too."""
    path = tmp_path / "x.csv"
    rows = [f"sentence number {n} here,{'ab'[n % 2]},k{n}" for n in range(30)]
    path.write_text("\n".join(["text,label,id", *rows]) + "\n")
    wish = Wish(text="label", label="text") if named == "label" else Wish(text="text", label="id")

    with pytest.raises(InputError, match=says):
        read_rows(str(path), wish)
