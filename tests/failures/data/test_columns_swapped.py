"""Text and label in each other's place."""

import pytest

from luthier.facts.data import Column
from luthier.facts.finding import Moment
from tests.failures.examples import data, look, seen

NAME = "columns_swapped"


def columns(texts: int) -> tuple[Column, Column]:
    """The columns of a file with so many different texts."""
    return Column("body", "text", texts, 0, "text"), Column("topic", "label", 20, 0, "label")


@pytest.mark.parametrize(
    ("texts", "scripts", "variant"), [(4, {"Latin": 1.0}, "swapped"), (4, {}, "swapped"), (800, {}, "numbers")]
)
def test_seen(texts: int, scripts: dict[str, float], variant: str) -> None:
    """Fewer texts than classes, or texts without a letter."""
    finding = seen(NAME, Moment.BEFORE, data=data(classes=20, columns=columns(texts), scripts=scripts))

    assert (finding.variant, finding.numbers["texts"], finding.place.name) == (variant, texts, "body")


def test_clear() -> None:
    """Enough texts with letters; a few repeated texts are no fault."""
    assert look(NAME, Moment.BEFORE, data=data(classes=20, columns=columns(20))) is None


def test_not_looked() -> None:
    """Columns nobody looked at, and hardly any rows."""
    assert "not known" in str(look(NAME, Moment.BEFORE, data=data()))
    assert "hardly any" in str(look(NAME, Moment.BEFORE, data=data(train=19, columns=columns(4))))
