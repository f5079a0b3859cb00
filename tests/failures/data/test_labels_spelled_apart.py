"""One class, several spellings."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import data, look, seen

NAME = "labels_spelled_apart"


def config(*names: str) -> SavedConfig:
    """The config of a model with these classes."""
    return SavedConfig("out", {"id2label": {str(number): name for number, name in enumerate(names)}})


@pytest.mark.parametrize(
    ("names", "count", "one"),
    [
        (("Spam", "spam", "ham"), 1, "'Spam'"),
        (("spam ", "spam", "SPAM", "ham"), 2, "'spam '"),
        (("not spam", "not_spam"), 1, "'not spam'"),
    ],
)
def test_seen(names: tuple[str, ...], count: int, one: str) -> None:
    """In the config alone, and in the classes of a trainer's rows."""
    for parts in ({"config": config(*names)}, {"data": replace(data(), classes=names)}):
        finding = seen(NAME, Moment.BEFORE, **parts)
        assert (finding.numbers["count"], finding.numbers["total"], finding.numbers["one"]) == (count, len(names), one)


@pytest.mark.parametrize(("outputs", "found"), [(2, False), (3, True)])
def test_numbered_classes(outputs: int, found: bool) -> None:
    """Where the config only numbers classes, spellings count when there are as many as outputs."""
    rows = replace(data(label_variants={"spam": ("spam", "Spam")}), classes=("ham", "spam"))
    numbered = config(*(f"LABEL_{number}" for number in range(outputs)))

    assert (look(NAME, Moment.BEFORE, data=rows, config=numbered) is not None) is found
    assert look(NAME, Moment.BEFORE, data=rows) is None


def test_clear() -> None:
    """Names that differ; signs of one letter; numbers; no names at all."""
    assert look(NAME, Moment.BEFORE, config=config("-10", "10", "1-2", "12")) is None
    assert look(NAME, Moment.BEFORE, config=config("spam", "ham", "A", "a", "+", "-")) is None
    assert look(NAME, Moment.BEFORE, config=config("LABEL_0", "LABEL_1")) is None
    assert "not known" in str(look(NAME, Moment.BEFORE, config=SavedConfig("out", {})))
