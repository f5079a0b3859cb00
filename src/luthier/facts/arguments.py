"""Settings of a run that another tool made, as plain values under that tool's own names."""

from dataclasses import dataclass, field
from typing import Literal

Plain = None | bool | int | float | str | tuple["Plain", ...] | dict[str, "Plain"]
Tool = Literal["luthier", "transformers", "trl", "unknown"]


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the run was asked to do.

    Attributes:
        kind: name of the class that held them ("TrainingArguments", "SFTConfig"); empty where no class was named.
        tool: whose words fixes are told in.
        values: name to value, as stored; enumerations are their values, what has no plain value is left out. Class
            names of the losses of Sentence Transformers stand under "loss", where the trainer or a card names them.
        source: where they were read: "training_args.bin", "README.md", "the trainer".
    """

    kind: str
    tool: Tool
    values: dict[str, Plain] = field(default_factory=dict)
    source: str = ""

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def number(self, name: str) -> float | None:
        """A numeric setting; None where it was not stored, is not a number or is a truth value."""
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool | None:
        """A truth value; None where it was not stored or is something else."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def text(self, name: str) -> str:
        """A word; empty where it was not stored or is something else."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""
