"""Parquet and Arrow files."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

from luthier.stages.data.formats import parquet
from luthier.stages.data.formats._contract import UNSPLIT

TABLE = pa.table(
    {
        "text": pa.array(["one", None, "three"], pa.large_string()),
        "label": pa.array([1, 0, -1]),
        "kind": pa.array(["u", "v", "u"]).dictionary_encode(),
        "spans": [[1, 2], [], None],
        "score": [0.5, 1.0, None],
    }
)
INFO = {"info": {"features": {"label": {"_type": "ClassLabel", "names": ["neg", "pos"]}, "text": {"_type": "Value"}}}}


def test_types_become_strings(tmp_path: Path) -> None:
    """Each type has one spelling; null stays null."""
    pyarrow.parquet.write_table(TABLE, tmp_path / "x.parquet")

    found = parquet.read(tmp_path / "x.parquet").parts[UNSPLIT]

    assert found["extra:text"].to_pylist() == ["one", None, "three"]
    assert found["extra:label"].to_pylist() == ["1", "0", "-1"]
    assert found["extra:kind"].to_pylist() == ["u", "v", "u"]
    assert found["extra:spans"].to_pylist() == ["[1, 2]", "[]", None]
    assert found["extra:score"].to_pylist() == ["0.5", "1", None]
    assert found["row"].to_pylist() == found["line"].to_pylist() == [1, 2, 3]


def test_class_names_of_datasets(tmp_path: Path) -> None:
    """Ids become the names left in the metadata; -1 means no label."""
    named = TABLE.replace_schema_metadata({"huggingface": json.dumps(INFO)})
    pyarrow.parquet.write_table(named, tmp_path / "x.parquet")

    raw = parquet.read(tmp_path / "x.parquet")

    assert raw.parts[UNSPLIT]["extra:label"].to_pylist() == ["pos", "neg", None]
    assert raw.class_names == {"label": ("neg", "pos")}


def test_arrow(tmp_path: Path) -> None:
    """Arrow files in either layout."""
    plain = TABLE.select(["text", "label"])
    pyarrow.feather.write_feather(plain, tmp_path / "x.feather")
    with pa.OSFile(str(tmp_path / "x.arrow"), "wb") as file, pa.ipc.new_stream(file, plain.schema) as stream:
        stream.write_table(plain)

    for name in ("x.feather", "x.arrow"):
        assert parquet.read(tmp_path / name).parts[UNSPLIT]["extra:label"].to_pylist() == ["1", "0", "-1"]
