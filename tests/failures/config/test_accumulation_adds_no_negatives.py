"""Accumulation under a loss with negatives from the batch."""

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen

NAME = "accumulation_adds_no_negatives"
RANKING = ("MultipleNegativesRankingLoss",)


def settings(loss: tuple[str, ...], batch: int = 8, passes: int = 4) -> Arguments:
    """A run of Sentence Transformers."""
    values = {"loss": loss, "per_device_train_batch_size": batch, "gradient_accumulation_steps": passes}
    return Arguments("SentenceTransformerTrainingArguments", "transformers", values)  # type: ignore[arg-type]


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
@pytest.mark.parametrize("loss", [RANKING, ("MatryoshkaLoss", *RANKING)])
def test_seen(moment: Moment, loss: tuple[str, ...]) -> None:
    """Also where another loss wraps it."""
    finding = seen(NAME, moment, arguments=settings(loss))
    numbers = finding.numbers

    assert finding.severity == "warning"
    assert (numbers["loss"], numbers["negatives"], numbers["wanted"]) == (RANKING[0], 7, 31)


@pytest.mark.parametrize(
    "arguments",
    [
        settings(("CachedMultipleNegativesRankingLoss",)),
        settings(("CoSENTLoss",)),
        settings(RANKING, passes=1),
        settings(RANKING, batch=32),
    ],
)
def test_clear(arguments: Arguments) -> None:
    """Cached and other losses, no accumulation, and batches that are large already."""
    assert look(NAME, Moment.AFTER, arguments=arguments) is None


def test_not_looked() -> None:
    """No loss is known, or it is a setting of another tool."""
    assert "no contrastive loss" in str(look(NAME, Moment.AFTER, arguments=settings(())))
    assert "no contrastive loss" in str(look(NAME, Moment.AFTER, arguments=Arguments("", "unknown", {"loss": "nll"})))
