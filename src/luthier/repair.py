"""Attempts: train, judge on validation, change the plan by the fix of what was seen, and train again.

Every choice is made on validation rows; the test is not touched here. A run that is gone on with walks through its
attempts again: those that were finished are read from their checkpoints, so that the same choices follow.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

from luthier.facts.attempt import Attempt
from luthier.facts.evaluation import LOWER_IS_BETTER, Evaluation
from luthier.facts.event import Event, Watch
from luthier.facts.finding import Moment, Verdicts
from luthier.facts.plan import Plan
from luthier.facts.request import Request
from luthier.failures._contract import Failure
from luthier.failures._engine import all_failures, ask, last_word
from luthier.files import make_folder, write_file
from luthier.folder import RunFolder
from luthier.known import Known, replanned
from luthier.stages.diagnose.remedy import Allowed, Remedy, next_remedy
from luthier.stages.plan import file as plan_file
from luthier.stages.train.guard import Guard
from luthier.stages.train.loop import Training
from luthier.trained import Trained, Validated, train, validate


@dataclass(frozen=True, slots=True)
class Kept:
    """The best attempt so far.

    Attributes:
        known: with its plan.
        trained: its model.
        validated: its probabilities and scores on validation.
        watched: what was seen before and during; what is seen afterwards is judged anew, on the test.
        attempt: its facts.
    """

    known: Known
    trained: Trained
    validated: Validated
    watched: Verdicts
    attempt: Attempt


def attempts(
    known: Known, folder: RunFolder, request: Request, watch: Watch, training_type: type[Training] = Training
) -> tuple[Kept, tuple[Attempt, ...]]:
    """Train until nothing is left to repair, or the attempts are used up.

    Args:
        known: plan, rows and model.
        folder: the run.
        request: which repairs are allowed, and what to ask.
        watch: told of progress.
        training_type: the loop; scenes of failures put a sabotaged one in its place.

    Returns:
        The attempt with the best score on validation, and the facts of all, in order.
    """
    allowed, failures = _allowed(request), all_failures()
    made: list[Attempt] = []
    best: Kept | None = None
    remedies: list[Remedy] = []
    while best is None or remedies:
        known, remedies = _repaired_before(known, request, allowed, watch, remedies)
        now = _try(known, folder, request, watch, training_type, len(made) + 1, remedies, best)
        made.append(now.attempt)
        best = now if best is None or _rank(now) > _rank(best) else best
        plans = [one.plan for one in made]
        more = next_remedy(now.attempt.verdicts, failures, known.plan, allowed, plans)
        again = more is not None and len(made) < allowed.attempts and _affordable(more, made, request, watch)
        remedies = [more] if more is not None and again else []
    return best, tuple(replace(one, chosen=one.number == best.attempt.number) for one in made)


def _affordable(remedy: Remedy, made: list[Attempt], request: Request, watch: Watch) -> bool:
    """Whether what is left of the time that the user granted suffices for the plan, by the time of the last attempt."""
    if request.budget_seconds is None:
        return True
    last = made[-1]
    longer = remedy.plan.train.epochs / last.plan.train.epochs
    needed, left = last.seconds * longer, request.budget_seconds - sum(one.seconds for one in made)
    if needed > left:
        watch(
            Event("notice", "repair", f"not tried, for want of time: {remedy.failure} ({needed:.0f} s of {left:.0f} s)")
        )
    return needed <= left


def _repaired_before(
    known: Known, request: Request, allowed: Allowed, watch: Watch, remedies: list[Remedy]
) -> tuple[Known, list[Remedy]]:
    """The plan with what is to be repaired, and with what it shows to be an error before a step is made."""
    for remedy in remedies:
        known = _replanned(known, remedy, request, watch)
    tried = [known.plan]
    while True:
        before = ask(_wanted(request), Moment.BEFORE, known.evidence, silenced=request.ignore)
        errors = Verdicts(tuple(one for one in before.told if one.finding and one.finding.severity == "error"))
        more = next_remedy(errors, all_failures(), known.plan, allowed, tried)
        if more is None:
            return known, remedies
        known = _replanned(known, more, request, watch)
        tried.append(known.plan)
        remedies = [*remedies, more]


def _replanned(known: Known, remedy: Remedy, request: Request, watch: Watch) -> Known:
    told = ", ".join(f"{one.name} {one.before} → {one.after}" for one in remedy.changes)
    watch(Event("stage", "repair", f"{remedy.failure}: {told}"))
    return replanned(known, remedy.plan, request, watch)


def _allowed(request: Request) -> Allowed:
    if request.repair == "off":
        return Allowed(attempts=1, own=False)
    asked = request.repair in ("plan", "data")
    return Allowed(max(1, request.attempts), asked=asked, set_by_user=asked)


def _try(
    known: Known,
    folder: RunFolder,
    request: Request,
    watch: Watch,
    training_type: type[Training],
    number: int,
    remedies: list[Remedy],
    best: Kept | None,
) -> Kept:
    started = time.perf_counter()
    make_folder(folder.attempt(number))
    write_file(folder.attempt(number) / "plan.yaml", plan_file.to_text(known.plan))
    before = ask(_wanted(request), Moment.BEFORE, known.evidence, silenced=request.ignore)
    for finding in before.seen:
        watch(Event("finding", "check", finding.failure, numbers=finding.numbers))
    guard = Guard(all_failures(), request.ignore, before)
    beside = best.trained if best is not None and _same_inputs(best.known.plan, known.plan) else None
    trained = train(known, folder, guard, watch, training_type, number=number, beside=beside)
    validated = validate(trained, known, "validation")
    attempted = trained.attempted
    evidence = replace(known.evidence, trace=attempted.trace, validation=validated[1])
    after = ask(_wanted(request), Moment.AFTER, evidence, silenced=request.ignore)
    watched = last_word(before, attempted.verdicts)
    attempt = Attempt(
        number=number,
        plan=known.plan,
        causes=tuple(remedy.failure for remedy in remedies),
        changes=tuple(change for remedy in remedies for change in remedy.changes),
        trace=attempted.trace,
        validation=validated[1],
        verdicts=last_word(watched, after),
        stopped_by=attempted.stopped_by.failure if attempted.stopped_by else "",
        seconds=time.perf_counter() - started,
    )
    return Kept(known, trained, validated, watched, attempt)


def _same_inputs(one: Plan, other: Plan) -> bool:
    """Whether rows and their tokens are the same under both plans."""
    return one.data == other.data and one.model == other.model


def _wanted(request: Request) -> list[Failure]:
    return [failure for name, failure in all_failures().items() if not request.only or name in request.only]


def _rank(kept: Kept) -> tuple[float, float]:
    """By the metric that picks checkpoints, ties by the loss; what is not finite comes last."""
    scored: Evaluation = kept.attempt.validation.model
    metric = kept.known.plan.train.metric
    value = scored.score(metric)
    loss = scored.loss if scored.loss is not None and math.isfinite(scored.loss) else math.inf
    if not math.isfinite(value):
        return (-math.inf, -loss)
    return (-value if metric in LOWER_IS_BETTER else value, -loss)
