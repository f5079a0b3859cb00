"""The ten-second battery: small experiments on the real model and its first batches, as numbers."""

from dataclasses import dataclass, field
from typing import Literal

from luthier.facts.finding import Number


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment.

    Attributes:
        name: file name of the experiment.
        answer: "passed", "failed", or "not run".
        numbers: what was measured.
        says: one line for people: what this answer means, or why it was not run.
        seconds: wall time.
    """

    name: str
    answer: Literal["passed", "failed", "not run"]
    numbers: dict[str, Number] = field(default_factory=dict)
    says: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class TrialFacts:
    """All experiments of a battery, in the order in which they ran.

    Attributes:
        experiments: name to experiment.
        seconds: wall time of the whole.
    """

    experiments: dict[str, Experiment] = field(default_factory=dict)
    seconds: float = 0.0

    def failed(self, name: str) -> Experiment | None:
        """The experiment, where it was run and failed."""
        one = self.experiments.get(name)
        return one if one is not None and one.answer == "failed" else None

    def ran(self, name: str) -> Experiment | None:
        """The experiment, where it was run."""
        one = self.experiments.get(name)
        return one if one is not None and one.answer != "not run" else None
