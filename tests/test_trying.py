"""A plan as the subject of the battery."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from luthier.facts.event import unwatched
from luthier.facts.request import Request
from luthier.failures import _corpora
from luthier.known import Known, look
from luthier.stages.trial.battery import run_battery
from luthier.trying import subject_of, try_out

Made = Callable[..., Known]


@pytest.fixture
def known(tiny_model: Path, tmp_path: Path) -> Made:
    """What is known of 120 reviews and the tiny model, with settings."""

    def made(**settings: str) -> Known:
        rows = _corpora.make("reviews", 120, {}, 0).to_pylist()
        path = tmp_path / "reviews.csv"
        path.write_text("text,label\n" + "".join(f'"{row["text"]}",{row["label"]}\n' for row in rows))
        dotted = {name.replace("__", "."): value for name, value in settings.items()}
        return look(Request(str(path), model=str(tiny_model), settings=dotted), unwatched)

    return made


def test_healthy_plan(known: Made) -> None:
    """All experiments pass, the fresh process included, with micro-batches."""
    facts = try_out(known(train__accumulation="2", train__batch_size="8"), unwatched, 60)

    assert {name: one.says for name, one in facts.experiments.items() if one.answer != "passed"} == {}
    assert len(facts.experiments) == 12


@pytest.mark.parametrize(
    "settings", [{"strategy__name": "frozen_body"}, {"strategy__name": "top_layers", "strategy__layers": "1"}], ids=str
)
def test_frozen_parts(known: Made, settings: dict[str, str]) -> None:
    """What a strategy freezes is not among what should learn, and stays in evaluation mode."""
    subject = subject_of(known(**settings))
    subject.training_mode()
    facts = run_battery(replace(subject, reload=None), unwatched, 60)

    assert subject.learns is not None
    assert not any("word_embeddings" in name for name in subject.learns)
    assert not subject.model.get_submodule("bert.embeddings").training
    assert facts.experiments["gradient_reach"].answer == "passed"
    assert facts.experiments["weights_move"].answer == "passed"


def test_loss_is_that_of_the_loop(known: Made) -> None:
    """Micro-batches weigh as many rows as they hold, and class weights and smoothing count."""
    subject = subject_of(known(train__label_smoothing="0.1", train__class_weights="true"))
    subject.model.eval()
    first, second = subject.batches[0], subject.batches[-1]
    with torch.no_grad():
        alone = [float(subject.loss(one, [one])) for one in (first, second)]
        together = float(subject.loss(first, [first, second]) + subject.loss(second, [first, second]))
    rows = [len(one["labels"]) for one in (first, second)]

    assert together == pytest.approx(np.average(alone, weights=rows))
    assert subject.floor > 0


def test_rows_can_have_other_labels(known: Made) -> None:
    """The same texts with other labels: the ids stay, the targets follow."""
    rows = subject_of(known()).rows
    assert rows is not None
    own, other = rows.batches(rows.labels), rows.batches(1 - rows.labels)

    assert set(rows.labels.tolist()) == {0, 1}
    assert all(torch.equal(a["input_ids"], b["input_ids"]) for a, b in zip(own, other, strict=True))
    assert torch.equal(torch.cat([one["labels"] for one in other]), 1 - torch.cat([one["labels"] for one in own]))
