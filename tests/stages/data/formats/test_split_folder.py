"""A folder of splits."""

import gzip
from pathlib import Path

from luthier.stages.data.formats import split_folder


def test_names_of_splits(tmp_path: Path) -> None:
    """Splits are told by a word in the name, whatever the format; several files of one split are joined."""
    (tmp_path / "my-train-1.csv").write_text("text,label\none,a\ntwo,b\n")
    (tmp_path / "my-train-2.jsonl").write_text('{"text": "three", "label": "a", "extra": 1}\n')
    (tmp_path / "dev.tsv").write_text("text\tlabel\nfour\ta\n")
    (tmp_path / "test.csv.gz").write_bytes(gzip.compress(b"text,label\nfive,b\n"))
    (tmp_path / "README.md").write_text("training")
    (tmp_path / ".test.swp").write_text("x")

    raw = split_folder.read(tmp_path)

    assert {name: table["extra:text"].to_pylist() for name, table in raw.parts.items()} == {
        "train": ["one", "two", "three"],
        "validation": ["four"],
        "test": ["five"],
    }
    assert raw.parts["train"]["row"].to_pylist() == [1, 2, 1]
    assert [Path(name).name for name in raw.parts["train"]["file"].to_pylist()] == ["my-train-1.csv"] * 2 + [
        "my-train-2.jsonl"
    ]
