"""Files of torch.save: archives and what torch wrote before, whole and damaged."""

import os
from pathlib import Path

import pytest
import torch

from luthier.stages.diagnose.readers.inert import Made, plain, table_of
from luthier.stages.diagnose.readers.pickles import MOST_BYTES, UnreadablePickle
from luthier.stages.diagnose.readers.torch_files import read_torch
from tests.stages.diagnose.readers.hostile_pickles import ARCHIVES, archived, evil_state, legacy

STATE = {"step": 7, "rate": 3e-5, "groups": [{"betas": (0.9, 0.999), "lr": None}], "name": "adamw"}
READ = {"step": 7, "rate": 3e-5, "groups": ({"betas": (0.9, 0.999), "lr": None},), "name": "adamw"}


def saved(folder: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path = folder / "training_args.bin"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("zipped", [True, False])
def test_both_formats_of_torch(tmp_path: Path, zipped: bool) -> None:
    """A file that torch itself wrote, in the format of today and in that before version 1.6."""
    path = tmp_path / "state.pt"
    torch.save(STATE, path, _use_new_zipfile_serialization=zipped)

    assert plain(read_torch(path)) == READ


@pytest.mark.parametrize("zipped", [True, False])
def test_tensors_are_not_read(tmp_path: Path, zipped: bool) -> None:
    """A tensor is a name; what stands beside it is read."""
    path = tmp_path / "state.pt"
    torch.save(
        {"weight": torch.ones(2), "step": 3, "type": torch.bfloat16}, path, _use_new_zipfile_serialization=zipped
    )

    read = plain(read_torch(path))

    assert read == {"weight": "<torch._utils._rebuild_tensor_v2>", "step": 3, "type": "torch.bfloat16"}


@pytest.mark.parametrize("form", [archived, legacy, bytes])
def test_hostile_settings_in_every_form(tmp_path: Path, form: type) -> None:
    """The settings around a call are read, in an archive, behind a legacy header, and as a bare pickle."""
    read = read_torch(saved(tmp_path, form(evil_state())))

    assert isinstance(read, Made)
    assert read.name == "transformers.training_args.TrainingArguments"
    assert plain(table_of(read)) == {"learning_rate": 3e-5, "output_dir": "<posix.system>", "seed": 7}


@pytest.mark.parametrize("name", ARCHIVES)
def test_bad_archives_are_refused(tmp_path: Path, name: str) -> None:
    """No pickle can be had from them, and the error says so."""
    with pytest.raises(UnreadablePickle):
        read_torch(saved(tmp_path, ARCHIVES[name]))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """The size that the archive states is enough."""
    with pytest.raises(UnreadablePickle, match="too large"):
        read_torch(saved(tmp_path, ARCHIVES["archive bomb"]))


@pytest.mark.parametrize("form", [archived, legacy])
def test_cut_at_every_byte(tmp_path: Path, form: type) -> None:
    """A file that is cut anywhere is refused."""
    whole = form(evil_state())
    for end in range(0, len(whole), 1 if form is legacy else 3):
        with pytest.raises(UnreadablePickle):
            read_torch(saved(tmp_path, whole[:end]))


def test_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    """A member whose name climbs out of the archive is read as any other, and nothing is written."""
    path = saved(tmp_path, archived(evil_state(), "../../data.pkl"))

    assert plain(read_torch(path)) == {"learning_rate": 3e-5, "output_dir": "<posix.system>", "seed": 7}
    assert [one.name for one in tmp_path.iterdir()] == ["training_args.bin"]


def test_a_sparse_file_is_not_read_whole(tmp_path: Path) -> None:
    """One gigabyte of nothing is refused after the bound."""
    path = tmp_path / "training_args.bin"
    path.touch()
    os.truncate(path, 2**30)

    with pytest.raises(UnreadablePickle, match=f"{MOST_BYTES:,}"):
        read_torch(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The error of the system is translated."""
    with pytest.raises(UnreadablePickle, match="cannot be read"):
        read_torch(tmp_path / "nothing.bin")
