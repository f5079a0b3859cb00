"""Class ids that begin at one."""

from dataclasses import replace

from luthier.facts.arguments import Plain
from luthier.facts.census import BatchCensus, LabelColumn
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import data, look, seen

NAME = "labels_start_at_one"


def census(*ids: int, outputs: int = 4, each: int = 20, evaluation: tuple[int, ...] = ()) -> BatchCensus:
    """Batches of a data set with these ids."""
    given = LabelColumn(dict.fromkeys(ids, each), dict.fromkeys(evaluation, 2))
    return BatchCensus("classes", (), outputs, given=given)


def config(count: int, name: str = "LABEL_{}") -> SavedConfig:
    """A saved classifier of so many classes."""
    names: dict[str, Plain] = {str(number): name.format(number) for number in range(count)}
    return SavedConfig("", {"architectures": ("BertForSequenceClassification",), "id2label": names})


def test_beyond() -> None:
    """The largest id is one too large, in train or in the evaluation."""
    finding = seen(NAME, Moment.BEFORE, census=census(1, 2, 3, 4))

    assert (finding.severity, finding.variant, finding.numbers["last"]) == ("error", "beyond", 3)
    assert seen(NAME, Moment.BEFORE, census=census(1, 2, evaluation=(4,))).variant == "beyond"


def test_dead() -> None:
    """The head was made one wider, and nobody named its outputs."""
    finding = seen(NAME, Moment.BEFORE, census=census(1, 2, 3), config=config(4))

    assert (finding.severity, finding.variant, finding.numbers["outputs"]) == ("warning", "dead", 4)
    assert look(NAME, Moment.BEFORE, census=census(1, 2, 3), config=config(4, "name {}")) is None
    assert look(NAME, Moment.BEFORE, census=census(1, 2, 3, each=10)) is None
    assert look(NAME, Moment.BEFORE, census=census(1, 3)) is None


def test_clear() -> None:
    """From zero, also where only the evaluation holds it, and numbers far off, which are another failure."""
    assert look(NAME, Moment.BEFORE, census=census(0, 1, 2, 3)) is None
    assert look(NAME, Moment.BEFORE, census=census(1, 2, 3, evaluation=(0,))) is None
    assert look(NAME, Moment.BEFORE, census=census(1, 2, 9)) is None


def test_not_looked() -> None:
    """No class ids."""
    assert "not class ids" in str(look(NAME, Moment.BEFORE, census=replace(census(1), kind="number")))
    assert "not class ids" in str(look(NAME, Moment.BEFORE, census=census()))


def test_after() -> None:
    """Numbers from one beside a head one wider."""
    rows = replace(data(), classes=("1", "2", "3"))

    assert seen(NAME, Moment.AFTER, config=config(4), data=rows).variant == "dead"
    assert look(NAME, Moment.AFTER, config=config(3), data=rows) is None
    assert look(NAME, Moment.AFTER, config=config(4, "{} stars"), data=rows) is None
    assert look(NAME, Moment.AFTER, config=config(4), data=replace(data(), classes=("0", "1", "2"))) is None
    assert "do not number" in str(look(NAME, Moment.AFTER, config=config(4), data=data()))
