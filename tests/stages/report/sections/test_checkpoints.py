"""Checkpoints, and the safe one."""

from luthier.facts.checkpoints import Checkpoint, CheckpointFacts, Injury
from luthier.facts.finding import Verdicts
from luthier.facts.report import Evidence, Report
from luthier.stages.report.blocks import Paragraph, Table
from luthier.stages.report.sections.checkpoints import checkpoints

CUT = Injury("cut", "optimizer", "checkpoint-20/optimizer.pt", "half")
HURT = Checkpoint("checkpoint-20", 20, (), (CUT,), resumes=False, metric=0.25)


def told(*all_: Checkpoint) -> tuple[str, list[list[str]]]:
    """The sentence and the table."""
    section = checkpoints(Report("out", Evidence(checkpoints=CheckpointFacts(all_)), Verdicts()))
    assert section is not None
    said, table = section.blocks
    assert isinstance(said, Paragraph)
    assert isinstance(table, Table)
    return said.text, [[cell.text for cell in row] for row in table.rows]


def test_newest_first() -> None:
    """With score and state; the safe one is named."""
    said, rows = told(Checkpoint("checkpoint-10", 10), HURT)

    assert said == "Safe to resume from: checkpoint-10 (step 10)."
    assert rows == [
        ["checkpoint-20", "step 20", "0.25", "optimizer.pt: cut"],
        ["checkpoint-10", "step 10", "", "whole"],
    ]


def test_none_is_safe() -> None:
    """Said as plainly."""
    assert told(HURT)[0] == "None of the checkpoints is safe to resume from."


def test_weights_alone() -> None:
    """No injury, and no resume either."""
    assert told(Checkpoint("checkpoint-10", 10, resumes=False))[1][0][3].startswith("weights only")


def test_no_checkpoints() -> None:
    """No section."""
    assert checkpoints(Report("out", Evidence(checkpoints=CheckpointFacts(())), Verdicts())) is None
