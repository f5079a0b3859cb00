"""Folders that `datasets` or the hub wrote."""

import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from luthier.errors import InputError
from luthier.stages.data.formats import hugging_face, split_folder
from luthier.stages.data.formats._contract import UNSPLIT, read_path

INFO = {"features": {"label": {"_type": "ClassLabel", "names": ["neg", "pos"]}, "text": {"_type": "Value"}}}


def saved(folder: Path, texts: list[str], labels: list[int]) -> None:
    """What `Dataset.save_to_disk` leaves, in two data files."""
    folder.mkdir(parents=True)
    names = []
    for number, rows in enumerate((slice(0, 1), slice(1, None))):
        table = pa.table({"text": texts[rows], "label": labels[rows]})
        names.append({"filename": f"data-{number:05}-of-00002.arrow"})
        with pa.OSFile(str(folder / names[-1]["filename"]), "wb") as file, pa.ipc.new_stream(file, table.schema) as out:
            out.write_table(table)
    (folder / "state.json").write_text(json.dumps({"_data_files": names, "_split": "train"}))
    (folder / "dataset_info.json").write_text(json.dumps(INFO))


def test_saved_dataset(tmp_path: Path) -> None:
    """One dataset: rows of all its files in order, class ids as names."""
    saved(tmp_path / "x", ["one", "two", "three"], [1, 0, -1])

    raw = read_path(tmp_path / "x")

    assert raw.parts[UNSPLIT]["extra:text"].to_pylist() == ["one", "two", "three"]
    assert raw.parts[UNSPLIT]["extra:label"].to_pylist() == ["pos", "neg", None]
    assert raw.class_names == {"label": ("neg", "pos")}


def test_saved_dictionary(tmp_path: Path) -> None:
    """Splits under their standard names; what is no split is named in a notice."""
    for name in ("train", "validation", "unsupervised"):
        saved(tmp_path / name, ["one", "two"], [1, 0])
    (tmp_path / "dataset_dict.json").write_text(json.dumps({"splits": ["train", "validation", "unsupervised"]}))

    raw = read_path(tmp_path)

    assert sorted(raw.parts) == ["train", "validation"]
    assert "'unsupervised' is not used" in raw.notices[0]


def test_snapshot(tmp_path: Path) -> None:
    """Parquet files in a folder of their own, several to a split; scripts are not looked at."""
    (tmp_path / "data").mkdir()
    for name in ("train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001"):
        pyarrow.parquet.write_table(pa.table({"text": [name], "label": [0]}), tmp_path / "data" / f"{name}.parquet")
    (tmp_path / "loader.py").write_text("raise SystemExit")

    raw = read_path(tmp_path)

    assert {name: table.num_rows for name, table in raw.parts.items()} == {"train": 2, "test": 1}


def test_snapshot_with_several_configurations(tmp_path: Path) -> None:
    """Which one is asked, and each is named."""
    for name in ("cola", "sst2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "train.csv").write_text("text,label\none,a\n")

    with pytest.raises(InputError, match="several configurations lie here: cola, sst2"):
        read_path(tmp_path)


@pytest.mark.parametrize("broken", ["dataset_info.json", "data-00000-of-00002.arrow"])
def test_missing_part(broken: str, tmp_path: Path) -> None:
    """A part that is gone is named."""
    saved(tmp_path / "x", ["one", "two"], [0, 1])
    (tmp_path / "x" / broken).unlink()

    with pytest.raises(InputError, match=re.escape(broken)):
        hugging_face.read(tmp_path / "x")


def test_split_folder_is_another_format(tmp_path: Path) -> None:
    """A folder with its files at the top is no snapshot."""
    (tmp_path / "train.csv").write_text("text,label\none,a\n")

    assert not hugging_face.recognises(tmp_path)
    assert split_folder.recognises(tmp_path)
