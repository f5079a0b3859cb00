"""Findings and reasons in words."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Change, Finding, Moment, Place, Verdict
from luthier.stages.report.told import reason, title, told
from tests.samples import overlap_finding


def test_finding_speaks_through_its_failure() -> None:
    """Message, why and next step come from the failure file, filled with the finding's numbers."""
    found = told(overlap_finding(rows=3))

    assert found.failure == "train_test_overlap"
    assert "3 of 516 test rows" in found.message
    assert found.why
    assert found.next_step
    assert found.place == "test rows 118, 371, 2960 (lines 120, 373, 2981 of the file)"
    assert found.fix.endswith("left to you")
    assert found.confidence == ""


def test_doubt_is_told() -> None:
    """A finding that is not certain says how sure it is."""
    assert told(replace(overlap_finding(), confidence=0.9)).confidence == "90\u00a0% sure"


def test_unknown_failure_is_told_by_its_numbers() -> None:
    """A report of a newer Luthier, or of a plug-in that is not here, hides nothing."""
    finding = Finding("from_another_world", Moment.AFTER, "error", 1.0, {"gap": 0.25}, Place("split", "test"))
    found = told(finding)

    assert "from_another_world" in found.message
    assert "gap 0.25" in found.message
    assert found.place == "split test"


def test_finding_of_an_older_version_is_told_by_its_numbers() -> None:
    """A template that asks for a number which was not recorded then does not break the report."""
    found = told(replace(overlap_finding(), numbers={"rows": 3}, variant="gone"))

    assert found.message.endswith("rows 3")
    assert found.place.startswith("test rows 118")


def test_hostile_numbers_are_harmless() -> None:
    """A label that looks like a template or a control code is shown as text."""
    numbers = overlap_finding().numbers | {"split": "{other}\x1b[31m", "other": "{0.__class__}"}
    found = told(replace(overlap_finding(), numbers=numbers))

    assert "{other}\\u001b[31m rows" in found.message
    assert "{0.__class__}" in found.message


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("setting", "train.rate"), "setting train.rate"),
        (Place("step", step=41), "step 41"),
        (Place("column", "user_id"), "column user_id"),
        (Place("rows", "", (5,)), "rows 5"),
        (Place("rows", "test", tuple(range(20))), "test rows 0, 1, 2, 3, 4, 5, 6, 7, …"),
        (Place("rows", "test"), ""),
        (Place("file", ""), ""),
    ],
)
def test_places(place: Place, expected: str) -> None:
    """Every kind of place, and places that say nothing."""
    assert told(replace(overlap_finding(), place=place)).place == expected


def test_reason_names_things() -> None:
    """Ids of metric and baseline become words; a sentence begins with a capital."""
    numbers = {"metric": "macro_f1", "baseline": "tfidf", "baseline_score": 0.962, "left": 0.038}
    text = reason("near_perfect_baseline", numbers)

    assert text.startswith("TF-IDF + logistic regression alone reaches macro-F1 0.962, so at most 0.038")
    assert title("score_is_nan", numbers) == "The predictions are broken"


@pytest.mark.parametrize(
    ("confidence", "rivals", "expected"), [(0.95, (), False), (0.7, (), True), (0.95, ("too_few_steps",), True)]
)
def test_experiments(confidence: float, rivals: tuple[str, ...], expected: bool) -> None:
    """Where doubt is left, or another cause fits as well, the experiment that settles it is told."""
    numbers: dict[str, float | int | str] = {"rate": 1e-2, "highest": 3e-4}
    finding = Finding(
        "rate_too_high_collapse", Moment.BEFORE, "error", confidence, numbers, Place("setting", "train.rate"), "plan"
    )
    verdict = Verdict(finding.failure, finding.moment, "seen", finding, rivals=rivals)

    assert told(finding, verdict).experiment.startswith("Train 100 steps from the start") == expected


def test_the_change_of_a_fix() -> None:
    """What the fix would change stands beside how safe it is."""
    finding = overlap_finding()
    changes = (Change("data.near_duplicates", False, True, finding.failure),)
    found = told(finding, Verdict(finding.failure, finding.moment, "seen", finding, changes=changes))

    assert found.change == "--set data.near_duplicates=true"
    assert found.fix.startswith("--set data.near_duplicates=true (changes rows or settings of yours")
