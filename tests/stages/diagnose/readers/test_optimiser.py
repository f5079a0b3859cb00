"""Groups of an optimizer.pt."""

from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim import SGD, AdamW

from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.optimiser import read


def saved(folder: Path, decay: float = 0.1) -> Path:
    """An AdamW of two groups that has made a step, saved as Trainer does."""
    model = nn.Linear(4, 2)
    groups = [{"params": [model.weight], "weight_decay": decay}, {"params": [model.bias], "weight_decay": 0.0}]
    optimiser = AdamW(groups, lr=1e-3)
    model(torch.ones(1, 4)).sum().backward()
    optimiser.step()
    folder.mkdir(exist_ok=True)
    torch.save(optimiser.state_dict(), folder / "optimizer.pt")
    return folder


def test_groups(tmp_path: Path) -> None:
    """Settings of each group, and how many weights it has; the rate of the moment is none of them."""
    saved(tmp_path / "checkpoint-5")
    found = read(Home(tmp_path))

    assert found is not None
    assert (found.source, found.setting("weight_decay")) == ("checkpoint-5/optimizer.pt", (0.1, 0.0))
    assert found.setting("betas") == ((0.9, 0.999),) * 2
    assert [group.tensors for group in found.groups] == [1, 1]
    assert found.setting("lr") == ()


def test_the_newest_that_can_be_read(tmp_path: Path) -> None:
    """A damaged one is passed over and noted."""
    saved(tmp_path / "checkpoint-5", 0.5)
    saved(tmp_path / "checkpoint-10", 0.25)
    (tmp_path / "checkpoint-15").mkdir()
    (tmp_path / "checkpoint-15" / "optimizer.pt").write_bytes(b"PK harm")
    home = Home(tmp_path)
    found = read(home)

    assert found is not None
    assert found.setting("weight_decay")[0] == 0.25
    assert any("checkpoint-15" in source.file and source.note for source in home.sources)


@pytest.mark.parametrize("held", [{}, [1, 2], {"param_groups": 4}, {"param_groups": [3]}])
def test_nothing_in_it(tmp_path: Path, held: object) -> None:
    """Files that hold something else."""
    torch.save(held, tmp_path / "optimizer.pt")

    assert read(Home(tmp_path)) is None


def test_one_of_the_old_format(tmp_path: Path) -> None:
    """Before torch 1.6 files were no archives; they are not read."""
    optimiser = SGD(nn.Linear(2, 2).parameters(), lr=0.1)
    torch.save(optimiser.state_dict(), tmp_path / "optimizer.pt", _use_new_zipfile_serialization=False)

    assert read(Home(tmp_path)) is None


def test_none(tmp_path: Path) -> None:
    """No such file."""
    assert read(Home(tmp_path)) is None
