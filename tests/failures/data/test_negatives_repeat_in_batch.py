"""The same text as right and as wrong answer in one batch."""

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Moment
from luthier.failures.data.negatives_repeat_in_batch import meeting
from tests.failures.examples import look, seen
from tests.failures.pair_examples import pairs

NAME = "negatives_repeat_in_batch"
RANKING = ("MultipleNegativesRankingLoss",)
ALONE, OFTEN = {1: 1000}, {1: 700, 100: 3}


def settings(loss: tuple[str, ...] = RANKING, sampler: str = "batch_sampler", batch: int = 16) -> Arguments:
    """A run of Sentence Transformers."""
    values = {"loss": loss, "batch_sampler": sampler, "per_device_train_batch_size": batch}
    return Arguments("SentenceTransformerTrainingArguments", "transformers", values)  # type: ignore[arg-type]


def census(anchors: dict[int, int], positives: dict[int, int]) -> BatchCensus:
    """Batches of pairs."""
    return BatchCensus("none", (), 0, repeats={"anchor": anchors, "positive": positives})


def test_meeting() -> None:
    """By hand: two of four rows alike, in batches of two; all alike; none; one row."""
    assert meeting({1: 2, 2: 1}, 2) == pytest.approx(2 / 4 / 3)
    assert meeting({4: 1}, 2) == 1
    assert meeting(ALONE, 64) == 0
    assert meeting({1: 1}, 8) == meeting({}, 8) == 0


def test_live() -> None:
    """Of a trainer, the column that repeats more is named."""
    finding = seen(NAME, Moment.BEFORE, arguments=settings(), census=census(ALONE, OFTEN))
    numbers = finding.numbers

    assert (finding.severity, finding.place.name) == ("warning", "positive")
    assert (numbers["rows"], numbers["texts"], numbers["batch"]) == (1000, 703, 16)
    assert float(numbers["percent"]) == pytest.approx(23.7, abs=0.1)


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_rows(moment: Moment) -> None:
    """Of rows beside a run."""
    facts = pairs(columns=("query", "answer"), source_repeats=OFTEN, target_repeats=ALONE)

    assert (
        seen(NAME, moment, arguments=settings(("MatryoshkaLoss", *RANKING)), pairs=facts).numbers["column"] == "query"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        settings(sampler="no_duplicates"),
        settings(sampler="no_duplicates_hashed"),
        settings(("CoSENTLoss",)),
        settings(("GISTEmbedLoss",)),
        settings(("CachedGISTEmbedLoss",)),
        settings(batch=2),
    ],
)
def test_clear(arguments: Arguments) -> None:
    """Batches without repeats, losses without negatives or with a guide, and batches so small that few rows meet."""
    assert look(NAME, Moment.BEFORE, arguments=arguments, census=census(ALONE, OFTEN)) is None


def test_few() -> None:
    """A few repeats in many rows are usual."""
    assert look(NAME, Moment.BEFORE, arguments=settings(), census=census({1: 99_000, 5: 200}, ALONE)) is None


def test_not_looked() -> None:
    """No loss, or no texts."""
    assert "no contrastive" in str(look(NAME, Moment.BEFORE, arguments=settings(()), census=census(ALONE, OFTEN)))
    assert "not at hand" in str(look(NAME, Moment.BEFORE, arguments=settings()))
    assert "not at hand" in str(look(NAME, Moment.BEFORE, arguments=settings(), pairs=pairs(columns=("text",))))
