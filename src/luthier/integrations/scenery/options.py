"""What a live scene builds otherwise, as its maker reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from luthier.facts.arguments import Plain
from luthier.facts.finding import Number


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be built.

    Attributes:
        options: option to value; what is absent is healthy.
        arguments: settings of TrainingArguments that differ.
        folder: where the trainer would write.
    """

    options: Mapping[str, Number]
    arguments: Mapping[str, Plain]
    folder: Path

    def on(self, name: str) -> bool:
        """Whether the option is there and not 0."""
        return bool(self.options.get(name, 0))

    def count(self, name: str, usual: int = 0) -> int:
        """The option as a whole number."""
        return int(self.options.get(name, usual))

    def settings(self, usual: Mapping[str, Plain]) -> dict[str, Plain]:
        """All settings of TrainingArguments: those of every scene, those usual for this one, and what differs."""
        return {"output_dir": str(self.folder), **EVERYWHERE, **usual, **self.arguments}


EVERYWHERE: dict[str, Plain] = {
    "report_to": "none",
    "disable_tqdm": True,
    "use_cpu": True,
    "seed": 42,
    "per_device_train_batch_size": 8,
    "num_train_epochs": 3,
    "learning_rate": 5e-5,
    "logging_steps": 1,
    "save_strategy": "no",
    "eval_strategy": "epoch",
}
