"""What is saved, and what is left of it. Everything else is healthy."""

import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import Trainer, TrainerCallback

from benchmarks.detection.fit import Fit


class TokenizerNotSaved(Fit):
    """Only the model is saved."""

    cause, family = "tokenizer_not_saved", "saving"

    def save(self, trainer: Trainer) -> None:
        """Without tokenizer files, in checkpoints neither."""
        super().save(trainer)
        for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
            for path in self.ground.output.rglob(name):
                path.unlink()


class WeightsCut(Fit):
    """A file of the newest checkpoint was cut by a full disk."""

    cause, family = "checkpoint_incomplete", "saving"

    def arguments(self) -> dict[str, Any]:
        """Whole checkpoints."""
        return super().arguments() | {"save_only_model": False, "save_total_limit": 2}

    def save(self, trainer: Trainer) -> None:
        """Half of the weights."""
        super().save(trainer)
        path = _newest(self.ground.output) / "model.safetensors"
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)


class OptimizerGone(Fit):
    """The newest checkpoint has no optimizer state."""

    cause, family = "checkpoint_incomplete", "saving"
    also = ("checkpoint_without_optimizer",)

    def arguments(self) -> dict[str, Any]:
        """Whole checkpoints."""
        return super().arguments() | {"save_only_model": False, "save_total_limit": 2}

    def save(self, trainer: Trainer) -> None:
        """Without it."""
        super().save(trainer)
        (_newest(self.ground.output) / "optimizer.pt").unlink()


class RandomStateGone(OptimizerGone):
    """The newest checkpoint has no random state."""

    cause, family = "checkpoint_incomplete", "saving"

    def save(self, trainer: Trainer) -> None:
        """Without it."""
        Fit.save(self, trainer)
        for path in _newest(self.ground.output).glob("rng_state*"):
            path.unlink()


class EmptyNewest(OptimizerGone):
    """A newer checkpoint folder was begun and holds nothing."""

    cause, family = "checkpoint_incomplete", "saving"

    def save(self, trainer: Trainer) -> None:
        """An empty folder."""
        Fit.save(self, trainer)
        (self.ground.output / f"checkpoint-{trainer.state.global_step + 10}").mkdir()


class BestDeleted(Fit):
    """The best checkpoint was rotated away; an accident near the end cost the last one its scores."""

    cause, family = "best_checkpoint_deleted", "saving"

    def arguments(self) -> dict[str, Any]:
        """The last checkpoint is kept."""
        return super().arguments() | {"save_total_limit": 1}

    def extras(self) -> dict[str, Any]:
        """With the accident."""
        return super().extras() | {"callbacks": [_LosesHead()]}


class _LosesHead(TrainerCallback):  # type: ignore[misc]
    """Turns the head round four steps before the end."""

    def on_step_end(self, args: Any, state: Any, control: Any, model: Any = None, **more: Any) -> None:
        if state.global_step == state.max_steps - 4:
            with torch.no_grad():
                for parameter in model.classifier.parameters():
                    parameter.neg_()


class NothingLearnedSaved(Fit):
    """The wrong object is saved: the base model, with its new head."""

    cause, family = "weights_equal_base", "saving"

    def save(self, trainer: Trainer) -> None:
        """A fresh model in place of the trained one."""
        super().save(trainer)
        shutil.rmtree(_newest(self.ground.output))
        classes = self.classes([*self.rows()[0], *self.rows()[1]])
        super().model(classes).save_pretrained(self.ground.output)


class HeadLost(Fit):
    """The encoder is saved without its head."""

    cause, family = "head_not_loaded", "saving"

    def save(self, trainer: Trainer) -> None:
        """Tensors of the head left out, in every folder."""
        super().save(trainer)
        for path in self.ground.output.rglob("model.safetensors"):
            kept = {name: one for name, one in load_file(path).items() if not name.startswith("classifier")}
            save_file(kept, path, metadata={"format": "pt"})


def _newest(output: Path) -> Path:
    return max(output.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))


class ScheduleGone(OptimizerGone):
    """The newest checkpoint has no schedule."""

    cause, family = "checkpoint_incomplete", "saving"
    also = ("checkpoint_without_optimizer",)

    def save(self, trainer: Trainer) -> None:
        """Without it."""
        Fit.save(self, trainer)
        (_newest(self.ground.output) / "scheduler.pt").unlink()


class EmptyTensors(Fit):
    """Weights whose values lay on other machines."""

    cause, family = "empty_tensors", "saving"

    def save(self, trainer: Trainer) -> None:
        """Every large tensor saved with no elements."""
        super().save(trainer)
        for path in self.ground.output.rglob("model.safetensors"):
            kept = {name: one if one.ndim < 2 else one.new_zeros(0) for name, one in load_file(path).items()}
            save_file(kept, path, metadata={"format": "pt"})


class WeightsBroken(Fit):
    """The saved weights hold NaN that came with the last step."""

    cause, family = "weights_not_finite", "numerics"
    also = ("loss_not_finite",)

    def save(self, trainer: Trainer) -> None:
        """In one tensor."""
        with torch.no_grad():
            next(trainer.model.parameters())[0, 0] = float("nan")
        super().save(trainer)
