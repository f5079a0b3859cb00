"""One row far longer than the others."""

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import data, lengths, look, seen
from tests.failures.pair_examples import arguments, census, pairs, sizes

NAME = "row_far_longer"
ROW = RowCensus(tokens=200, supervised=200)
LONG = census(ROW, row_tokens={50: 100, 95: 400, 100: 9000})


def trial(passed: bool) -> TrialFacts:
    """The longest batch, tried."""
    return TrialFacts({"longest_batch": Experiment("longest_batch", "passed" if passed else "failed", {})})


def test_seen() -> None:
    """Nothing cuts it; the batch is told."""
    finding = seen(NAME, Moment.BEFORE, census=LONG, arguments=arguments(per_device_train_batch_size=4))

    assert (finding.severity, finding.numbers["padded"], finding.numbers["suggested"]) == ("warning", 36_000, 800)


def test_tried() -> None:
    """A trial decides."""
    assert seen(NAME, Moment.BEFORE, census=LONG, trial=trial(False)).severity == "error"
    assert look(NAME, Moment.BEFORE, census=LONG, trial=trial(True)) is None


@pytest.mark.parametrize(
    ("points", "settings"),
    [
        ({50: 100, 95: 400, 100: 9000}, {"max_length": 1024}),
        ({50: 100, 95: 400, 100: 8192}, {"max_length": 8192}),
        ({50: 100, 95: 400, 100: 4000}, {}),
        ({50: 1000, 95: 2400, 100: 9000}, {}),
    ],
)
def test_clear(points: dict[int, int], settings: dict[str, Plain]) -> None:
    """Rows are cut, none is long, or many are."""
    assert look(NAME, Moment.BEFORE, census=census(ROW, row_tokens=points), arguments=arguments(**settings)) is None


def test_files() -> None:
    """Rows of files count where they are not cut."""
    usual = {50: 100, 95: 200, 100: 9000}
    whole = sizes(200, quantiles=usual, limit=None)
    assert seen(NAME, Moment.BEFORE, pairs=pairs(whole=whole)).numbers["longest"] == 9000
    assert look(NAME, Moment.BEFORE, pairs=pairs(whole=sizes(200, quantiles=usual))) is None
    assert look(NAME, Moment.BEFORE, data=data(lengths={"train": lengths(p99=5000)})) is None
    assert "no lengths" in str(look(NAME, Moment.BEFORE, data=data(lengths={})))
