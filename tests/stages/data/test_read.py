"""Reading as a whole: rows out of files, cleaned, labelled, told."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from luthier.facts.places import RowPlace
from luthier.stages.data.read import FIND, Wish, read_rows

ROWS = "text,label,user\n" + "".join(f"sentence {n} here,{'ab'[n % 2]},u{n % 4}\n" for n in range(10))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A plain file of ten rows."""
    (tmp_path / "x.csv").write_text(ROWS)
    return tmp_path / "x.csv"


def test_columns_of_the_rows(path: Path) -> None:
    """Places, task columns, and the user's other columns under their prefix."""
    table = read_rows(str(path)).parts[""]

    assert sorted(table.column_names) == ["extra:user", "file", "label", "line", "row", "text"]
    assert table.slice(2, 1).to_pylist() == [
        {"row": 3, "line": 4, "file": str(path), "text": "sentence 2 here", "label": "a", "extra:user": "u2"}
    ]


def test_cleaning_is_told(tmp_path: Path) -> None:
    """What was changed and dropped, with reasons and places."""
    path = tmp_path / "x.csv"
    path.write_text("text,label\n<b>one</b>,a\n  ,a\ntwo,\n three,A\n&nbsp;,\nfour,b\nfive,b\n")

    read = read_rows(str(path))

    assert read.parts[""]["text"].to_pylist() == ["one", "three", "four", "five"]
    assert read.cleaning.dropped == {"empty text": 2, "no label": 1}
    assert read.cleaning.examples["empty text"] == (RowPlace(str(path), 3, 2), RowPlace(str(path), 6, 5))
    assert read.cleaning.examples["no label"] == (RowPlace(str(path), 4, 3),)
    assert read.cleaning.changed == {"encoding": 0, "html": 2, "control": 0, "space": 3}
    assert read.label_variants == {"a": ("a", "A")}


def test_steps_are_chosen(path: Path) -> None:
    """Only the named steps run."""
    path.write_text("text,label\n<b>one</b>,a\ntwo,b\nthree,a\nfour,b\n")

    read = read_rows(str(path), steps=())

    assert read.parts[""]["text"][0].as_py() == "<b>one</b>"
    assert read.cleaning.changed == {}


def test_texts_to_predict(path: Path) -> None:
    """Without labels no row is dropped, not even an empty one."""
    path.write_text("text,label\none,\n ,\nthree,a\n")

    read = read_rows(str(path), need_label=False)

    assert read.parts[""]["text"].to_pylist() == ["one", "", "three"]
    assert read.columns.label is None


def test_label_and_text_swapped_by_the_user(path: Path) -> None:
    """Named columns are taken as named."""
    assert read_rows(str(path), Wish(text="label", label="user")).classes == ("u0", "u1", "u2", "u3")


def test_class_names_of_the_format(tmp_path: Path) -> None:
    """Classes come in the order that a dataset declares."""
    info = {"info": {"features": {"label": {"_type": "ClassLabel", "names": ["world", "sport", "arts"]}}}}
    table = pa.table({"text": [f"text {n}" for n in range(6)], "label": [2, 1, 0, 0, 1, 2]})
    pyarrow.parquet.write_table(
        table.replace_schema_metadata({"huggingface": json.dumps(info)}), tmp_path / "x.parquet"
    )

    read = read_rows(str(tmp_path / "x.parquet"), FIND)

    assert read.classes == ("world", "sport", "arts")
    assert read.parts[""]["label"].to_pylist()[:2] == ["arts", "sport"]


def test_a_part_without_labels_is_not_used(tmp_path: Path) -> None:
    """Benchmarks hide the labels of their test."""
    (tmp_path / "train.csv").write_text(ROWS)
    (tmp_path / "test.csv").write_text("text,label\none,\ntwo,\n")

    read = read_rows(str(tmp_path))

    assert list(read.parts) == ["train"]
    assert "the test part has no labels" in read.notices[0]
    assert read.cleaning.dropped == {}


def test_a_column_that_names_splits(tmp_path: Path) -> None:
    """Rows are taken apart by it; a value that is no split leaves the file whole."""
    path = tmp_path / "x.csv"
    lines = [f"sentence {n} here,{'ab'[n % 2]},{['train', 'dev', 'test'][max(n - 7, 0)]}" for n in range(10)]
    path.write_text("\n".join(["text,label,split", *lines]))

    read = read_rows(str(path))

    assert {name: part["row"].to_pylist() for name, part in read.parts.items()} == {
        "train": [1, 2, 3, 4, 5, 6, 7, 8],
        "validation": [9],
        "test": [10],
    }
    assert read.notices == (f"{path}: the column 'split' gives the splits",)

    path.write_text("\n".join(["text,label,split", *lines, "more words,a,unknown"]))
    assert list(read_rows(str(path)).parts) == [""]


def test_parts_may_have_their_own_extra_columns(tmp_path: Path) -> None:
    """Only text and label must be in every part."""
    (tmp_path / "train.csv").write_text(ROWS)
    (tmp_path / "test.csv").write_text("label,text\na,one thing\nb,another thing\n")

    assert sorted(read_rows(str(tmp_path)).parts) == ["test", "train"]
