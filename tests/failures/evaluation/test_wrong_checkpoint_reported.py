"""Cards about other weights than those beside them."""

from dataclasses import replace

from luthier.facts.arguments import Arguments
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.finding import Moment
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.scored_examples import scored

NAME = "wrong_checkpoint_reported"
SETTINGS = Arguments("TrainingArguments", "transformers", {"load_best_model_at_end": True})
BEST, LAST = scored(loss=0.31416, accuracy=0.93).model, scored(loss=0.61803, accuracy=0.91).model
LOG = trace(noisy(0.4, 100), evaluations=((50, BEST), (100, LAST)))
CARD = CheckpointFacts((), best_step=50, metric="accuracy", reported={"loss": 0.618, "accuracy": 0.91})


def test_seen() -> None:
    """What the card states is the last evaluation."""
    found = seen(NAME, Moment.AFTER, arguments=SETTINGS, trace=LOG, checkpoints=CARD)

    assert (found.severity, found.numbers["name"], found.numbers["best_step"]) == ("warning", "accuracy", 50)
    assert (found.numbers["reported"], found.numbers["best"]) == (0.91, 0.93)


def test_clear() -> None:
    """The card is about the best, or about neither; the last is the best; the last weights were kept."""
    best = replace(CARD, reported={"loss": 0.3142, "accuracy": 0.93})
    neither = replace(CARD, reported={"loss": 0.5})

    for card in (best, neither, replace(CARD, best_step=100), replace(CARD, final_is_best=False)):
        assert look(NAME, Moment.AFTER, arguments=SETTINGS, trace=LOG, checkpoints=card) is None
    other = Arguments("TrainingArguments", "transformers", {})
    assert look(NAME, Moment.AFTER, arguments=other, trace=LOG, checkpoints=CARD) is None


def test_not_looked() -> None:
    """No card."""
    answer = look(NAME, Moment.AFTER, arguments=SETTINGS, trace=LOG, checkpoints=replace(CARD, reported={}))

    assert "README.md" in str(answer)
