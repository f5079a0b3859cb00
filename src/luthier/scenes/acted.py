"""What comes of acting a scene, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass

from luthier.facts.finding import Moment, Verdicts
from luthier.facts.report import Evidence
from luthier.facts.rows import Splits
from luthier.failures._engine import all_failures, ask, last_word


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of a scene.

    Attributes:
        evidence: all facts.
        rounds: moment to what every failure answered then.
        splits: the rows of a fit; None for scenes of other tools.
    """

    evidence: Evidence
    rounds: dict[Moment, Verdicts]
    splits: Splits | None = None

    @property
    def verdicts(self) -> Verdicts:
        """The last word of every failure."""
        return last_word(*self.rounds.values())


def asked(moment: Moment, evidence: Evidence) -> Verdicts:
    """What every failure answers at a moment."""
    return ask(all_failures().values(), moment, evidence)
