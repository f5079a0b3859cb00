"""A head that does not fit the classes."""

from dataclasses import replace

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.census import BatchCensus, LabelColumn
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import data, look, seen

NAME = "outputs_unlike_labels"


def census(train: tuple[int, ...], outputs: int = 3, evaluation: tuple[int, ...] = (), each: int = 20) -> BatchCensus:
    """Batches of data sets with these ids."""
    given = LabelColumn(dict.fromkeys(train, each), dict.fromkeys(evaluation, 2))
    return BatchCensus("classes", (), outputs, given=given)


def config(count: int, name: str = "LABEL_{}", **more: Plain) -> SavedConfig:
    """A saved classifier of so many classes."""
    names: dict[str, Plain] = {str(number): name.format(number) for number in range(count)}
    return SavedConfig("", {"architectures": ("BertForSequenceClassification",), "id2label": names, **more})


@pytest.mark.parametrize(
    ("train", "evaluation", "split", "label"),
    [((0, 1, 3), (), "training", 3), ((0, 1, 2), (5,), "evaluation", 5), ((0, 1), (-1,), "evaluation", -1)],
)
def test_beyond(train: tuple[int, ...], evaluation: tuple[int, ...], split: str, label: int) -> None:
    """A label without an output stops training or evaluation."""
    finding = seen(NAME, Moment.BEFORE, census=census(train, evaluation=evaluation))

    assert (finding.severity, finding.numbers["split"], finding.numbers["label"]) == ("error", split, label)


def test_rows_made_when_asked_for() -> None:
    """Then the labels of the first batches have to do; they never prove that an output is unused."""
    batches = replace(census((0,)), given=None, label_values=(0.0, 3.0))

    assert seen(NAME, Moment.BEFORE, census=batches).numbers["label"] == 3
    assert look(NAME, Moment.BEFORE, census=replace(batches, label_values=(0.0, 1.0)), config=config(3)) is None


def test_unused() -> None:
    """Outputs without a row or a name, where the rows are many enough."""
    finding = seen(NAME, Moment.BEFORE, census=census((0, 1)), config=config(3))

    assert (finding.severity, finding.variant, finding.numbers["classes"]) == ("note", "unused", 2)
    assert look(NAME, Moment.BEFORE, census=census((0, 1)), config=config(3, "name {}")) is None
    assert look(NAME, Moment.BEFORE, census=census((0, 1), each=10)) is None
    assert look(NAME, Moment.BEFORE, census=census((0, 1), evaluation=(2,))) is None


def test_clear() -> None:
    """As many as there are, also where one in the middle has no row."""
    assert look(NAME, Moment.BEFORE, census=census((0, 1, 2))) is None
    assert look(NAME, Moment.BEFORE, census=census((0, 2))) is None
    assert "not class ids" in str(look(NAME, Moment.BEFORE, census=replace(census((0, 7)), kind="multilabel")))
    assert "not class ids" in str(look(NAME, Moment.BEFORE, census=census((0, 1), outputs=1)))


def test_after() -> None:
    """Classes of the rows against the saved head."""
    few, wide = (seen(NAME, Moment.AFTER, config=config(count), data=data(classes=4)) for count in (3, 5))

    assert (few.severity, few.variant, wide.severity, wide.variant) == ("warning", "few", "warning", "unused")
    assert look(NAME, Moment.AFTER, config=config(4), data=data(classes=4)) is None
    assert look(NAME, Moment.AFTER, config=config(5, "name {}"), data=data(classes=4)) is None
    assert look(NAME, Moment.AFTER, config=config(5), data=data(train=30, classes=4)) is None


@pytest.mark.parametrize(
    "other", [config(1), config(5, problem_type="multi_label_classification"), SavedConfig("", {}), None]
)
def test_not_looked(other: SavedConfig | None) -> None:
    """Other models, and no rows."""
    assert "no rows beside" in str(look(NAME, Moment.AFTER, config=other, data=data(classes=4)))
    assert "no rows beside" in str(look(NAME, Moment.AFTER, config=config(4)))


def test_console() -> None:
    """What the library said when it stopped; lines that only resemble it say nothing."""
    line = Line("train.log", 9, "IndexError: Target 4 is out of bounds.")
    console = ConsoleFacts(("train.log",), 9, {"label_out_of_range": (line,)})
    other = ConsoleFacts(("train.log",), 9, {"label_out_of_range": (replace(line, text="IndexError: Target "),)})

    assert seen(NAME, Moment.AFTER, console=console).numbers["said"] == "Target 4 is out of bounds"
    assert "no rows" in str(look(NAME, Moment.AFTER, console=other))
