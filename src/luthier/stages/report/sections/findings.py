"""What was seen, what is clear, and what nobody could look for."""

from luthier.facts.finding import Verdict
from luthier.facts.report import Report
from luthier.stages.report.blocks import Block, Findings, Names, Paragraph, Section, Table, texts
from luthier.stages.report.dialects import dialect_of
from luthier.stages.report.foreign import shown
from luthier.stages.report.told import told
from luthier.stages.report.words import say


def findings(report: Report) -> Section:
    """All three answers; none is left out."""
    blocks: list[Block] = [Paragraph(counts(report)), *found(report)]
    if names := silenced(report):
        blocks.append(Names(say("findings.silenced"), names, "strong"))
    if names := clear(report):
        blocks.append(Names(say("findings.clear"), names, "good"))
    return Section("findings", say("section.findings"), tuple(blocks))


def found(report: Report) -> list[Block]:
    """What was seen, worst first; causes that compete for one symptom stand together, the likeliest first."""
    dialect = dialect_of(report.evidence)
    blocks: list[Findings] = []
    for group in report.verdicts.groups:
        words = tuple(told(one.finding, one, dialect) for one in group if one.finding is not None)
        if len(group) > 1:
            blocks.append(Findings(words, _rivals(report, group)))
        elif blocks and not blocks[-1].heading:
            blocks[-1] = Findings(blocks[-1].told + words)
        else:
            blocks.append(Findings(words))
    return list(blocks) if blocks else [Paragraph(say("findings.none"))]


def _rivals(report: Report, group: tuple[Verdict, ...]) -> str:
    causes = {one.failure for one in group}
    symptoms = [one.failure for one in report.verdicts.all if one.explained_by in causes]
    return say("findings.rivals", {"count": len(group), "symptoms": ", ".join(symptoms)})


def not_looked(report: Report) -> Section | None:
    """Failures without an answer, those of one reason together; and how many do not concern runs of this kind."""
    reasons: dict[str, list[str]] = {}
    for one in unanswered(report):
        reasons.setdefault(one.reason, []).append(one.failure)
    others = tuple(one.failure for one in report.verdicts.all if not one.concerns)
    blocks: list[Block] = []
    if reasons:
        often = sorted(reasons.items(), key=lambda one: -len(one[1]))
        rows = tuple(texts(shown(reason), ", ".join(names)) for reason, names in often)
        head = texts(say("findings.reason"), say("findings.failure"))
        blocks.append(Table(head, rows, "ll", say("findings.not_looked")))
    if others:
        blocks.append(Names(say("findings.elsewhere"), others, "quiet"))
    return Section("not_looked", say("section.not_looked"), tuple(blocks)) if blocks else None


def unanswered(report: Report) -> tuple[Verdict, ...]:
    """Failures that concern this run and could not be looked for."""
    return tuple(one for one in report.verdicts.all if one.answer == "not looked" and one.concerns)


def counts(report: Report) -> str:
    """Count the answers, and the failures that were not asked."""
    others = sum(not one.concerns for one in report.verdicts.all)
    numbers = {
        "seen": len(report.verdicts.seen) + len(silenced(report)),
        "clear": len(clear(report)),
        "not_looked": len(unanswered(report)),
        "total": sum(one.concerns for one in report.verdicts.all),
    }
    told_too = f" {say('findings.others', {'count': others})}" if others else ""
    return say("findings.counts", numbers) + told_too


def clear(report: Report) -> tuple[str, ...]:
    """Failures that are not there."""
    return tuple(one.failure for one in report.verdicts.all if one.answer == "clear")


def silenced(report: Report) -> tuple[str, ...]:
    """Failures that were seen, of which the user does not want to hear."""
    return tuple(one.failure for one in report.verdicts.all if one.answer == "seen" and one.silenced)
