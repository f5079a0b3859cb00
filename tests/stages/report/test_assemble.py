"""The view holds everything that a report must say."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from luthier.facts.evaluation import Outcome, Scores
from luthier.facts.finding import Finding, Moment, Place, Verdict, Verdicts
from luthier.facts.report import Evidence, Report
from luthier.stages.evaluate.scoring import evaluate, score
from luthier.stages.evaluate.verdict import decide
from luthier.stages.report.assemble import assemble
from luthier.stages.report.blocks import Drawings, Findings, Names, Pairs, Section, Table, View
from luthier.stages.report.card import card
from luthier.stages.report.html import html
from luthier.stages.report.markdown import markdown
from luthier.stages.report.sections.environment import duration
from luthier.stages.report.terminal import terminal
from tests.samples import CLASSES, guesses, overlap_finding, sample_report, sample_scores, sample_trace


def section(view: View, name: str) -> Section:
    """A section that must be there."""
    found = view.section(name)
    assert found is not None
    return found


def test_reading_order() -> None:
    """Scores and findings come before anything else."""
    names = [one.id for one in assemble(sample_report()).sections]

    assert names == [
        "scores",
        "findings",
        "not_looked",
        "classes",
        "training",
        "changes",
        "data",
        "plan",
        "environment",
    ]


def test_verdict_is_told_with_its_numbers() -> None:
    """Cannot tell: by how much, on how many rows, and how many it would take."""
    head = assemble(sample_report()).head

    assert head.kind == "cannot_tell"
    assert "516 test rows" in head.sentences[0]
    assert "would settle it" in head.sentences[0]
    assert head.next_step.startswith("Label about ")
    assert [one.name for one in head.figures][:3] == ["macro-F1 on test", "best baseline", "lead over it"]


@pytest.mark.parametrize(
    ("model", "tfidf", "kind"), [(0.99, 0.90, "ready"), (0.90, 0.98, "not_better"), (0.985, 0.975, "cannot_tell")]
)
def test_each_kind_has_a_head(model: float, tfidf: float, kind: str) -> None:
    """Badge, title, sentences and next step for every verdict on real scores."""
    head = assemble(sample_report(sample_scores(2000 if kind != "cannot_tell" else 300, model=model, tfidf=tfidf))).head

    assert head.kind == kind
    assert all((head.badge, head.title, head.sentences, head.next_step))


def test_error_leads() -> None:
    """A failed run names the failure in its title."""
    error = replace(overlap_finding(200), severity="error")
    head = assemble(sample_report(findings=(error,))).head

    assert head.kind == "failed"
    assert head.title == "Stopped by an error: train_test_overlap"
    assert head.next_step


def test_every_failure_is_in_one_of_the_three_answers() -> None:
    """Seen, clear and not looked together are all that were asked, silenced ones included."""
    report = sample_report()
    silenced = Verdict("overfitting", overlap_finding().moment, "seen", replace(overlap_finding()), silenced=True)
    verdicts = Verdicts((*(one for one in report.verdicts.all if one.failure != "overfitting"), silenced))
    view = assemble(replace(report, verdicts=verdicts))
    told: list[str] = []
    for block in section(view, "findings").blocks:
        told += [one.failure for one in block.told] if isinstance(block, Findings) else []
        told += block.names if isinstance(block, Names) else []
    table = section(view, "not_looked").blocks[0]
    assert isinstance(table, Table)
    told += [name for row in table.rows for name in row[1].text.split(", ")]

    assert sorted(told) == sorted(one.failure for one in verdicts.all)


def test_not_looked_gives_the_reason() -> None:
    """Failures of one reason stand together, the most frequent reason first; those of other kinds of runs apart."""
    report = sample_report()
    few = "516 test rows are too few"
    more = (
        Verdict("labels_shuffled", Moment.AFTER, "not looked", reason=few),
        Verdict("target_empty", Moment.BEFORE, "not looked", reason="labelled texts", concerns=False),
    )
    asked = tuple(one for one in report.verdicts.all if one.failure not in ("labels_shuffled", "target_empty"))
    view = assemble(replace(report, verdicts=Verdicts((*asked, *more))))
    table, others = section(view, "not_looked").blocks
    assert isinstance(table, Table)
    assert isinstance(others, Names)

    assert [cell.text for cell in table.rows[0]] == [few, "not_better_than_baseline, labels_shuffled"]
    assert table.rows[1][0].text == "no column looks like a group, and none was named"
    assert others.names == ("target_empty",)
    assert "One more belongs" in section(view, "findings").blocks[0].text


def test_curves_say_what_they_show() -> None:
    """Loss, validation, rate, norm and change; a hole is told in words too."""
    report = sample_report(trace=sample_trace(300, broken=(200,)))
    drawings = next(one for one in section(assemble(report), "training").blocks if isinstance(one, Drawings)).drawings

    assert len(drawings) == 5
    assert "one value is not finite, at step 200" in drawings[0].says


def test_every_setting_of_the_plan_is_listed_with_its_reason() -> None:
    """Name, value, who decided, why."""
    table = section(assemble(sample_report()), "plan").blocks[0]
    assert isinstance(table, Table)
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}

    assert rows["model.max_tokens"] == ["80", "Luthier", "99 % of the rows have at most 78 tokens"]
    assert rows["train.epochs"] == ["3", "you", "set by the user"]
    assert rows["train.rate"] == ["5e-05", "default", ""]
    assert len(rows) > 30


def test_check_without_training() -> None:
    """A report of `luthier check` has no scores, and says that nothing was trained only through its badge."""
    full = sample_report()
    report = Report("check", Evidence(data=full.evidence.data), full.verdicts)
    view = assemble(report)

    assert view.head.kind == "checked"
    assert view.head.title == "One failure seen before training"
    assert [one.id for one in view.sections] == ["findings", "not_looked", "data"]


@pytest.mark.parametrize(
    ("severities", "says"),
    [((), "Go on"), (("warning",), "Read the findings"), (("warning", "error"), "Mend the errors")],
)
def test_next_step_after_a_check(severities: tuple[str, ...], says: str) -> None:
    """It follows the worst finding, and speaks of errors only where there are any."""
    found = tuple(replace(overlap_finding(200), severity=severity) for severity in severities)
    full = sample_report(findings=found)

    head = assemble(Report("check", Evidence(data=full.evidence.data), full.verdicts)).head

    assert head.next_step.startswith(says)


def test_empty_report() -> None:
    """Nothing known at all still gives a page."""
    view = assemble(Report("empty", Evidence(), Verdicts(), Outcome("failed", "macro_f1", (("no_scores", {}),))))

    assert view.head.title == "The run ended before the test"
    assert [one.id for one in view.sections] == ["findings"]


def test_many_classes_are_cut_to_the_worst() -> None:
    """Of 300 classes the 40 weakest are shown, no matrix of 90,000 cells, and the most frequent confusions."""
    report = sample_report(many_classes(tuple(f"class {number}" for number in range(300))))
    blocks = section(assemble(report), "classes").blocks
    tables = [one for one in blocks if isinstance(one, Table)]

    assert [len(one.rows) for one in tables] == [40, 12]
    assert "of 300" in tables[0].caption


def many_classes(names: tuple[str, ...]) -> Scores:
    """Scores of a made-up model on very many classes."""
    gold = np.arange(1500) % len(names)
    own = guesses(gold, len(names), 0.7, 1)
    model = evaluate("model", "test", own, gold, names, seed=0)
    return score(model, own, {"tfidf": guesses(gold, len(names), 0.6, 2)}, gold, names, metric="macro_f1", seed=0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.44, "0.4 s"), (38.4, "38 s"), (125, "2 min 05 s"), (11_520, "3 h 12 min")]
)
def test_duration(seconds: float, text: str) -> None:
    """Times as people say them."""
    assert duration(seconds) == text


def test_data_section_counts() -> None:
    """Classes by split with their shares, overlaps, cleaning and columns."""
    blocks = section(assemble(sample_report()), "data").blocks
    table, *pairs = blocks
    assert isinstance(table, Table)
    listed = {one.name: one.value for block in pairs if isinstance(block, Pairs) for one in block.pairs}

    assert [cell.text for cell in table.rows[0]] == ["ham", "3,613", "452", "451"]
    assert listed["test rows also in train"] == "3"
    assert listed["changed: space"] == "311"
    assert listed["column “spam”"] == "label, 2 distinct, 0 missing"


def test_broken_predictions_are_reported() -> None:
    """Probabilities that are not numbers go through every format, and the verdict is failed."""
    gold = np.arange(60) % 2
    broken = np.full((60, 2), np.nan)
    model = evaluate("model", "test", broken, gold, CLASSES, seed=0)
    tfidf = {"tfidf": guesses(gold, 2, 0.9, 1)}
    scores = score(model, broken, tfidf, gold, CLASSES, metric="log_loss", seed=0)
    report = sample_report(scores)
    report = replace(report, outcome=decide("log_loss", scores, report.verdicts, None))
    view = assemble(report)

    assert view.head.title == "The predictions are broken"
    assert "nan" in terminal(view)
    assert "nan" in html(view)
    assert "nan" in markdown(view)
    assert "nan" not in card(report).split("---\n")[1]


def rival_report() -> Report:
    """Two causes that fit one symptom, and a finding of its own."""
    numbers: dict[str, float | int | str] = {"rate": 1e-2, "highest": 3e-4}
    rate = Finding(
        "rate_too_high_collapse", Moment.BEFORE, "warning", 0.7, numbers, Place("setting", "train.rate"), "plan"
    )
    counted: dict[str, float | int | str] = {"steps": 9, "loss": 0.6, "chance": 0.69, "epochs": 1.0, "suggested": 5}
    few = Finding("too_few_steps", Moment.AFTER, "warning", 0.8, counted, Place("setting", "train.epochs"), "run")
    symptom = replace(overlap_finding(), failure="stuck_at_chance")
    verdicts = (
        Verdict(rate.failure, rate.moment, "seen", rate, rivals=("too_few_steps",)),
        Verdict(few.failure, few.moment, "seen", few, rivals=("rate_too_high_collapse",)),
        Verdict("stuck_at_chance", Moment.AFTER, "seen", symptom, explained_by="too_few_steps"),
        Verdict("train_test_overlap", Moment.BEFORE, "seen", overlap_finding()),
        Verdict("overfitting", Moment.AFTER, "seen", overlap_finding(), silenced=True),
    )
    return replace(sample_report(), verdicts=Verdicts(verdicts))


def test_rivals_stand_under_one_heading() -> None:
    """The likelier first, each with the experiment that tells; what stands alone stands by itself."""
    report = rival_report()
    alone, rivals = (b for b in section(assemble(report), "findings").blocks if isinstance(b, Findings))

    assert (alone.heading, [one.failure for one in alone.told]) == ("", ["train_test_overlap"])
    assert rivals.heading.startswith("2 causes fit what was seen (stuck_at_chance)")
    assert [one.failure for one in rivals.told] == ["too_few_steps", "rate_too_high_collapse"]
    assert all(one.experiment for one in rivals.told)


@pytest.mark.parametrize("form", [markdown, html, terminal, lambda view: card(rival_report())])
def test_rivals_and_experiments_in_every_format(form: Callable[[View], str]) -> None:
    """None leaves out the heading, an experiment or what was silenced."""
    text = " ".join(form(assemble(rival_report())).replace("\\", "").split())

    assert "2 causes fit what was seen" in text
    assert "if the loss goes on falling, the run was too short" in text
    assert "Train 100 steps from the start at a tenth of the rate" in text
    assert "overfitting" in text
