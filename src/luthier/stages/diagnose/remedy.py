"""From findings to the next plan: which fix to try, of those that the user allows."""

from collections.abc import Collection
from dataclasses import dataclass

from luthier.facts.finding import Change, Degree, Verdict, Verdicts
from luthier.facts.plan import Plan
from luthier.failures._contract import Failure


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a repair may change.

    Attributes:
        attempts: trainings in all, at least 1.
        own: values that the user did not choose.
        set_by_user: values that the user chose.
        asked: also by fixes of degree "applied when asked".
    """

    attempts: int = 3
    own: bool = True
    set_by_user: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Remedy:
    """A plan to try next, the failure whose fix made it, and what that changed."""

    plan: Plan
    failure: str
    changes: tuple[Change, ...]


def next_remedy(
    verdicts: Verdicts, failures: dict[str, Failure], plan: Plan, allowed: Allowed, tried: Collection[Plan]
) -> Remedy | None:
    """The fix of the worst finding that has one which may be tried; None where there is none.

    Causes come before symptoms, since symptoms of a cause that was seen are not among the told; errors come before
    warnings, and notes are left alone. A plan that was tried is not tried again.

    Args:
        verdicts: of the last attempt.
        failures: all of them, by id.
        plan: of the last attempt.
        allowed: what may be changed.
        tried: plans of all attempts.
    """
    for verdict in verdicts.told:
        failure = failures[verdict.failure]
        remedy = _remedy(verdict, failure, plan)
        if remedy is not None and remedy.plan not in tried and _may(remedy, failure.degree, plan, allowed):
            return remedy
    return None


def mended(verdicts: Verdicts, failures: dict[str, Failure], plan: Plan) -> tuple[Plan, tuple[Remedy, ...]]:
    """A plan with the fixes of all causes that were seen, worst first, and these fixes; the plan itself where there are
    none. For runs that are over: nothing is tried between one fix and the next.
    """
    made: list[Remedy] = []
    for verdict in verdicts.told:
        remedy = _remedy(verdict, failures[verdict.failure], plan)
        if remedy is not None and remedy.plan != plan:
            made.append(remedy)
            plan = remedy.plan
    return plan, tuple(made)


def _remedy(verdict: Verdict, failure: Failure, plan: Plan) -> Remedy | None:
    finding = verdict.finding
    if finding is None or finding.severity == "note" or failure.fix_plan is None or not verdict.changes:
        return None
    return Remedy(failure.fix_plan(plan, finding), failure.id, verdict.changes)


def _may(remedy: Remedy, degree: Degree, plan: Plan, allowed: Allowed) -> bool:
    if degree is not Degree.APPLIED and not allowed.asked:
        return False
    chosen = any(plan.set_by_user(change.name) for change in remedy.changes)
    return allowed.set_by_user if chosen else allowed.own
