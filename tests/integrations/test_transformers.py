"""LuthierCallback inside real trainers: what it records is what happened, and nothing happens otherwise."""

import json
import logging
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from luthier.errors import RunError
from luthier.facts.finding import Finding, Moment, Number, Place, Severity, Verdict, Verdicts
from luthier.facts.scene import Live, LiveScene
from luthier.facts.trace import Trace
from luthier.integrations.stage import MAKERS, build
from luthier.integrations.transformers import LuthierCallback
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import recorded

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


def trained(folder: Path, callback: LuthierCallback | None, trainer: Live = "classifier", **arguments: Number) -> Any:
    """A trainer that has trained, with the callback or without."""
    made = build(LiveScene(trainer, arguments=arguments), folder)  # type: ignore[arg-type]
    if callback is not None:
        made.add_callback(callback)
    made.train()
    return made


def read(folder: Path) -> Trace:
    """The log that the callback left."""
    found = recorded.read(Home(folder))
    assert found is not None
    return found


@pytest.mark.parametrize("trainer", MAKERS)
def test_nothing_happens_otherwise(trainer: Live, tmp_path: Path) -> None:
    """The weights are bit for bit those of a run without the callback, and the trainer carries no trace of it."""
    plain = trained(tmp_path / "plain", None, trainer, max_steps=6)
    watched = trained(tmp_path / "watched", LuthierCallback(every=2), trainer, max_steps=6)

    pairs = zip(plain.model.parameters(), watched.model.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    assert "training_step" not in vars(watched)
    assert "clip_grad_norm_" not in vars(watched.accelerator)


def test_the_log_is_what_happened(tmp_path: Path) -> None:
    """Loss, rate and gradient norm of every step are those that Trainer logs at each step, evaluations included."""
    made = trained(tmp_path, LuthierCallback(every=4))
    trace = read(tmp_path)
    steps = [entry for entry in made.state.log_history if "grad_norm" in entry]
    scores = [entry for entry in made.state.log_history if "eval_loss" in entry]

    assert trace.steps.tolist() == [entry["step"] for entry in steps] == list(range(1, 16))
    assert trace.losses.tolist() == pytest.approx([entry["loss"] for entry in steps], abs=1e-6)
    assert trace.rates["all"].tolist() == pytest.approx([entry["learning_rate"] for entry in steps])
    assert trace.grad_norms["all"].tolist() == pytest.approx([entry["grad_norm"] for entry in steps], rel=1e-6)
    assert [step for step, _ in trace.evaluations] == [entry["step"] for entry in scores]
    assert [one.loss for _, one in trace.evaluations] == [entry["eval_loss"] for entry in scores]
    assert (trace.total_steps, trace.steps_per_epoch, trace.finished, trace.interval) == (15, 5, True, 1)


def test_several_evaluation_sets(tmp_path: Path) -> None:
    """The loss on each is kept under its name, in the log and for the failures."""
    made = build(LiveScene("causal", arguments={"eval_strategy": "steps", "eval_steps": 4, "max_steps": 8}), tmp_path)
    made.eval_dataset = {"task": made.eval_dataset, "general": made.train_dataset}
    made.add_callback(LuthierCallback())
    made.train()
    found = [(step, name, one) for step, scored in read(tmp_path).evaluations for name, one in scored.sets.items()]

    assert [(step, name) for step, name, _ in found] == [(4, "task"), (4, "general"), (8, "task"), (8, "general")]
    assert [one.rows for _, _, one in found] == [8, 32, 8, 32]
    assert found[-1][2].loss == made.state.log_history[-2]["eval_general_loss"]


def test_accumulation(tmp_path: Path) -> None:
    """With accumulation a step's loss is the mean over its batches, and its rows are all of them."""
    made = trained(tmp_path, LuthierCallback(), gradient_accumulation_steps=3, per_device_train_batch_size=4)
    logged = [entry["loss"] for entry in made.state.log_history if "grad_norm" in entry]
    lines = [json.loads(line) for line in (tmp_path / recorded.LOG).read_text().splitlines()]
    rows = [line["rows"] for line in lines if line["kind"] == "step"]

    assert read(tmp_path).losses.tolist() == pytest.approx(logged, abs=1e-6)
    assert rows[:4] == [12, 12, 12, 4]


def test_update_ratios(tmp_path: Path) -> None:
    """Every so often the ratio of each part is measured; frozen parts have none."""
    made = build(LiveScene(options={"frozen": 1}, arguments={"max_steps": 6}), tmp_path)
    made.add_callback(LuthierCallback(every=3))
    made.train()
    ratios = read(tmp_path).update_ratios

    assert list(ratios) == ["head"]
    assert [math.isnan(value) for value in ratios["head"]] == [True, True, False, True, True, False]
    assert 0 < ratios["head"][2] < 0.01


def test_raw_loss(tmp_path: Path) -> None:
    """A loss that is not finite stands in the log as it was, where Trainer's own log has none, and is warned of."""
    made = build(LiveScene(options={"weight_not_finite": 1}, arguments={"max_steps": 4}), tmp_path)
    made.add_callback(LuthierCallback(every=1))
    made.train()

    assert not any(math.isnan(entry["loss"]) for entry in made.state.log_history if "grad_norm" in entry)
    assert any(math.isnan(loss) for loss in read(tmp_path).losses)
    findings = json.loads((tmp_path / recorded.FINDINGS).read_text())
    assert "loss_not_finite" in {one["failure"] for one in findings["verdicts"]["all"] if one["answer"] == "seen"}


def test_warnings(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A failure is said once, in the words of the tool; a recorder says nothing, and an ignored one is not said."""
    rate = "rate_too_high_collapse"

    def said(callback: LuthierCallback) -> list[str]:
        caplog.clear()
        trained(tmp_path, callback, learning_rate=1e-2, max_steps=12)
        return [record.message for record in caplog.records if record.name == "luthier" and rate in record.message]

    with caplog.at_level(logging.WARNING, "luthier"):
        assert len(said(LuthierCallback(every=1))) == 1
        assert "learning_rate" in said(LuthierCallback())[0]
        assert said(LuthierCallback("record")) == []
        assert said(LuthierCallback(ignore=[rate])) == []


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_stop_before(severity: Severity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked to stop, an error that is seen before stops the training before its first step; a warning does not."""
    name = "rate_too_high_collapse"
    finding = Finding(name, Moment.BEFORE, severity, 1.0, {"rate": 1.0, "highest": 0.1}, Place("setting", "train.rate"))
    seen = Verdicts((Verdict(name, Moment.BEFORE, "seen", finding),))
    monkeypatch.setattr("luthier.integrations.transformers.ask", lambda *asked, silenced: seen)
    made = build(LiveScene(arguments={"max_steps": 2, "eval_strategy": "no"}), tmp_path)
    made.add_callback(LuthierCallback("stop"))

    if severity == "error":
        with pytest.raises(RunError, match=f"not started: {name}"):
            made.train()
        assert made.state.global_step == 0
    else:
        made.train()
        assert made.state.global_step == 2


def test_stop_during(tmp_path: Path) -> None:
    """Asked to stop, an error that is seen during ends the training soon, and the record says that it did not end."""
    made = build(LiveScene(options={"weight_not_finite": 1}, arguments={"max_steps": 15}), tmp_path)
    made.add_callback(LuthierCallback("stop", every=2, before=False))
    made.train()

    assert made.state.global_step < 8
    assert read(tmp_path).finished is False


def test_the_record_has_the_census(tmp_path: Path) -> None:
    """The census of the first batches is read back as it was."""
    callback = LuthierCallback()
    made = build(LiveScene("causal", arguments={"max_steps": 2}), tmp_path)
    made.add_callback(callback)
    made.train()

    census = recorded.read_census(Home(tmp_path))

    assert census is not None
    assert census.kind == "next_token"
    assert len(census.rows) == 16
    assert callback.verdicts.all == ()


def test_it_goes_on(tmp_path: Path) -> None:
    """A resumed run goes on in the same log: each step stands in it once."""
    settings: dict[str, Any] = {"save_strategy": "steps", "save_steps": 4, "eval_strategy": "no"}
    trained(tmp_path, LuthierCallback(every=2), max_steps=6, **settings)
    made = build(LiveScene(arguments={"max_steps": 10, **settings}), tmp_path)
    made.add_callback(LuthierCallback(every=2))
    made.train(resume_from_checkpoint=str(tmp_path / "checkpoint-4"))

    assert read(tmp_path).steps.tolist() == list(range(1, 11))


def test_a_second_run_begins_anew(tmp_path: Path) -> None:
    """A new run in the same folder does not go on in the log of the old one."""
    trained(tmp_path, LuthierCallback(), max_steps=5)
    trained(tmp_path, LuthierCallback(), max_steps=3)

    assert read(tmp_path).steps.tolist() == [1, 2, 3]


def test_a_broken_run(tmp_path: Path) -> None:
    """After an exception in the training the next one of the same trainer is watched as usual."""
    callback = LuthierCallback(every=1)
    made = build(LiveScene(arguments={"max_steps": 3}), tmp_path)
    made.add_callback(callback)
    good, calls = made.data_collator, []

    def breaking(rows: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise ValueError("broken row")
        return good(rows)

    made.data_collator = breaking
    with pytest.raises(ValueError, match="broken row"):
        made.train()
    made.data_collator = good
    made.train()

    assert read(tmp_path).steps.tolist() == [1, 2, 3]
    assert "training_step" not in vars(made)


def test_nobody_calls(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """Where no trainer is found the callback says so and lets the training be."""
    made = build(LiveScene(), tmp_path)
    with caplog.at_level(logging.WARNING, "luthier"):
        LuthierCallback().on_train_begin(made.args, made.state, made.control)

    assert "nothing is watched" in caplog.text


def test_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where several processes train, nothing is looked at before, and only the first one writes."""
    made = build(LiveScene(arguments={"max_steps": 2, "eval_strategy": "no"}), tmp_path)
    made.add_callback(LuthierCallback())
    monkeypatch.setattr(made, "is_world_process_zero", lambda: False)
    monkeypatch.setattr("luthier.integrations.transformers.processes", lambda args: 2)
    made.train()

    assert not list(tmp_path.glob("luthier_*"))
