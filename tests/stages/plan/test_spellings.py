"""Names from Transformers are understood, with a notice."""

import pytest

from luthier.errors import PlanError
from luthier.stages.plan.settings import KINDS, value_from_text
from luthier.stages.plan.spellings import SPELLINGS, translate


@pytest.mark.parametrize(
    ("foreign", "text", "name", "ours"),
    [
        ("warmup_ratio", "0.06", "train.warmup", "0.06"),
        ("learning_rate", "2e-5", "train.rate", "2e-5"),
        ("num_train_epochs", "4", "train.epochs", "4"),
        ("per_device_train_batch_size", "8", "train.batch_size", "8"),
        ("--max-grad-norm", "0.5", "train.clip", "0.5"),
        ("lr_scheduler_type", "constant_with_warmup", "train.schedule", "constant"),
        ("metric_for_best_model", "eval_f1", "train.metric", "macro_f1"),
        ("metric_for_best_model", "loss", "train.metric", "log_loss"),
        ("fp16", "True", "train.precision", "bf16"),
        ("bf16", "false", "train.precision", "fp32"),
        ("max_seq_length", "256", "model.max_tokens", "256"),
        ("early_stopping_patience", "3", "train.patience", "3"),
    ],
)
def test_translated(foreign: str, text: str, name: str, ours: str) -> None:
    """Name and value arrive in our words, and the notice tells both."""
    found = translate(foreign, text, where="")

    assert found is not None
    assert (found.name, found.text, found.in_steps) == (name, ours, False)
    assert name in found.notice
    assert foreign in found.notice
    value_from_text(found.name, found.text, where="")


def test_steps_wait_for_facts() -> None:
    """A number of steps becomes a share later; below 1, Transformers 5 means a share already."""
    steps = translate("warmup_steps", "500", where="")
    share = translate("warmup_steps", "0.1", where="")

    assert steps is not None
    assert share is not None
    assert (steps.in_steps, share.in_steps) == (True, False)


@pytest.mark.parametrize("name", ["evaluation_strategy", "no_cuda", "overwrite_output_dir", "load_best_model_at_end"])
def test_what_is_not_needed_is_said(name: str) -> None:
    """A setting without counterpart is dropped with the word what happens instead."""
    found = translate(name, "true", where="")

    assert found is not None
    assert found.name == ""
    assert "is not needed: " in found.notice


def test_values_without_counterpart_are_refused() -> None:
    """A schedule that Luthier does not have is not quietly replaced."""
    with pytest.raises(PlanError, match="lr_scheduler_type=polynomial has no counterpart") as caught:
        translate("lr_scheduler_type", "polynomial", where="--set lr_scheduler_type=polynomial")

    assert "cosine" in caught.value.next_step


def test_our_own_names_are_not_foreign() -> None:
    """Our names pass through, and every foreign name leads to a real setting or says what happens instead."""
    assert translate("train.rate", "1", where="") is None
    assert not set(SPELLINGS) & set(KINDS)
    for spelling in SPELLINGS.values():
        assert spelling.name in KINDS or spelling.instead
