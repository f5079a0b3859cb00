"""Curves of acted scenes: kept, read and sketched."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from luthier.failures import _curves
from luthier.failures._curves import COLUMNS, Curve, Picture, as_text, bars, pictured, pictures, shows_in_rate, sketch
from luthier.failures._engine import all_failures

PICTURE = Picture(Curve((1.0, 2.0, 3.0), (0.7, math.nan, 0.71)), Curve((1.0, 2.0), (0.69314, 0.1), (1e-5, 0.0)))


def test_kept_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three digits survive, and so does a loss that is not a number."""
    monkeypatch.setattr(_curves, "FILE", tmp_path / "curves.json")
    pictures.cache_clear()
    _curves.FILE.write_text(as_text({"x": PICTURE, "y": replace(PICTURE, recipe="RateZero")}))

    found, from_a_run = pictures()["x"], pictures()["y"]
    pictures.cache_clear()

    assert (found.recipe, from_a_run.recipe) == ("", "RateZero")

    assert found.good == Curve((1.0, 2.0), (0.693, 0.1), (1e-5, 0.0))
    assert math.isnan(found.bad.losses[1])
    assert found.bad.rates == ()


def test_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the file there are no pictures."""
    monkeypatch.setattr(_curves, "FILE", tmp_path / "none.json")
    pictures.cache_clear()

    assert pictures() == {}
    pictures.cache_clear()


def test_bars() -> None:
    """High, low, broken; many values share a bar, and a broken one among them breaks it."""
    assert bars((1.0, 0.0, math.nan, 0.5), 1.0) == "█▁×▅"
    many = bars([1.0] * 100 + [math.inf] + [0.0] * 99, 1.0)
    assert len(many) <= COLUMNS
    assert many[0] == "█"
    assert many.count("×") == 1


def test_sketch() -> None:
    """Two lines on one scale, with their ends, that fit a terminal."""
    bad, good = sketch(PICTURE).splitlines()

    assert bad.startswith("this failure  █×█")
    assert good.startswith("healthy       █▂")
    assert good.endswith("0.69 → 0.10")
    assert max(map(len, (bad, good))) <= 90


def test_which_failures_have_one() -> None:
    """Those that show in the loss and whose scenes can be trained; each that was kept is one of them."""
    known = all_failures()

    assert pictured(known["stuck_at_chance"])
    assert not pictured(known["train_test_overlap"])
    assert shows_in_rate(known["rate_never_arrives"])
    assert not shows_in_rate(known["overfitting"])
    assert {name for name, one in pictures().items() if not one.recipe and not pictured(known[name])} == set()
