"""Targets that lose their end."""

import pytest

from luthier.facts.finding import Moment
from luthier.failures.tokenization.target_truncated import fix
from tests.failures.examples import MODEL, look, seen
from tests.failures.pair_examples import arguments, found, pairs, sizes

NAME = "target_truncated"


def cut(rows: int, lost: float, **changes: object) -> object:
    """A thousand rows of which so many lose a part of their target."""
    return pairs(
        **{"whole": sizes(300), "target": sizes(90, cut=rows, lost=lost, places=found(rows).places), **changes}
    )


@pytest.mark.parametrize(("rows", "severity"), [(11, "warning"), (500, "warning"), (501, "error")])
def test_seen(rows: int, severity: str) -> None:
    """More than a hundredth of the rows, and more than half of them."""
    finding = seen(NAME, Moment.BEFORE, pairs=cut(rows, 0.02))

    assert (finding.severity, finding.numbers["name"], finding.numbers["suggested"]) == (severity, "max_length", 304)


@pytest.mark.parametrize(("rows", "lost"), [(10, 0.5), (500, 0.01), (0, 0.0)])
def test_clear(rows: int, lost: float) -> None:
    """A few rows, or a few tokens, may go."""
    assert look(NAME, Moment.BEFORE, pairs=cut(rows, lost)) is None


def test_not_looked() -> None:
    """Without a limit, and without a tokenizer."""
    assert "limit" in str(look(NAME, Moment.BEFORE, pairs=pairs(target=sizes(limit=None))))
    assert "limit" in str(look(NAME, Moment.BEFORE, pairs=pairs(target=None)))


def test_target_apart() -> None:
    """Where the target is a sequence of its own, its own limit is named, whatever the model's positions."""
    finding = seen(NAME, Moment.BEFORE, pairs=cut(600, 0.3, whole=None), model=MODEL)

    assert (finding.numbers["name"], finding.numbers["suggested"]) == ("max_target_length", 256)


def test_fix() -> None:
    """Raises the limit that was named; twice is once; an unset one stays unset."""
    finding = seen(NAME, Moment.BEFORE, pairs=cut(100, 0.1))
    once = fix(arguments(max_length=256), finding)

    assert once.values == {"max_length": 304}
    assert fix(once, finding) == once
    assert fix(arguments(), finding).values == {}
