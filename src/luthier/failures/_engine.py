"""The engine: asks failures at a moment and collects their answers.

Checks, guards and diagnosis are this one function called at three moments.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from luthier.facts.finding import Finding, Moment, NotLooked, Verdict, Verdicts
from luthier.facts.report import Evidence
from luthier.failures import _contract
from luthier.failures._contract import Failure
from luthier.failures._remedy import changes
from luthier.registry import plug_ins


def all_failures() -> dict[str, Failure]:
    """Every failure by id, in alphabetical order."""
    return plug_ins("luthier.failures", _contract.load)


def ask(
    failures: Iterable[Failure],
    moment: Moment,
    evidence: Evidence,
    *,
    silenced: Collection[str] = (),
) -> Verdicts:
    """Ask each failure that has this moment.

    Args:
        failures: whom to ask.
        moment: when we are.
        evidence: what is known now.
        silenced: ids of which the user does not want to hear; they are asked all the same and marked.

    Returns:
        One verdict per failure that has this moment. A symptom whose cause was seen at this moment says so.
    """
    asked = [f for f in failures if moment in f.moments]
    answers = [_ask_one(f, moment, evidence, f.id in silenced) for f in asked]
    return _explained(answers, {f.id: f for f in asked})


def _ask_one(failure: Failure, moment: Moment, evidence: Evidence, silenced: bool) -> Verdict:
    reads = failure.reads(moment)
    # a failure may take all of its parts as optional: where none of them can be here, it is not asked either
    wanted = reads if evidence.outside.issuperset(reads) else failure.needs(moment)
    for part in wanted:
        if getattr(evidence, part) is None:
            reason, concerns = evidence.missing.get(part, f"no {part} facts"), part not in evidence.outside
            return Verdict(failure.id, moment, "not looked", reason=reason, silenced=silenced, concerns=concerns)
    parts = {name: getattr(evidence, name) for name in reads}
    answer = failure.moments[moment](**parts)
    if isinstance(answer, Finding):
        remedy = changes(failure, evidence, answer)
        return Verdict(failure.id, moment, "seen", finding=answer, silenced=silenced, changes=remedy)
    if isinstance(answer, NotLooked):
        concerns = not answer.lacks or not evidence.outside.issuperset(answer.lacks)
        return Verdict(failure.id, moment, "not looked", reason=answer.reason, silenced=silenced, concerns=concerns)
    return Verdict(failure.id, moment, "clear", silenced=silenced)


def last_word(*rounds: Verdicts) -> Verdicts:
    """Join rounds of asking into one answer per failure.

    A failure that was seen stays seen. Otherwise the latest look that could be taken counts; "not looked" remains only
    where no moment could look. A symptom whose cause was seen in any round says so: one fault, one finding.
    """
    answers: dict[str, Verdict] = {}
    for verdict in (v for one in rounds for v in one.all):
        known = answers.get(verdict.failure)
        if known is None or _outranks(verdict, known):
            answers[verdict.failure] = verdict
    return _explained([answers[name] for name in sorted(answers)], all_failures())


def _explained(answers: list[Verdict], failures: Mapping[str, Failure]) -> Verdicts:
    """Name the cause of each symptom that was seen, where the cause was seen as well, and the rivals of each cause.

    A silenced cause still explains: whoever silenced it knows of it and need not hear of its effects either. A note
    does not: what hardly matters causes nothing. Where several causes were seen, the most confident one is named, of
    equals the one that the symptom's file names first.
    """
    seen = {v.failure: v.finding for v in answers if v.finding is not None and v.finding.severity != "note"}
    causes = {v.failure: _ranked(v, failures, seen) for v in answers}
    told = [_because_of(v, next(iter(causes[v.failure]), "")) for v in answers]
    return Verdicts(tuple(_with_rivals(told, causes)))


def _because_of(verdict: Verdict, cause: str) -> Verdict:
    changed = cause != verdict.explained_by or verdict.rivals
    return replace(verdict, explained_by=cause, rivals=()) if changed else verdict


def _ranked(verdict: Verdict, failures: Mapping[str, Failure], seen: Mapping[str, Finding]) -> list[str]:
    """Seen causes of a symptom, the most confident first."""
    if verdict.answer != "seen" or verdict.failure not in failures:
        return []
    found = [name for name in failures[verdict.failure].explained_by if name in seen]
    return sorted(found, key=lambda name: -seen[name].confidence)


def _with_rivals(told: list[Verdict], causes: Mapping[str, list[str]]) -> list[Verdict]:
    """Causes that compete for one symptom: told, and themselves explained by nothing."""
    heard = {v.failure: v.finding for v in told if v.finding is not None and not v.silenced and not v.explained_by}
    rivals: dict[str, set[str]] = {}
    for names in causes.values():
        competing = {name for name in names if name in heard}
        for name in competing:
            rivals.setdefault(name, set()).update(competing - {name})
    confidence = {name: finding.confidence for name, finding in heard.items()}
    order = {name: sorted(found, key=lambda one: (-confidence[one], one)) for name, found in rivals.items()}
    return [replace(v, rivals=tuple(order[v.failure])) if order.get(v.failure) else v for v in told]


def _outranks(new: Verdict, known: Verdict) -> bool:
    rank = {"not looked": 0, "clear": 1, "seen": 2}
    return (rank[new.answer], new.concerns) >= (rank[known.answer], known.concerns)
