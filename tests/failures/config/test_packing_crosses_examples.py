"""Attention over the border of an example."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.failures._engine import all_failures
from tests.failures.examples import look, seen
from tests.failures.pair_examples import arguments, census

NAME = "packing_crosses_examples"
PARTLY, WHOLE = RowCensus(tokens=100, supervised=40), RowCensus(tokens=100, supervised=99)


@pytest.mark.parametrize(("row", "severity"), [(PARTLY, "warning"), (WHOLE, "note")])
def test_batches(row: RowCensus, severity: str) -> None:
    """Whole texts are often joined so on purpose."""
    finding = seen(NAME, Moment.BEFORE, census=census(row, packed=8, crosses=True))

    assert (finding.variant, finding.severity, finding.numbers["count"]) == ("batch", severity, 8)


def test_clear() -> None:
    """Kept apart, or not packed."""
    assert look(NAME, Moment.BEFORE, census=census(PARTLY, packed=8, crosses=False)) is None
    assert look(NAME, Moment.BEFORE, census=census(PARTLY)) is None


def test_not_looked() -> None:
    """Packed, and nobody could compute it."""
    assert "could not be computed" in str(look(NAME, Moment.BEFORE, census=census(PARTLY, packed=8)))


@pytest.mark.parametrize(("only", "severity"), [(True, "warning"), (False, "note")])
def test_settings(only: bool, severity: str) -> None:
    """After a run the settings say it."""
    settings = arguments(packing=True, packing_strategy="wrapped", max_length=512, assistant_only_loss=only)
    finding = seen(NAME, Moment.AFTER, arguments=settings)

    assert (finding.variant, finding.severity, finding.numbers["limit"]) == ("set", severity, 512)


def test_other_settings() -> None:
    """Another strategy, or no packing."""
    assert look(NAME, Moment.AFTER, arguments=arguments(packing=True, packing_strategy="bfd")) is None
    assert look(NAME, Moment.AFTER, arguments=arguments(packing=False, packing_strategy="wrapped")) is None


def test_fix() -> None:
    """Another strategy; what is not "wrapped" stays as it is."""
    fix = all_failures()[NAME].fix_arguments
    assert fix is not None
    wrong, right = (arguments(packing=True, packing_strategy=one) for one in ("wrapped", "bfd"))
    finding = seen(NAME, Moment.BEFORE, census=census(PARTLY, packed=8, crosses=True))

    assert fix(wrong, finding) == right
    assert fix(right, finding) == right
