"""Names under which tools write the same quantity."""

import pytest

from luthier.stages.diagnose.readers.names import known, renamed


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("train/loss", "loss"),
        ("Training Loss", "loss"),
        ("run - 7 - train/loss", "loss"),
        ("train_loss_step", "loss"),
        ("train/train_loss", ""),
        ("lr-AdamW/pg1", "learning_rate"),
        ("train/learning_rate", "learning_rate"),
        ("train/grad_norm", "grad_norm"),
        ("trainer/global_step", "step"),
        ("_step", "step"),
        ("valid/acc", "eval_acc"),
        ("Validation Loss", "eval_loss"),
        ("eval/f1", "eval_f1"),
        ("test_loss", ""),
        ("x - train/loss__MAX", ""),
        ("", ""),
        ("///", ""),
    ],
)
def test_known(theirs: str, ours: str) -> None:
    """Spellings of Transformers, W&B, Lightning and notebooks."""
    assert known(theirs)[0] == ours


def test_the_first_spelling_counts() -> None:
    """Of two names for one quantity the surer one counts, wherever it stands; what is no number is left out."""
    assert renamed({"_step": 3, "global_step": 40, "lr": "no", "loss": "0.5"}) == {"step": 40.0, "loss": 0.5}
    assert renamed({"global_step": 40, "_step": 3}) == {"step": 40.0}
    assert renamed({"run 1 - train/loss": 1, "run 2 - train/loss": 2}) == {"loss": 1.0}


def test_the_mean_of_the_run() -> None:
    """Beside the time of the run, "train_loss" is no loss of a step; elsewhere it is."""
    assert renamed({"step": 9, "train_loss": 0.5, "train_runtime": 3}) == {"step": 9.0, "train_runtime": 3.0}
    assert renamed({"step": 9, "train_loss": 0.5}) == {"step": 9.0, "loss": 0.5}
