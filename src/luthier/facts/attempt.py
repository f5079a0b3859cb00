"""Attempts: the trainings of one run, each with the plan that it had and what came of it on validation."""

from dataclasses import dataclass

from luthier.facts.evaluation import Scores
from luthier.facts.finding import Change, Verdicts
from luthier.facts.plan import Plan
from luthier.facts.trace import Trace


@dataclass(frozen=True, slots=True)
class Attempt:
    """One training.

    Attributes:
        number: from 1.
        plan: its plan.
        causes: ids of the failures whose fixes made the plan; empty where it is as it was derived.
        changes: what these fixes changed, against the attempt before or the plan that was derived.
        trace: its log.
        validation: scores of its best weights on validation, beside the baselines; the test is not touched.
        verdicts: what the guard saw and what was seen on validation.
        stopped_by: id of the error that ended it early; empty where none did.
        chosen: whether its model is the one that is kept.
        seconds: wall time.
    """

    number: int
    plan: Plan
    causes: tuple[str, ...]
    changes: tuple[Change, ...]
    trace: Trace
    validation: Scores
    verdicts: Verdicts
    stopped_by: str = ""
    chosen: bool = False
    seconds: float = 0.0
