"""trainer_state.json: whole, cut, strange, large; and several of them in one folder."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.trace import Trace
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import log, state


def entry(step: int, loss: float = 0.5, **more: Any) -> dict[str, Any]:
    """A line of a log as Trainer writes it, ten steps to an epoch."""
    return {"epoch": step / 10, "grad_norm": 1.5, "learning_rate": 5e-5, "loss": loss, "step": step} | more


def scored(step: int, loss: float, accuracy: float) -> dict[str, Any]:
    """An evaluation as Trainer writes it, of 200 rows."""
    speed = {"eval_runtime": 2.0, "eval_samples_per_second": 100.001, "eval_steps_per_second": 12.5}
    return {"epoch": step / 10, "eval_accuracy": accuracy, "eval_loss": loss, "step": step} | speed


def write(folder: Path, history: list[Any], **fields: Any) -> Path:
    """A state in the layout of Trainer: two spaces, names sorted."""
    steps = [one["step"] for one in history if isinstance(one, dict)]
    whole = {
        "global_step": max(steps, default=0),
        "max_steps": 40,
        "logging_steps": 10,
        "log_history": history,
    } | fields
    folder.mkdir(exist_ok=True)
    (folder / state.NAME).write_text(json.dumps(whole, indent=2, sort_keys=True) + "\n")
    return folder


def trace_of(folder: Path, arguments: Arguments | None = None) -> Trace:
    """The log of a folder that has one."""
    trace = log.read(Home(folder), arguments)
    assert trace is not None
    return trace


def notes(folder: Path) -> list[str]:
    """What the diary says after reading."""
    home = Home(folder)
    log.read(home, None)
    return [source.note for source in home.sources if source.note]


HISTORY = [entry(10, 0.9), entry(20, 0.7), scored(20, 0.8, 0.6), entry(30, 0.5), entry(40, 0.4), scored(40, 0.6, 0.75)]


def test_columns(tmp_path: Path) -> None:
    """Losses, rates, norms, evaluations and what the state says of the run."""
    trace = trace_of(write(tmp_path, HISTORY, epoch=4.0))

    assert trace.steps.tolist() == [10, 20, 30, 40]
    assert trace.losses.tolist() == [0.9, 0.7, 0.5, 0.4]
    assert trace.rates["all"].tolist() == [5e-5] * 4
    assert trace.grad_norms["all"].tolist() == [1.5] * 4
    assert (trace.total_steps, trace.steps_per_epoch, trace.interval, trace.finished) == (40, 10, 10, True)
    (first, one), (last, other) = trace.evaluations
    assert (first, last) == (20, 40)
    assert (one.rows, one.loss, one.score("accuracy"), one.seconds) == (200, 0.8, 0.6, 2.0)
    assert (other.name, other.split, set(other.scores)) == ("model", "validation", {"accuracy"})


def test_the_filter(tmp_path: Path) -> None:
    """Trainer may have replaced losses unless the settings say that its filter was off."""
    write(tmp_path, HISTORY)
    off = Arguments("TrainingArguments", "transformers", {"logging_nan_inf_filter": False})
    on = trace_of(tmp_path)

    assert on.filtered
    assert on.logged_losses is not None
    assert on.logged_losses.tolist() == on.losses.tolist()
    assert not trace_of(tmp_path, off).filtered
    assert trace_of(tmp_path, off).logged_losses is None


def test_the_summary_is_no_step(tmp_path: Path) -> None:
    """The last entry of a finished run has a mean loss and a time; it ends the run and is no step."""
    summary = {"train_loss": 0.6, "train_runtime": 5.0, "total_flos": 1e9, "epoch": 3.0, "step": 30}
    trace = trace_of(write(tmp_path, [entry(10), entry(20), entry(30), summary]))

    assert len(trace) == 3
    assert trace.finished


@pytest.mark.parametrize("spelled", ["NaN", "Infinity", "-Infinity", '"nan"'])
def test_values_that_are_not_finite_stay(tmp_path: Path, spelled: str) -> None:
    """A loss or a norm that is not finite comes through as it is."""
    write(tmp_path, [entry(10), entry(20, loss=-77.0, grad_norm=-77.0), entry(30)])
    path = tmp_path / state.NAME
    path.write_text(path.read_text().replace("-77.0", spelled))
    trace = trace_of(tmp_path)

    assert not math.isfinite(trace.losses[1])
    assert not math.isfinite(trace.grad_norms["all"][1])
    assert trace.losses[[0, 2]].tolist() == [0.5, 0.5]


def test_columns_that_are_missing(tmp_path: Path) -> None:
    """A norm that one entry lacks is NaN there; a column that no entry has is not there, an all-NaN one is."""
    bare = {"loss": 0.5, "epoch": 1.0}
    trace = trace_of(write(tmp_path, [bare | {"step": 10}, bare | {"step": 20, "grad_norm": 2.0}]))
    lost = trace_of(write(tmp_path, [entry(10, grad_norm=math.nan), entry(20, grad_norm=math.nan)]))

    assert trace.rates == {}
    assert np.isnan(trace.grad_norms["all"][0])
    assert trace.grad_norms["all"][1] == 2.0
    assert np.isnan(lost.grad_norms["all"]).all()


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_cut_file(tmp_path: Path, share: float, indent: int | None) -> None:
    """Entries before the cut are read, and the diary says how many."""
    whole = json.dumps({"global_step": 3000, "log_history": [entry(step) for step in range(1, 3001)]}, indent=indent)
    path = tmp_path / state.NAME
    path.write_text(whole[: round(share * len(whole))])
    trace = trace_of(tmp_path)

    assert abs(len(trace) - share * 3000) < 30
    assert trace.steps.tolist() == list(range(1, len(trace) + 1))
    assert notes(tmp_path) == [f"ends in the middle, after {len(trace):,} entries"]


def test_a_file_cut_after_the_list(tmp_path: Path) -> None:
    """All entries are read where only the end is missing."""
    path = write(tmp_path, HISTORY) / state.NAME
    path.write_text(path.read_text().partition('"logging_steps"')[0])

    assert len(trace_of(tmp_path)) == 4
    assert notes(tmp_path) == ["ends in the middle, after the list of entries"]


def test_damage_in_the_middle(tmp_path: Path) -> None:
    """Entries before a damaged place are read."""
    path = write(tmp_path, [entry(step) for step in range(1, 101)]) / state.NAME
    path.write_text(path.read_text().replace('"step": 50', '"step": 5#0'))

    assert len(trace_of(tmp_path)) == 49


def test_pieces_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same columns come out however the bytes fall into pieces."""
    history = [entry(step, loss=step / 7) for step in range(1, 200)] + [scored(200, 0.1, 0.2)]
    expected = trace_of(write(tmp_path, history))
    for piece in (37, 512, 4096):
        monkeypatch.setattr(state, "PIECE", piece)
        trace = trace_of(tmp_path)
        assert trace.losses.tolist() == expected.losses.tolist()
        assert (trace.total_steps, len(trace.evaluations)) == (40, 1)


def test_entries_that_hold_lists(tmp_path: Path) -> None:
    """Brackets and braces inside an entry do not end the list."""
    inner = {"profile": [{"a": 1}, {"a": [{"b": 2}]}], "text": 'x}], {"'}
    trace = trace_of(write(tmp_path, [entry(step, **inner) for step in range(1, 60)]))

    assert len(trace) == 59
    assert trace.total_steps == 40
    assert notes(tmp_path) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"log_history": null}',
        '{"log_history": {}}',
        '{"log_history": [',
        '{"log_history": ["a", 1, null, [], {"step": "x"}, {"step": NaN, "loss": 1}, {"step": 1e999, "loss": 2}]}',
        '{"log_history": [{"step": true, "loss": 1}]}',
        '{"log_history": [' + "[" * 100_000,
        "[" * 100_000,
        '{"log_history": [{"step": 1' + "0" * 5000 + ', "loss": 1}]}',
        "\0" * 1000,
    ],
)
def test_what_holds_no_entries(tmp_path: Path, text: str) -> None:
    """Files without usable entries give no trace and no crash."""
    (tmp_path / state.NAME).write_text(text)

    assert log.read(Home(tmp_path), None) is None


def test_a_sparse_gigabyte(tmp_path: Path) -> None:
    """A file of a gigabyte of zeros is not read as a whole, nor is one that turns into zeros after its entries."""
    path = write(tmp_path, HISTORY) / state.NAME
    with path.open("r+b") as file:
        file.seek(-60, 2)
        file.truncate()
        file.seek(2**30)
        file.write(b"}")
    (tmp_path / "checkpoint-1").mkdir()
    with (tmp_path / "checkpoint-1" / state.NAME).open("wb") as file:
        file.truncate(2**30)

    assert len(trace_of(tmp_path)) == 4


def test_the_newest_checkpoint(tmp_path: Path) -> None:
    """Without a state at the top, that of the highest step counts, by number and not by name."""
    for step in (90, 100):
        write(tmp_path / f"checkpoint-{step}", [entry(number) for number in range(10, step + 1, 10)])

    assert trace_of(tmp_path).steps[-1] == 100


def test_the_longest_log(tmp_path: Path) -> None:
    """A state that lost its history gives way to one with a longer log, and the diary says so."""
    write(tmp_path / "checkpoint-100", [entry(100)])
    write(tmp_path / "checkpoint-90", [entry(number) for number in range(10, 91, 10)])

    assert len(trace_of(tmp_path)) == 9
    assert notes(tmp_path) == ["1 entries; checkpoint-90/trainer_state.json has 9 and is used instead"]


def test_disagreement(tmp_path: Path) -> None:
    """The diary tells the first step at which two states disagree; equal ones, NaN too, leave no note."""
    write(tmp_path / "checkpoint-40", [entry(10), entry(20, math.nan), entry(30, 0.4), entry(40)])
    write(tmp_path / "checkpoint-20", [entry(10), entry(20, math.nan)])
    assert notes(tmp_path) == []

    write(tmp_path / "checkpoint-30", [entry(10), entry(20, math.nan), entry(30, 0.9)])
    assert notes(tmp_path) == ["step 30: loss 0.9 here, 0.4 in checkpoint-40/trainer_state.json"]


def test_a_state_without_losses(tmp_path: Path) -> None:
    """A run shorter than its logging interval still tells its steps and that it ended."""
    trace = trace_of(write(tmp_path, [{"train_runtime": 1.0, "train_loss": 0.5, "step": 7}], max_steps=7))

    assert (len(trace), trace.total_steps, trace.finished) == (0, 7, True)


def test_the_first_source_that_says_anything(tmp_path: Path) -> None:
    """Where no source has losses, the first one that knows the run is used."""
    write(tmp_path, [{"train_runtime": 1.0, "train_loss": 0.5, "step": 7}], max_steps=7)
    (tmp_path / "log.csv").write_text("step,eval_loss\n3,0.5\n")

    assert trace_of(tmp_path).total_steps == 7


def test_evaluations_of_several_data_sets(tmp_path: Path) -> None:
    """Evaluations at one step are all kept; those that a later start took again are not."""
    easy, hard = ({"eval_easy_loss": 0.5, "step": 20}, {"eval_hard_loss": 0.9, "step": 20})
    trace = trace_of(write(tmp_path, [scored(30, 9.0, 0.0), entry(20), easy, hard, scored(40, 0.6, 0.7)]))

    assert [(step, sorted(one.scores)) for step, one in trace.evaluations] == [
        (20, ["easy_loss"]),
        (20, ["hard_loss"]),
        (40, ["accuracy"]),
    ]


def test_an_unfinished_run(tmp_path: Path) -> None:
    """A run that stopped before its last step and wrote no summary is not finished."""
    assert not trace_of(write(tmp_path, [entry(10), entry(20)])).finished
