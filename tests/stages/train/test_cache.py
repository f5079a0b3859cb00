"""Kept states of the frozen part: the model that replays them says what the whole model says."""

import shutil
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from luthier.errors import RunError
from luthier.stages.evaluate.predict import predict_logits
from luthier.stages.train import cache
from luthier.stages.train.cache import frozen_part_kept
from luthier.stages.train.setup import SetUp
from luthier.tasks._batches import Feed
from tests.stages.train.jobs import plan, setup_of


def kept(setup: SetUp, folder: Path, stack: ExitStack) -> dict[str, Feed | None]:
    """Enter the block."""
    splits = {name: setup.encoded[name] for name in ("train", "validation")}
    return stack.enter_context(frozen_part_kept(setup.model, setup.prepared, splits, setup.pad_id, setup.plan, folder))


@pytest.mark.parametrize("strategy", ["top_layers", "frozen_body"])
def test_kept_states_say_what_the_model_says(tiny_model: Path, tmp_path: Path, strategy: str) -> None:
    """Logits of both splits, in and after the block; nothing is left on the disk but the decision."""
    setup = setup_of(tiny_model, plan(strategy))
    whole = {name: predict_logits(setup.model, setup.encoded[name], setup.pad_id) for name in ("train", "validation")}
    with ExitStack() as stack:
        feeds = kept(setup, tmp_path, stack)
        for name, feed in feeds.items():
            assert feed is not None
            logits = predict_logits(setup.model, setup.encoded[name], setup.pad_id, feed=feed)
            torch.testing.assert_close(logits, whole[name], rtol=1e-5, atol=1e-6)

    again = predict_logits(setup.model, setup.encoded["train"], setup.pad_id)
    assert torch.equal(again, whole["train"])
    assert {path.name for path in tmp_path.iterdir()} <= {"states.txt"}


@pytest.mark.parametrize("wanted", [plan("full"), plan("top_layers", word_dropout=0.1)], ids=["full", "augmented"])
def test_nothing_is_kept(tiny_model: Path, tmp_path: Path, wanted: object) -> None:
    """Where nothing is frozen, or rows are augmented anew in every epoch."""
    with ExitStack() as stack:
        assert kept(setup_of(tiny_model, wanted), tmp_path, stack) == {"train": None, "validation": None}  # type: ignore[arg-type]


def test_a_small_disk_is_left_alone(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a run that goes on abides by what was decided, in either direction."""
    setup = setup_of(tiny_model, plan("top_layers"))
    for free in (1_000, 10**12):
        home = tmp_path / str(free)
        home.mkdir()
        for later in (free, 10**12, 1_000):
            monkeypatch.setattr(cache.shutil, "disk_usage", lambda _, later=later: SimpleNamespace(free=later))
            with ExitStack() as stack:
                feed = kept(setup, home, stack)["train"]
                assert (feed is None) == (free == 1_000)


def test_a_disk_that_fails(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While states are written, or when the file was cut before it is read: one clear error."""
    setup = setup_of(tiny_model, plan("top_layers"))
    (tmp_path / "train.states").mkdir()
    with pytest.raises(RunError, match=r"train\.states: cannot write"), ExitStack() as stack:
        kept(setup, tmp_path, stack)
    shutil.rmtree(tmp_path / "train.states", ignore_errors=True)

    setup = setup_of(tiny_model, plan("top_layers"))
    with ExitStack() as stack:
        feed = kept(setup, tmp_path, stack)["train"]
        (tmp_path / "train.states").write_bytes(b"short")
        with pytest.raises(RunError, match="kept states were cut"):
            predict_logits(setup.model, setup.encoded["train"], setup.pad_id, feed=feed)
