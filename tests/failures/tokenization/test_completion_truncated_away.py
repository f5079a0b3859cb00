"""Targets of which nothing is left."""

from dataclasses import replace

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.failures.tokenization.completion_truncated_away import fix
from tests.failures.examples import MODEL, look, seen
from tests.failures.pair_examples import arguments, census, found, pairs, sizes

NAME = "completion_truncated_away"
LOST = RowCensus(tokens=128, supervised=0, truncated=True)


def gone(count: int, longest: int = 400) -> object:
    """A thousand rows of which so many lose their target."""
    return pairs(target=sizes(80, cut=count, gone=count, places=found(count).places), whole=sizes(longest))


@pytest.mark.parametrize(("count", "severity"), [(9, "note"), (10, "warning"), (500, "error")])
def test_rows(count: int, severity: str) -> None:
    """From a hundredth of the rows on, and from half of them on."""
    finding = seen(NAME, Moment.BEFORE, pairs=gone(count))

    assert (finding.severity, finding.variant, finding.place.lines[0]) == (severity, "rows", 7)
    assert finding.numbers["suggested"] == 400


def test_batches() -> None:
    """Rows of a batch that are full and supervise nothing; healthy ones, and full ones with an answer."""
    finding = seen(NAME, Moment.BEFORE, census=census(LOST))
    healthy = RowCensus(tokens=90, supervised=20)

    assert (finding.severity, finding.variant, finding.numbers["count"]) == ("error", "batch", 8)
    assert look(NAME, Moment.BEFORE, census=census(healthy)) is None
    assert look(NAME, Moment.BEFORE, census=census(replace(LOST, supervised=3))) is None


def test_rows_come_before_batches() -> None:
    """A file shows more rows than a batch."""
    assert look(NAME, Moment.BEFORE, pairs=pairs(), census=census(LOST)) is None


def test_not_looked() -> None:
    """Without a limit, or with nothing at all."""
    assert "neither" in str(look(NAME, Moment.BEFORE, pairs=pairs(target=sizes(limit=None))))
    assert "neither" in str(look(NAME, Moment.BEFORE))


def test_fix() -> None:
    """Raises the limit to the longest row, at most to the positions of the model; twice is once."""
    finding = seen(NAME, Moment.BEFORE, pairs=gone(100), arguments=arguments(max_length=256))
    once = fix(arguments(max_length=256), finding)

    assert once.values == {"max_length": 400}
    assert fix(once, finding) == once
    assert fix(arguments(max_length=1024), finding).values == {"max_length": 1024}
    assert fix(arguments(seed=1), finding).values == {"seed": 1}
    short = seen(NAME, Moment.BEFORE, pairs=gone(100, 4000), model=MODEL)
    assert short.numbers["suggested"] == MODEL.usable_positions
