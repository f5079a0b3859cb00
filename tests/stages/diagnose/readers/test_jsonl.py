"""Logs of one JSON object a line."""

import json
from pathlib import Path
from typing import Any

from luthier.facts.arguments import Arguments
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import log


def write(path: Path, entries: list[Any]) -> Path:
    """One entry a line."""
    path.write_text("".join(f"{json.dumps(one)}\n" for one in entries))
    return path.parent


def test_llama_factory(tmp_path: Path) -> None:
    """The log of LLaMA-Factory, with its own names and the planned steps in each entry."""
    entries = [
        {"current_steps": step, "total_steps": 60, "loss": 2.0, "lr": 1e-4, "epoch": step / 20, "percentage": 5}
        for step in (10, 20, 30)
    ]
    evaluated = {"current_steps": 30, "total_steps": 60, "eval_loss": 1.5, "epoch": 1.5}
    trace = log.read(Home(write(tmp_path / "trainer_log.jsonl", [*entries, evaluated])), None)

    assert trace is not None
    assert trace.steps.tolist() == [10, 20, 30]
    assert trace.rates["all"].tolist() == [1e-4] * 3
    assert (trace.total_steps, trace.steps_per_epoch, trace.interval) == (60, 20, 10)
    assert [(step, one.loss) for step, one in trace.evaluations] == [(30, 1.5)]
    assert not trace.filtered


def test_a_restart_replaces(tmp_path: Path) -> None:
    """Entries that a later start wrote again count once, as written last."""
    first = [{"step": step, "loss": 1.0} for step in (1, 2, 3, 4)]
    again = [{"step": step, "loss": 0.5} for step in (3, 4, 5)]
    home = Home(write(tmp_path / "log.jsonl", first + again))
    trace = log.read(home, None)

    assert trace is not None
    assert trace.steps.tolist() == [1, 2, 3, 4, 5]
    assert trace.losses.tolist() == [1.0, 1.0, 0.5, 0.5, 0.5]
    assert [source.note for source in home.sources] == ["2 entries were written again by a later start"]


def test_numbers_of_a_step_on_lines_of_their_own(tmp_path: Path) -> None:
    """Lines of one step become one entry."""
    entries = [
        {"_step": 1, "train/loss": 0.7},
        {"_step": 1, "train/learning_rate": 0.1},
        {"_step": 2, "train/loss": 0.6},
    ]
    trace = log.read(Home(write(tmp_path / "history.jsonl", entries)), None)

    assert trace is not None
    assert trace.losses.tolist() == [0.7, 0.6]
    assert trace.rates["all"][0] == 0.1


def test_a_dumped_history(tmp_path: Path) -> None:
    """The summary of Trainer is no step here either, and beside its settings the filter may have been at work."""
    entries = [{"step": 5, "loss": 0.7}, {"step": 9, "train_loss": 0.8, "train_runtime": 3.0}]
    home = Home(write(tmp_path / "log.jsonl", entries))
    trace = log.read(home, Arguments("TrainingArguments", "transformers", {"logging_steps": 5}))

    assert trace is not None
    assert (len(trace), trace.finished, trace.filtered, trace.interval) == (1, True, True, 5)


def test_damaged_lines(tmp_path: Path) -> None:
    """Lines that are no objects are passed over and counted."""
    path = tmp_path / "log.jsonl"
    path.write_text('{"step": 1, "loss": NaN}\n\n{"step": 2, "lo\n[1]\n{"step": 3, "loss": Infinity}\n')
    home = Home(tmp_path)
    trace = log.read(home, None)

    assert trace is not None
    assert [str(loss) for loss in trace.losses] == ["nan", "inf"]
    assert [source.note for source in home.sources] == ["2 of 4 lines are no JSON objects", ""]


def test_data_is_no_log(tmp_path: Path) -> None:
    """Rows of data are passed over without a word."""
    home = Home(write(tmp_path / "train.jsonl", [{"text": "a step with a loss", "label": 1}] * 300))

    assert log.read(home, None) is None
    assert home.sources == ()


def test_large_data_is_not_searched(tmp_path: Path) -> None:
    """What has no entry in its first hundred lines is not read to its end."""
    rows = [{"text": "x"}] * 100 + [{"step": 1, "loss": 1.0}]

    assert log.read(Home(write(tmp_path / "train.jsonl", rows)), None) is None


def test_the_state_comes_first(tmp_path: Path) -> None:
    """Where Trainer's own state is there, other logs are not read."""
    write(tmp_path / "log.jsonl", [{"step": step, "loss": 1.0} for step in range(50)])
    (tmp_path / "trainer_state.json").write_text('{"log_history": [{"step": 1, "loss": 2.0}]}')
    trace = log.read(Home(tmp_path), None)

    assert trace is not None
    assert trace.losses.tolist() == [2.0]
