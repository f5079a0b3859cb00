"""The battery in the report."""

from luthier.facts.finding import Verdicts
from luthier.facts.report import Evidence, Report
from luthier.facts.trial import Experiment, TrialFacts
from luthier.stages.report.assemble import assemble
from luthier.stages.report.markdown import markdown
from luthier.stages.report.sections.trial import trial
from luthier.stages.report.terminal import terminal

FACTS = TrialFacts(
    {
        "start_loss": Experiment("start_loss", "passed", {"loss": 0.7}, "the first loss is 0.700", 0.164),
        "weights_move": Experiment("weights_move", "failed", {}, "3 of 9 tensors are unchanged\x1b[2J", 0.9),
        "reload": Experiment("reload", "not run", {}, "the model is larger than 1 GB"),
    },
    1.4,
)


def report(facts: TrialFacts | None) -> Report:
    """A check with or without a trial."""
    return Report("reviews.csv", Evidence(trial=facts), Verdicts())


def test_nobody_tried() -> None:
    """No section."""
    assert trial(report(None)) is None


def test_each_experiment_has_its_line() -> None:
    """Answer, meaning and time; what was not run has no time; foreign words cannot steer a terminal."""
    lines = terminal(assemble(report(FACTS))).splitlines()

    assert "  start loss: passed · the first loss is 0.700 · 0.16 s" in lines
    assert "  weights move: failed · 3 of 9 tensors are unchanged\\u001b[2J · 0.90 s" in lines
    assert "  reload: not run · the model is larger than 1 GB" in lines


def test_markdown() -> None:
    """A table, with what failed in bold and the time of the whole."""
    text = markdown(assemble(report(FACTS)))

    assert "| weights move | **failed** |" in text
    assert "1.4 seconds" in text
