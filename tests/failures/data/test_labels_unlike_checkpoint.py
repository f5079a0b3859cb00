"""Names of classes in the data set and in the checkpoint."""

from dataclasses import replace

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.census import BatchCensus, LabelColumn
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import data, look, seen

NAME = "labels_unlike_checkpoint"
NLI = ("entailment", "neutral", "contradiction")


def census(*names: str) -> BatchCensus:
    """Batches of a data set with these names."""
    return BatchCensus("classes", (), len(names), given=LabelColumn({0: 1}, names=names))


def config(*names: str, base: dict[str, Plain] | None = None) -> SavedConfig:
    """A config with these names."""
    labels: dict[str, Plain] = {str(number): name for number, name in enumerate(names)}
    own: dict[str, Plain] = {"architectures": ("BertForSequenceClassification",), "id2label": labels}
    return SavedConfig("", own, base=base or {})


def test_swapped() -> None:
    """The same names in another order, in whatever case."""
    finding = seen(NAME, Moment.BEFORE, census=census(*NLI), config=config("CONTRADICTION", "NEUTRAL", "ENTAILMENT"))
    numbers = finding.numbers

    assert (finding.severity, finding.variant, numbers["count"]) == ("error", "swapped", 2)
    assert (numbers["name"], numbers["here"], numbers["there"]) == ("entailment", 0, 2)


def test_other() -> None:
    """Names of another task: a warning where they are the base model's, nothing where somebody chose them."""
    rows, own = census("sport", "money", "travel"), config(*NLI)
    finding = seen(NAME, Moment.BEFORE, census=rows, config=config(*NLI, base=own.model))

    assert (finding.severity, finding.variant, finding.numbers["names"]) == ("warning", "other", "sport, money, travel")
    assert seen(NAME, Moment.BEFORE, census=rows, config=own).severity == "note"
    assert look(NAME, Moment.BEFORE, census=rows, config=config(*NLI, base={"model_type": "bert"})) is None


def test_other_after() -> None:
    """The same of a saved model and its rows."""
    rows, own = replace(data(), classes=("sport", "money", "travel")), config(*NLI)

    assert seen(NAME, Moment.AFTER, data=rows, config=config(*NLI, base=own.model)).severity == "warning"
    assert look(NAME, Moment.AFTER, data=data(classes=3), config=own) is None


@pytest.mark.parametrize(
    ("names", "others"),
    [
        (NLI, NLI),
        (("neg", "pos"), ("NEGATIVE", "POSITIVE")),
        (("0", "1"), ("ham", "spam")),
        (("ham", "spam"), ("LABEL_0", "LABEL_1")),
        (("ham", "spam"), ()),
        (("ham", "spam"), ("ham", "spam", "eggs")),
    ],
)
def test_clear(names: tuple[str, ...], others: tuple[str, ...]) -> None:
    """The same, short forms, numbers, placeholders, and more names than classes."""
    answers = look(NAME, Moment.BEFORE, census=census(*names), config=config(*others))
    later = look(NAME, Moment.AFTER, data=replace(data(), classes=names), config=config(*others))

    assert answers is None or "does not name" in str(answers)
    assert later is None or "do not name" in str(later)


def test_not_looked() -> None:
    """No names, or other labels."""
    assert "does not name" in str(look(NAME, Moment.BEFORE, census=census(), config=config(*NLI)))
    other = replace(census(*NLI), kind="multilabel")
    assert "does not name" in str(look(NAME, Moment.BEFORE, census=other, config=config(*NLI)))
