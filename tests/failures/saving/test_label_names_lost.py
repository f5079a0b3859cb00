"""Classes that the config calls LABEL_0, LABEL_1, …"""

from dataclasses import replace

from luthier.facts.arguments import Plain
from luthier.facts.census import BatchCensus, LabelColumn
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import data, look, seen

NAME = "label_names_lost"
HOLLOW = ("LABEL_0", "LABEL_1", "LABEL_2")


def config(*names: str, kind: str = "BertForSequenceClassification") -> SavedConfig:
    """A saved model with these names."""
    labels: dict[str, Plain] = {str(number): name for number, name in enumerate(names)}
    return SavedConfig("model", {"architectures": (kind,), **({"id2label": labels} if names else {})})


def census(*names: str, outputs: int = 3) -> BatchCensus:
    """Batches of a data set that gives its classes these names."""
    return BatchCensus("classes", (), outputs, given=LabelColumn(names=names))


def test_before() -> None:
    """The data set has names, the config has none."""
    finding = seen(NAME, Moment.BEFORE, census=census("a", "b", "c"), config=config())

    assert (finding.severity, finding.variant, finding.numbers["names"]) == ("warning", "named", "a, b, c")
    assert look(NAME, Moment.BEFORE, census=census("a", "b", "c"), config=config("a", "b", "c")) is None
    assert look(NAME, Moment.BEFORE, census=census("a", "b", "c", outputs=1), config=config("LABEL_0")) is None


def test_before_without_names() -> None:
    """Numbers are no names."""
    assert "does not name" in str(look(NAME, Moment.BEFORE, census=census(), config=config()))
    assert "does not name" in str(look(NAME, Moment.BEFORE, census=census("0", "1"), config=config()))


def test_after() -> None:
    """A warning where the rows have names, else a note."""
    lost = seen(NAME, Moment.AFTER, config=config(*HOLLOW), data=data(classes=3))
    bare = seen(NAME, Moment.AFTER, config=config(*HOLLOW))

    assert (lost.severity, lost.variant, lost.place.name) == ("warning", "lost", "model/config.json")
    assert (bare.severity, bare.variant, bare.numbers["last"], bare.confidence) == ("note", "none", 2, 0.9)
    assert seen(NAME, Moment.AFTER, config=config(kind="BertForTokenClassification")).numbers["count"] == 2


def test_clear() -> None:
    """Names, rows that have numbers only, one output, and models that do not classify."""
    assert look(NAME, Moment.AFTER, config=config("ham", "spam")) is None
    assert look(NAME, Moment.AFTER, config=config(*HOLLOW[:2]), data=replace(data(), classes=("0", "1"))) is None
    assert "no classifier" in str(look(NAME, Moment.AFTER, config=config("LABEL_0")))
    assert "no classifier" in str(look(NAME, Moment.AFTER, config=config(kind="BertForMaskedLM")))
