"""Logs made by rule."""

import math

import pytest

from luthier.errors import LuthierError
from luthier.scenes.logs import SHAPES, Log, write_log

ARGUMENTS = {
    "learning_rate": 1e-3,
    "per_device_train_batch_size": 16,
    "num_train_epochs": 5,
    "warmup_steps": 0.1,
    "logging_steps": 10,
    "eval_strategy": "epoch",
    "save_strategy": "epoch",
}


def made(settings: dict[str, object] | None = None, **options: float | str) -> Log:
    """The log of a run of five epochs of sixty steps, changed as named."""
    return write_log({**ARGUMENTS, **(settings or {})}, {}, options)  # type: ignore[arg-type]


def column(log: Log, name: str) -> list[float]:
    """Values of a column, where an entry has it."""
    return [entry[name] for entry in log.entries if name in entry]


def test_a_healthy_run() -> None:
    """Thirty entries, five evaluations, a closing entry; the loss falls and the evaluation loss too."""
    log = made(metric="accuracy", first=0.5, last=0.9)

    assert (log.planned, log.done, log.per_epoch) == (300, 300, 60)
    assert log.saved == (60, 120, 180, 240, 300)
    assert len(column(log, "loss")) == 30
    assert len(column(log, "eval_accuracy")) == 5
    assert log.entries[-1]["train_runtime"] > 0
    assert column(log, "loss")[0] > 1 > 0.2 > column(log, "loss")[-1]
    assert column(log, "eval_loss")[0] > column(log, "eval_loss")[-1]
    assert column(log, "eval_accuracy")[-1] == pytest.approx(0.9, abs=0.02)
    assert max(column(log, "learning_rate")) == pytest.approx(1e-3, rel=0.05)


def test_same_words_same_log() -> None:
    """Noise is drawn from a seed."""
    assert made() == made()
    assert made() != made(seed=1)


def test_settings_decide() -> None:
    """Steps, warmup and intervals come from the settings of the run."""
    evaluated = {"eval_steps": 25, "eval_strategy": "steps"}
    log = made({"max_steps": 100, "warmup_steps": 1000, "logging_steps": 50, **evaluated})

    assert log.planned == 100
    assert column(log, "learning_rate") == pytest.approx([1e-3 * 49 / 1000, 1e-3 * 99 / 1000])
    assert [entry["step"] for entry in log.entries if "eval_loss" in entry] == [25, 50, 75, 100]


def test_a_run_that_was_stopped() -> None:
    """No closing entry, and no checkpoint after the stop."""
    log = made(stop=130)

    assert log.done == 130
    assert log.saved == (60, 120)
    assert "train_runtime" not in log.entries[-1]


def test_what_a_checkpoint_knew() -> None:
    """Entries after its step, and the closing entry, are not in its state."""
    assert {entry["step"] for entry in made().until(60)} == {10, 20, 30, 40, 50, 60}
    assert not any("train_runtime" in entry for entry in made().until(300))


def test_nan_as_the_filter_writes_it() -> None:
    """The mean of what came before in the interval of the accident, then 0.0; the norm is not filtered."""
    log = made(nan_from=55)
    lost = [entry for entry in log.entries if "loss" in entry and entry["step"] >= 60]

    assert 0 < lost[0]["loss"] < 2
    assert [entry["loss"] for entry in lost[1:]] == [0.0] * 24
    assert all(math.isnan(entry["grad_norm"]) for entry in lost)
    assert math.isnan(column(log, "eval_loss")[-1])


def test_nan_without_the_filter() -> None:
    """The log says nan."""
    assert math.isnan(column(made({"logging_nan_inf_filter": False}, nan_from=55), "loss")[-1])


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_shapes(shape: str) -> None:
    """Each gives finite losses, never below zero."""
    assert all(0 <= loss < 20 for loss in column(made(shape=shape), "loss"))


def test_overfitting() -> None:
    """From the named step on the evaluation loss rises to thrice its lowest value."""
    losses = column(made(overfit_from=120), "eval_loss")

    assert min(losses) == losses[1]
    assert losses[-1] / losses[1] == pytest.approx(3, abs=0.3)


def test_a_schedule_that_runs_anew() -> None:
    """As after a resume that lost it."""
    rates = column(made({"warmup_steps": 0}, restart_at=150), "learning_rate")

    assert rates[14] < rates[0] < rates[15] + 1e-4


def test_no_norms() -> None:
    """Older versions write none."""
    assert column(made(norm="none"), "grad_norm") == []


def test_skipped_steps() -> None:
    """Every fourth norm is infinite, beside a usual loss."""
    log = made(skipped_every=4)
    infinite = [number for number, norm in enumerate(column(log, "grad_norm"), 1) if math.isinf(norm)]

    assert infinite == list(range(4, 31, 4))
    assert column(log, "loss") == column(made(), "loss")


def test_no_evaluations() -> None:
    """By setting or by option."""
    assert column(made({"eval_strategy": "no"}), "eval_loss") == []
    assert column(made(evaluations=0), "eval_loss") == []


@pytest.mark.parametrize(("options", "word"), [({"steps_": 3}, "no option steps_"), ({"shape": "round"}, "round")])
def test_unknown(options: dict[str, float | str], word: str) -> None:
    """A misspelt option is no option."""
    with pytest.raises(LuthierError, match=word):
        made(**options)


def test_more_scores() -> None:
    """Scores beside the metric, without noise."""
    log = made(scores="recall 0 0, f1 0.1 0.8")
    scored = [entry for entry in log.entries if "eval_loss" in entry]

    assert {entry["eval_recall"] for entry in scored} == {0.0}
    assert 0.1 < scored[0]["eval_f1"] < scored[-1]["eval_f1"] < 0.8


def test_several_evaluation_sets() -> None:
    """An entry for each set at each evaluation, one falling and one rising."""
    log = made(sets="news 2.4 1.6, general 2.0 2.7")
    scored = [entry for entry in log.entries if "eval_news_loss" in entry or "eval_general_loss" in entry]
    news, general = column(log, "eval_news_loss"), column(log, "eval_general_loss")

    assert len(scored) == len(news) + len(general) == 2 * len(column(made(), "eval_loss"))
    assert news == sorted(news, reverse=True)
    assert general == sorted(general)
    assert "eval_general_runtime" in scored[-1]
    assert "eval_loss" not in scored[-1]


def test_replayed_rows() -> None:
    """Behind a resume that skips no rows, the position in epochs goes back to the start of its epoch; steps go on."""
    epochs = dict(zip(column(made({}, replay_at=160), "step"), column(made({}, replay_at=160), "epoch"), strict=True))

    assert epochs[160] == pytest.approx(160 / 60)
    assert epochs[170] == pytest.approx(2 + 10 / 60)
