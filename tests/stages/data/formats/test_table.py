"""From parsed values to the columns of raw rows."""

import json

import numpy as np
import pyarrow as pa
import pytest

from luthier.errors import InputError
from luthier.stages.data.formats import _table


def test_places() -> None:
    """Rows are numbered from 1; lines are the row numbers where there are none."""
    columns = pa.table({"text": ["a", "b"], "row": ["x", "y"]})

    found = _table.placed(columns, "f.csv")
    with_lines = _table.placed(columns, "f.csv", np.array([4, 9]))

    assert found.column_names == ["row", "line", "file", "extra:text", "extra:row"]
    assert found["row"].to_pylist() == found["line"].to_pylist() == [1, 2]
    assert found["extra:row"].to_pylist() == ["x", "y"]
    assert with_lines["line"].to_pylist() == [4, 9]


def test_joined_fills_with_null() -> None:
    """Files of one split may differ in their other columns."""
    one = _table.placed(pa.table({"text": ["a"]}), "1.csv")
    two = _table.placed(pa.table({"text": ["b"], "user": ["u"]}), "2.csv")

    found = _table.joined([one, two])

    assert found["extra:user"].to_pylist() == [None, "u"]
    assert found["file"].to_pylist() == ["1.csv", "2.csv"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (None, None),
        (3, "3"),
        (2.5, "2.5"),
        (True, "true"),
        (float("nan"), None),
        ({"a": "ü"}, '{"a": "ü"}'),
        (["x", None], '["x", null]'),
        ("half \ud800 pair", "half � pair"),
    ],
)
def test_strings(value: object, text: str | None) -> None:
    """Each kind of JSON value has one spelling."""
    assert _table.strings([value]).to_pylist() == [text]


def test_records_without_keys() -> None:
    """Empty objects are rows all the same; the columns are found wanting later."""
    assert _table.from_records([{}, {}]).num_rows == 2


@pytest.mark.parametrize(
    "metadata",
    [None, {}, {"huggingface": "no JSON"}, {"huggingface": "[]"}, {"huggingface": '{"info": {"features": []}}'}],
)
def test_no_class_names(metadata: dict[str, str] | None) -> None:
    """Metadata of another kind is no error."""
    assert _table.hugging_face_names(pa.schema([("label", pa.int64())], metadata)) == {}


def test_class_names() -> None:
    """Only class labels have names."""
    features = {
        "label": {"_type": "ClassLabel", "names": ["no", "yes"]},
        "text": {"_type": "Value"},
        "odd": {"_type": "ClassLabel"},
    }
    schema = pa.schema([("label", pa.int64())], {"huggingface": json.dumps({"info": {"features": features}})})

    assert _table.hugging_face_names(schema) == {"label": ("no", "yes")}


def test_class_id_without_a_name() -> None:
    """An id beyond the names is refused."""
    with pytest.raises(InputError, match=r"x\.parquet: column 'label' of type int64 cannot be read as text"):
        _table.as_strings(pa.table({"label": [0, 5]}), {"label": ("no", "yes")}, "x.parquet")
