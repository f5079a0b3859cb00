"""One class or several, by the form of the labels and by the loss."""

from dataclasses import replace

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.census import BatchCensus, LabelColumn
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import data, look, seen

NAME = "multilabel_by_accident"
SEVERAL = "multi_label_classification"
IDS = BatchCensus("classes", (), 4, label_type="int")
TRUTHS = replace(IDS, kind="multilabel", label_type="float", given=LabelColumn(several=3, rows=100))


def config(problem: str | None = None, kind: str = "BertForSequenceClassification", classes: int = 4) -> SavedConfig:
    """A config of four classes."""
    names: dict[str, Plain] = {str(number): f"name {number}" for number in range(classes)}
    return SavedConfig("", {"architectures": (kind,), "problem_type": problem, "id2label": names})


@pytest.mark.parametrize(
    ("census", "problem", "variant"),
    [
        (replace(IDS, label_type="float"), None, "floats"),
        (replace(IDS, label_type="float"), SEVERAL, "floats"),
        (IDS, SEVERAL, "carried"),
        (replace(TRUTHS, label_type="int"), SEVERAL, "integers"),
        (replace(TRUTHS, label_type="bool"), None, "integers"),
    ],
)
def test_stops(census: BatchCensus, problem: str | None, variant: str) -> None:
    """The first batch raises."""
    finding = seen(NAME, Moment.BEFORE, census=census, config=config(problem))

    assert (finding.severity, finding.variant) == ("error", variant)


def test_exclusive() -> None:
    """Exactly one class in each row, of rows enough."""
    exclusive = replace(TRUTHS, given=LabelColumn(several=0, rows=50))
    finding = seen(NAME, Moment.BEFORE, census=exclusive, config=config())
    few = replace(TRUTHS, given=LabelColumn(several=0, rows=49))

    assert (finding.severity, finding.variant, finding.numbers["rows"]) == ("note", "one", 50)
    assert look(NAME, Moment.BEFORE, census=few, config=config()) is None


@pytest.mark.parametrize(
    ("census", "problem"),
    [(IDS, None), (IDS, "single_label_classification"), (TRUTHS, None), (TRUTHS, SEVERAL)],
)
def test_clear(census: BatchCensus, problem: str | None) -> None:
    """As they should be."""
    assert look(NAME, Moment.BEFORE, census=census, config=config(problem)) is None


def test_own() -> None:
    """A loss of one's own may want any form, and so may other models."""
    floats = replace(IDS, label_type="float")

    assert look(NAME, Moment.BEFORE, census=replace(floats, own_loss=True), config=config()) is None
    assert look(NAME, Moment.BEFORE, census=floats, config=config(kind="BertForMultipleChoice")) is None
    assert "no classes" in str(look(NAME, Moment.BEFORE, census=replace(floats, outputs=1), config=config()))
    assert "no classes" in str(look(NAME, Moment.BEFORE, census=replace(floats, kind="tags"), config=config()))


def test_after() -> None:
    """One class in each row beside a config of several."""
    assert seen(NAME, Moment.AFTER, config=config(SEVERAL), data=data(classes=4)).severity == "note"
    assert look(NAME, Moment.AFTER, config=config(), data=data(classes=4)) is None
    assert look(NAME, Moment.AFTER, config=config(SEVERAL), data=data(classes=5)) is None
    assert look(NAME, Moment.AFTER, config=config(SEVERAL), data=data(train=20, classes=4)) is None
