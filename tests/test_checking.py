"""`luthier.check` on files, trainers and rows; a trainer is left as it was found, bit for bit."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import trl
from datasets import Dataset
from transformers import EarlyStoppingCallback, TrainingArguments

import luthier
from luthier.checking import check, is_trainer
from luthier.errors import InputError
from luthier.facts.event import Event
from luthier.facts.request import Request
from luthier.facts.scene import Live, LiveScene
from luthier.failures import _corpora
from luthier.integrations.stage import MAKERS, build


def whole_state(trainer: Any) -> list[Any]:
    """Everything that training depends on, bit for bit: weights, buffers, modes, what learns, hooks, random state."""
    model = trainer.model
    tokenizer = trainer.processing_class
    return [
        {name: value.clone() for name, value in model.state_dict().items()},
        [(name, p.requires_grad, p.grad is None, id(p)) for name, p in model.named_parameters()],
        [(name, m.training, len(m._forward_hooks), len(m._forward_pre_hooks)) for name, m in model.named_modules()],
        sorted(vars(trainer)),
        [id(one) for one in trainer.callback_handler.callbacks],
        len(trainer.accelerator._dataloaders),
        trainer.optimizer,
        trainer.args.to_dict(),
        model.config.to_dict(),
        list(trainer.train_dataset),
        tokenizer.backend_tokenizer.to_str(),
        random.getstate(),
        np.random.get_state()[1].tolist(),  # type: ignore[index,union-attr]
        torch.get_rng_state(),
    ]


def equal(one: Any, other: Any) -> bool:
    """Deep equality that knows tensors."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(equal(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


@pytest.mark.parametrize("trainer", MAKERS)
def test_a_trainer_is_left_as_it_was(trainer: Live, tmp_path: Path) -> None:
    """No bit of a trainer differs after a check."""
    made = build(LiveScene(trainer), tmp_path)
    before = whole_state(made)

    report = check(made)

    assert report.evidence.census is not None
    assert [place for place, pair in enumerate(zip(before, whole_state(made), strict=True)) if not equal(*pair)] == []


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("trainer", ["classifier", "instruction", "adapter"])
def test_training_afterwards(trainer: Live, tmp_path: Path) -> None:
    """Training after a check ends at the weights of training without one, dropout and order of rows included."""
    ends = []
    for checked in (False, True):
        torch.manual_seed(7)
        made = build(LiveScene(trainer, arguments={"max_steps": 4, "eval_strategy": "no"}), tmp_path)
        if checked:
            check(made)
        made.train()
        ends.append({name: value.clone() for name, value in made.model.state_dict().items()})

    assert equal(*ends)


def test_before_and_between(tmp_path: Path) -> None:
    """A trainer that has trained already, with an optimiser, is left alone too."""
    made = build(LiveScene(arguments={"max_steps": 2, "eval_strategy": "no"}), tmp_path)
    made.train()
    before = whole_state(made), made.optimizer.state_dict()

    check(made)

    assert made.optimizer is before[0][6]
    assert equal(before[1], made.optimizer.state_dict())
    assert equal(before[0][0], whole_state(made)[0])


def test_evidence(tmp_path: Path) -> None:
    """Settings, plan, model, tokenizer, census and weights are there; what is not says why."""
    made = build(LiveScene(), tmp_path)
    made.add_callback(EarlyStoppingCallback(early_stopping_patience=4))
    found = check(made).evidence

    assert found.arguments is not None
    assert found.arguments.tool == "transformers"
    assert found.plan is not None
    assert (found.plan.train.rate, found.plan.train.batch_size, found.plan.train.patience) == (5e-5, 8, 4)
    assert found.model is not None
    assert found.tokenizer is not None
    assert found.weights is not None
    assert found.config is not None
    assert found.data is None
    assert "no longer has its texts" in found.missing["data"]
    assert found.missing["trace"] == "nothing was trained yet"
    assert found.missing["adapter"] == "the model has no adapter"


def test_data_of_a_trainer(tmp_path: Path) -> None:
    """Where texts stand beside the ids, the rows are judged too."""
    found = check(build(LiveScene(options={"keep_text": 1}), tmp_path)).evidence

    assert found.data is not None
    assert found.data.rows == {"train": 40, "validation": 10, "test": 0}
    assert found.data.split_origin == "given"
    assert found.data.lengths["train"].max_tokens == 64


def test_steps_of_the_plan(tmp_path: Path) -> None:
    """Steps of warmup become a share, because the length of the run is known."""
    made = build(LiveScene(arguments={"warmup_steps": 3}), tmp_path)
    plan = check(made).evidence.plan

    assert plan is not None
    assert plan.train.warmup == pytest.approx(3 / 15)


def test_verdicts(tmp_path: Path) -> None:
    """A fault of the settings is seen; it can be silenced, and others left unasked."""
    made = build(LiveScene(arguments={"learning_rate": 1e-2}), tmp_path)
    name = "rate_too_high_collapse"

    assert name in {one.failure for one in check(made).verdicts.seen}
    assert name not in {one.failure for one in check(made, ignore=[name]).verdicts.seen}
    assert [one.failure for one in check(made, only=[name]).verdicts.all] == [name]


def test_a_broken_collator(tmp_path: Path) -> None:
    """Where no batch can be made the report says so and looks at the rest."""
    made = build(LiveScene(), tmp_path)
    made.data_collator = None
    report = check(made, trial=True)

    assert report.evidence.census is None
    assert "first batch cannot be made" in report.evidence.missing["census"]
    assert "first batch cannot be made" in report.evidence.missing["trial"]
    assert report.evidence.plan is not None


def test_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The battery is run where it is asked for, on this trainer."""
    tried: list[Any] = []
    monkeypatch.setattr("luthier.checking.subject_of", lambda trainer: trainer)
    monkeypatch.setattr("luthier.checking.run_battery", lambda subject, watch: tried.append(subject))
    made = build(LiveScene(), tmp_path)

    check(made)
    assert tried == []
    check(made, trial=True)
    assert tried == [made]


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path and a request go to the check of files, what is to be ignored with them."""
    asked: list[tuple[Request, bool]] = []

    def remember(request: Request, watch: Any, *, trial: bool) -> Any:
        asked.append((request, trial))

    monkeypatch.setattr("luthier.checking.check_files", remember)

    check("rows.csv", ignore=["a"], only=["b"])
    check(Request("rows.csv", ignore=("c",)), ignore=["d"], trial=True)

    assert asked == [
        (Request("rows.csv", ignore=("a",), only=("b",)), False),
        (Request("rows.csv", ignore=("c", "d")), True),
    ]


def labelled(count: int = 40) -> Dataset:
    """Labelled texts."""
    table = _corpora.make("topics", count, {}, 0).to_pydict()
    classes = sorted(set(table["label"]))
    return Dataset.from_dict({"text": table["text"], "label": [classes.index(one) for one in table["label"]]})


def arguments(folder: Path) -> TrainingArguments:
    """Usual settings."""
    return TrainingArguments(str(folder), report_to="none", use_cpu=True)


def test_rows_alone(tmp_path: Path) -> None:
    """Rows with settings alone: the rows and the settings are judged, batches are not."""
    found = check(labelled(), args=arguments(tmp_path)).evidence

    assert found.data is not None
    assert found.plan is not None
    assert found.model is None
    assert "no model was given" in found.missing["census"]


def test_rows_with_a_model(tmp_path: Path) -> None:
    """Rows with settings, a model and a collator: their batches are judged as a trainer's would be."""
    made = build(LiveScene(options={"keep_text": 1}), tmp_path)
    report = check(list(made.train_dataset), args=made.args, model=made.model, collator=made.data_collator)
    census = report.evidence.census

    assert census is not None
    assert census.rows == check(made).evidence.census.rows  # type: ignore[union-attr]
    assert census.dropped_columns == ("text", "topic")
    assert report.name == "rows"


def test_rows_of_trl(tmp_path: Path) -> None:
    """TRL prepares rows in its trainer: without that there are no batches to look at."""
    made = build(LiveScene("instruction"), tmp_path)
    assert isinstance(made.args, trl.SFTConfig)
    rows = [{"messages": [{"role": "user", "content": "Hello"}]}]

    report = check(rows, args=made.args, model=made.model)

    assert "pass the trainer" in report.evidence.missing["census"] or "prepares" in report.evidence.missing["census"]


@pytest.mark.parametrize(
    ("what", "keywords", "says"),
    [
        (3, {}, "neither a path"),
        ([], {"args": 1}, "holds no rows"),
        ([{"text": "a"}], {"args": 1, "model": "bert-base-uncased"}, "is a name"),
    ],
)
def test_refused(what: Any, keywords: dict[str, Any], says: str) -> None:
    """What cannot be checked is refused, with what to pass instead."""
    with pytest.raises(InputError, match=says):
        check(what, **keywords)


def test_watched(tmp_path: Path) -> None:
    """A watcher hears what is looked at."""
    heard: list[Event] = []
    check(build(LiveScene(), tmp_path), heard.append)

    assert [event.text for event in heard] == ["looking into the Trainer"]


def test_public(tmp_path: Path) -> None:
    """It is `luthier.check`, and a trainer is known by what it has."""
    made = build(LiveScene(), tmp_path)

    assert luthier.check is check
    assert is_trainer(made)
    assert not is_trainer(made.model)
