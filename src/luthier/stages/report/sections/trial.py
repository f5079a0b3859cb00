"""What the ten-second battery found, experiment by experiment."""

from luthier.facts.report import Report
from luthier.facts.trial import Experiment
from luthier.stages.report.blocks import Cell, Section, Table, texts
from luthier.stages.report.foreign import shown
from luthier.stages.report.words import say


def trial(report: Report) -> Section | None:
    """Every experiment with its answer, what that means, and its time."""
    facts = report.evidence.trial
    if facts is None:
        return None
    head = texts(*(say(f"trial.{name}") for name in ("experiment", "answer", "says", "seconds")))
    caption = say("trial.caption", {"seconds": facts.seconds})
    rows = tuple(_row(one) for one in facts.experiments.values())
    return Section("trial", say("section.trial"), (Table(head, rows, "lllr", caption),))


def _row(one: Experiment) -> tuple[Cell, ...]:
    seconds = "" if one.answer == "not run" else f"{one.seconds:.2f} s"
    answer = Cell(say(f"trial.{one.answer}"), strong=one.answer == "failed")
    return (Cell(one.name.replace("_", " ")), answer, Cell(shown(one.says)), Cell(seconds))
