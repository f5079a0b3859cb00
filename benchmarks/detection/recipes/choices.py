"""Evaluation and the choice of a checkpoint. Everything else is healthy."""

from typing import Any

from transformers import EarlyStoppingCallback

from benchmarks.detection.fit import Fit
from benchmarks.detection.ground import Row


class WorstKept(Fit):
    """The checkpoint with the highest loss is kept."""

    cause, family = "best_metric_in_wrong_direction", "settings"

    def arguments(self) -> dict[str, Any]:
        """Greater is better, of a loss."""
        chosen = {"load_best_model_at_end": True, "metric_for_best_model": "eval_loss", "greater_is_better": True}
        return super().arguments() | chosen


class BestNotLoaded(Fit):
    """The best model is asked for, and it is scored seven times as often as it is saved."""

    cause, family = "best_model_not_loaded", "settings"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Few rows, so that the last is not the best."""
        train, validation = super().rows()
        return train[:120], validation

    def arguments(self) -> dict[str, Any]:
        """Scores every ten steps, saves every seventy."""
        often = {"eval_strategy": "steps", "eval_steps": 10, "save_strategy": "steps", "save_steps": 70}
        best = {"load_best_model_at_end": True, "metric_for_best_model": "f1"}
        return super().arguments() | often | best | {"num_train_epochs": 8, "learning_rate": 3e-4}


class StoppingInert(Fit):
    """Early stopping that waits longer than the run lasts."""

    cause, family = "early_stopping_inert", "settings"

    def arguments(self) -> dict[str, Any]:
        """Three evaluations in all."""
        return super().arguments() | {"load_best_model_at_end": True, "metric_for_best_model": "f1"}

    def extras(self) -> dict[str, Any]:
        """A patience of fifty."""
        return super().extras() | {"callbacks": [EarlyStoppingCallback(early_stopping_patience=50)]}


class NeverEvaluated(Fit):
    """Nothing is scored."""

    cause, family = "never_evaluated", "settings"

    def arguments(self) -> dict[str, Any]:
        """No evaluation."""
        return super().arguments() | {"eval_strategy": "no"}
