"""What is said of values agrees with torch, for every type and wherever the odd value stands."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from luthier.stages.diagnose.readers import tensors
from luthier.stages.diagnose.readers.tensors import Tensor, read_header
from luthier.stages.diagnose.readers.values import equal, look
from tests.stages.diagnose.readers.tensor_files import write

FLOATS = [torch.float64, torch.float32, torch.float16, torch.bfloat16]


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensors, "BLOCK", 7)


def saved(folder: Path, values: torch.Tensor, name: str = "x") -> Tensor:
    """A tensor in a file."""
    return read_header(write(folder / f"{name}.safetensors", {"w": values})).tensors["w"]


@pytest.mark.parametrize("kind", FLOATS)
@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("place", [0, 6, 7, 49])
def test_not_finite(kind: torch.dtype, odd: float, place: int, tmp_path: Path) -> None:
    """One such value is found wherever it stands; the largest finite value is none."""
    values = torch.full((50,), torch.finfo(kind).max, dtype=kind)
    values[::2] = torch.finfo(kind).min
    assert look(saved(tmp_path, values)).finite

    values[place] = odd
    assert not look(saved(tmp_path, values)).finite


@pytest.mark.parametrize("kind", FLOATS)
def test_zero_and_constant(kind: torch.dtype, tmp_path: Path) -> None:
    """Zero counts with either sign; one value is constant; one other value ends both."""
    zero = torch.zeros(50, dtype=kind)
    zero[3] = -0.0
    one = torch.ones(50, dtype=kind)
    last = zero.clone()
    last[49] = 1e-3

    assert look(saved(tmp_path, zero)).zero
    assert look(saved(tmp_path, one)).constant
    assert not look(saved(tmp_path, one)).zero
    assert not look(saved(tmp_path, last)).zero
    assert not look(saved(tmp_path, last)).constant


@pytest.mark.parametrize("kind", FLOATS)
def test_same(kind: torch.dtype, tmp_path: Path) -> None:
    """Equal bits are the same; one bit is a difference; without another tensor there is no answer."""
    values = torch.randn(50).to(kind)
    other = values.clone()
    other[49] += 1

    mine = saved(tmp_path, values)
    assert look(mine).same is None
    assert look(mine, saved(tmp_path, values, "y")).same is True
    assert look(mine, saved(tmp_path, other, "z")).same is False
    assert equal(mine, saved(tmp_path, values, "y"))
    assert not equal(mine, saved(tmp_path, other, "z"))


@pytest.mark.parametrize("kind", FLOATS)
@pytest.mark.parametrize("base", FLOATS)
def test_same_in_another_type(kind: torch.dtype, base: torch.dtype, tmp_path: Path) -> None:
    """A checkpoint that was loaded in another precision counts as unchanged: rounding is torch's."""
    values = torch.cat([torch.randn(5000), torch.randn(5000) * 1e-6, torch.tensor([0.0, -0.0, 1.0, 65504.0])]).to(base)

    mine = saved(tmp_path, values.to(kind))

    assert look(mine, saved(tmp_path, values, "y")).same is True
    assert equal(mine, saved(tmp_path, values, "z")) is (kind == base)


def test_stops_early(tmp_path: Path) -> None:
    """Once every question is answered no more is read; a sample reads its share."""
    values = torch.randn(700)
    values[1] = float("nan")

    assert look(saved(tmp_path, values)).read == 7
    assert look(saved(tmp_path, torch.ones(700)), share=0.1).read == 70


def test_other_shapes_are_not_equal(tmp_path: Path) -> None:
    """Equality asks for type and shape too, and types that are not judged are equal by those alone."""
    one = saved(tmp_path, torch.ones(6))
    numbers = saved(tmp_path, torch.arange(6), "y")

    assert not equal(one, replace(one, shape=(2, 3)))
    assert equal(numbers, numbers)
