"""Real checkpoints of Trainer, injured one way at a time."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from luthier.facts.arguments import Arguments
from luthier.facts.checkpoints import CheckpointFacts, Injury
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import checkpoints
from luthier.stages.diagnose.readers.checkpoints import read
from tests.trainer_runs import train

SETTINGS = Arguments(
    "TrainingArguments",
    "transformers",
    {"metric_for_best_model": "right", "greater_is_better": True, "lr_scheduler_type": "linear"},
)
Change = Callable[[Path], object]


@pytest.fixture
def run(trainer_run: Path, tmp_path: Path) -> Path:
    """A copy of a run with checkpoints at steps 2 and 4, to be injured."""
    return Path(shutil.copytree(trainer_run, tmp_path / "run"))


def facts(folder: Path, arguments: Arguments | None = SETTINGS) -> CheckpointFacts:
    """Read the checkpoints of a folder."""
    found = read(Home(folder), arguments)
    assert found is not None
    return found


def gone(*names: str) -> Change:
    """Remove files of the newest checkpoint."""
    return lambda run: [(run / "checkpoint-4" / name).unlink() for name in names]


def cut(name: str) -> Change:
    """Cut a file of the newest checkpoint to half."""

    def change(run: Path) -> None:
        path = run / "checkpoint-4" / name
        os.truncate(path, path.stat().st_size // 2)

    return change


def edit(name: str, **values: object) -> Change:
    """Change values of a JSON file of the newest checkpoint."""

    def change(run: Path) -> None:
        path = run / "checkpoint-4" / name
        path.write_text(json.dumps(json.loads(path.read_text()) | values))

    return change


def nan(run: Path) -> None:
    """One weight of the newest checkpoint is no number."""
    path = run / "checkpoint-4" / "model.safetensors"
    tensors = load_file(path)
    tensors["classifier.bias"][0] = float("nan")
    save_file(tensors, path)


def flipped(run: Path) -> None:
    """One bit of the optimizer's state is another one."""
    path = run / "checkpoint-4" / "optimizer.pt"
    raw = bytearray(path.read_bytes())
    raw[raw.find(b"/data/5") + 200] ^= 1
    path.write_bytes(raw)


def ranks(*numbers: int) -> Change:
    """Random states of several processes."""

    def change(run: Path) -> None:
        path = run / "checkpoint-4" / "rng_state.pth"
        for number in numbers:
            shutil.copy(path, path.with_name(f"rng_state_{number}.pth"))
        path.unlink()

    return change


RESUMABLE = (True, True)
WHOLE: dict[str, Change] = {
    "untouched": lambda run: None,
    "no settings": gone("training_args.bin"),
    "no tokenizer": gone("tokenizer.json", "tokenizer_config.json"),
    "two processes": ranks(0, 1),
    "a scaler": lambda run: torch.save({"scale": 1.0}, run / "checkpoint-4" / "scaler.pt"),
}
INJURED: dict[str, tuple[Change, str, str, tuple[bool, bool]]] = {
    "no weights": (gone("model.safetensors"), "missing", "weights", (False, False)),
    "cut weights": (cut("model.safetensors"), "cut", "weights", (False, False)),
    "no optimizer": (gone("optimizer.pt"), "missing", "optimizer", (True, False)),
    "cut optimizer": (cut("optimizer.pt"), "cut", "optimizer", (True, False)),
    "another bit": (flipped, "changed", "optimizer", (True, False)),
    "no schedule": (gone("scheduler.pt"), "missing", "schedule", (True, False)),
    "cut schedule": (cut("scheduler.pt"), "cut", "schedule", (True, False)),
    "no random state": (gone("rng_state.pth"), "missing", "random state", (True, False)),
    "cut random state": (cut("rng_state.pth"), "cut", "random state", (True, False)),
    "a process is missing": (ranks(0, 2), "missing", "random state", (True, False)),
    "no state": (gone("trainer_state.json"), "missing", "state", (True, False)),
    "cut state": (cut("trainer_state.json"), "cut", "state", (True, False)),
    "cut settings": (cut("training_args.bin"), "cut", "arguments", RESUMABLE),
    "no config": (gone("config.json"), "missing", "config", (False, False)),
    "cut config": (cut("config.json"), "cut", "config", (False, False)),
    "cut tokenizer": (cut("tokenizer.json"), "cut", "tokenizer", RESUMABLE),
    "another step": (edit("trainer_state.json", global_step=3), "inconsistent", "state", (True, False)),
    "NaN": (nan, "not finite", "weights", (False, False)),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole(name: str, run: Path) -> None:
    """What Trainer writes, and what it does not need, is no injury."""
    WHOLE[name](run)

    newest = facts(run).newest

    assert newest is not None
    assert newest.injuries == ()
    assert (newest.loads, newest.resumes) == RESUMABLE


@pytest.mark.parametrize("name", INJURED)
def test_injured(name: str, run: Path) -> None:
    """Each injury is named with its kind, part and file; the older checkpoint is the safe one where it harms."""
    change, kind, part, still = INJURED[name]
    change(run)

    found = facts(run)

    assert found.newest is not None
    assert [(one.kind, one.part) for one in found.newest.injuries] == [(kind, part)]
    assert found.newest.injuries[0].file.startswith("checkpoint-4/")
    assert (found.newest.loads, found.newest.resumes) == still
    assert found.safe is not None
    assert found.safe.step == (4 if still == RESUMABLE else 2)
    assert found.all[0].injuries == ()


def test_what_is_missing_is_told_in_bytes(run: Path) -> None:
    """A cut file says how much of it is there; weights with NaN say which."""
    cut("model.safetensors")(run)
    assert "bytes" in facts(run).all[1].injuries[0].detail
    shutil.copy(run / "checkpoint-2" / "model.safetensors", run / "checkpoint-4")
    nan(run)
    assert "classifier.bias" in facts(run).all[1].injuries[0].detail


def test_empty_newer_folder(run: Path) -> None:
    """A folder without files is injured, though a good older one stands beside it."""
    (run / "checkpoint-99").mkdir()

    found = facts(run)

    assert found.newest is not None
    assert found.newest.injuries == (Injury("empty folder", "folder", "checkpoint-99"),)
    assert (found.newest.step, found.newest.loads, found.newest.resumes) == (99, False, False)
    assert found.safe is not None
    assert found.safe.step == 4


def test_killed_while_saving(run: Path) -> None:
    """Weights alone, without a state, are a save that was never finished."""
    gone("optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json")(run)

    newest = facts(run).newest

    assert newest is not None
    assert {one.part for one in newest.injuries} == {"optimizer", "schedule", "random state", "state"}


@pytest.mark.parametrize("stated", [True, None])
def test_saved_without_the_state_of_training(stated: bool | None, run: Path) -> None:
    """`save_only_model` is no injury, and nothing to go on from."""
    gone("optimizer.pt", "scheduler.pt", "rng_state.pth")(run)
    values = SETTINGS.values if stated is None else {**SETTINGS.values, "save_only_model": stated}

    newest = facts(run, replace(SETTINGS, values=values)).newest

    assert newest is not None
    assert (newest.injuries, newest.loads, newest.resumes) == ((), True, False)


def test_states_were_wanted(run: Path) -> None:
    """Where the settings say that whole states were saved, their lack is an injury."""
    gone("optimizer.pt", "scheduler.pt", "rng_state.pth")(run)

    newest = facts(run, replace(SETTINGS, values={"save_only_model": False})).newest

    assert newest is not None
    assert len(newest.injuries) == 3


def test_the_best(run: Path) -> None:
    """Metric, direction, best step and folder; the weights at the top are the last ones."""
    values = {2: 0.9, 4: 0.7}
    for folder in (run, run / "checkpoint-4"):
        state = json.loads((folder / "trainer_state.json").read_text())
        for entry in state["log_history"]:
            if "eval_right" in entry:
                entry["eval_right"] = values[entry["step"]]
        state |= {"best_model_checkpoint": "/elsewhere/run/checkpoint-2", "best_global_step": 2, "best_metric": 0.9}
        (folder / "trainer_state.json").write_text(json.dumps(state))

    found = facts(run)

    assert (found.metric, found.greater_is_better, found.best_step) == ("right", True, 2)
    assert (found.best_named, found.best_there) == ("/elsewhere/run/checkpoint-2", True)
    assert [one.metric for one in found.all] == [0.9, 0.7]
    assert found.final_is_best is False

    shutil.copy(run / "checkpoint-2" / "model.safetensors", run)
    assert facts(run).final_is_best is True

    assert facts(run, None).metric == "right"
    assert facts(run, replace(SETTINGS, values=SETTINGS.values | {"greater_is_better": False})).best_step == 4

    shutil.rmtree(run / "checkpoint-2")
    assert (facts(run).best_there, facts(run).final_is_best) == (False, None)


def test_equal_scores(run: Path) -> None:
    """Of equal scores the first is the best, as Trainer has it: only a better one replaces it."""
    for folder in (run, run / "checkpoint-4"):
        state = json.loads((folder / "trainer_state.json").read_text())
        for entry in state["log_history"]:
            entry |= {"eval_right": 0.5} if "eval_right" in entry else {}
        (folder / "trainer_state.json").write_text(json.dumps(state))

    assert facts(run).best_step == 2


def test_no_best(tiny_model: Path, tmp_path: Path) -> None:
    """Without an evaluation nothing is best."""
    run = train(tiny_model, tmp_path / "run", eval_strategy="no", metric_for_best_model=None)

    found = facts(run, None)

    assert (found.best_named, found.best_there, found.best_step, found.metric) == ("", None, None, "")
    assert found.final_is_best is None


def test_real_resumes(tiny_model: Path, tmp_path: Path) -> None:
    """More steps after a resume give a new schedule; a resume that does not skip data draws it again.

    The first step after a resume still has the rate of the stored optimizer, so the new schedule shows one entry late.
    """
    steps = {"max_steps": 20, "save_steps": 20, "eval_strategy": "no", "metric_for_best_model": None}
    run = train(tiny_model, tmp_path / "run", **steps)
    train(tiny_model, run, resume=True, **steps | {"max_steps": 60})

    found = facts(run, SETTINGS)
    assert (found.resumed_at, found.replayed) == ((21,), ())

    again = train(tiny_model, tmp_path / "again", **steps | {"max_steps": 5, "save_steps": 5})
    train(tiny_model, again, resume=True, **steps | {"max_steps": 30, "ignore_data_skip": True})

    found = facts(again, SETTINGS)
    assert (found.resumed_at, found.replayed) == ((5,), (5,))


def test_another_runs_checkpoint(run: Path) -> None:
    """A checkpoint that an earlier run left behind is told by its log."""
    path = run / "checkpoint-2" / "trainer_state.json"
    state = json.loads(path.read_text())
    for entry in state["log_history"]:
        entry |= {"loss": 7.0} if "loss" in entry else {}
    path.write_text(json.dumps(state))

    older = facts(run).all[0]

    assert [(one.kind, one.part) for one in older.injuries] == [("inconsistent", "state")]
    assert not older.resumes


def test_went_on_otherwise(run: Path) -> None:
    """A log that parts from the newer one in its middle shows a resume with other random numbers."""
    path = run / "checkpoint-2" / "trainer_state.json"
    state = json.loads(path.read_text())
    next(entry for entry in state["log_history"] if entry["step"] == 2)["loss"] = 7.0
    path.write_text(json.dumps(state))

    assert facts(run).replayed == (1,)


def test_the_settings_name_a_resume(run: Path) -> None:
    """`resume_from_checkpoint` in the settings tells the step."""
    values = SETTINGS.values | {"resume_from_checkpoint": "C:\\runs\\one\\checkpoint-2\\"}

    assert facts(run, replace(SETTINGS, values=values)).resumed_at == (2,)


def test_the_checkpoint_itself(run: Path) -> None:
    """A checkpoint folder may be named alone."""
    gone("optimizer.pt")(run)

    found = facts(run / "checkpoint-4")

    assert [(one.name, one.step) for one in found.all] == [("checkpoint-4", 4)]
    assert found.all[0].injuries == (Injury("missing", "optimizer", "optimizer.pt"),)


def test_sharded_states(run: Path) -> None:
    """DeepSpeed and FSDP keep optimizers and weights in folders of their own."""
    newest = run / "checkpoint-4"
    gone("optimizer.pt", "scheduler.pt")(run)
    (newest / "global_step4").mkdir()
    (newest / "global_step4" / "bf16_zero_pp_rank_0_mp_rank_00_optim_states.pt").write_bytes(b"PK")
    assert facts(run).all[1].injuries == ()

    shutil.rmtree(newest / "global_step4")
    shutil.copy(run / "checkpoint-2" / "scheduler.pt", newest)
    (newest / "optimizer_0").mkdir()
    (newest / "optimizer_0" / "__0_0.distcp").write_bytes(b"x")
    assert facts(run).all[1].injuries == ()


def test_only_the_newest_are_looked_into(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values and checksums cost time; older checkpoints are judged by their ends alone."""
    flipped(run)
    monkeypatch.setattr(checkpoints, "DEEP", 0)

    assert facts(run).all[1].injuries == ()


def test_the_diary_has_a_line_a_checkpoint(run: Path) -> None:
    """One line each, with what is wrong."""
    gone("optimizer.pt")(run)
    home = Home(run)

    read(home, SETTINGS)

    assert [(one.file, one.note) for one in home.sources] == [
        ("checkpoint-4", "missing: checkpoint-4/optimizer.pt"),
        ("checkpoint-2", ""),
    ]


def test_none(tiny_model: Path) -> None:
    """A folder without checkpoints has no facts of them."""
    assert read(Home(tiny_model)) is None
