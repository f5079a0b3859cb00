"""Tags under another scheme than the score's."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census
from tests.failures.scored_examples import scored

NAME = "entity_scores_lenient"
FOUND = scored(precision=0.5, recall=0.5, f1=0.5)


def tagger(*labels: str) -> SavedConfig:
    """A tagger with these labels."""
    named = {str(number): label for number, label in enumerate(labels)}
    return SavedConfig("", {"architectures": ("BertForTokenClassification",), "id2label": dict(named)})


@pytest.mark.parametrize(
    ("entities", "is_seen"), [((10, 3), True), ((10, 2), False), ((100, 19), False), (None, False)]
)
def test_before(entities: tuple[int, int] | None, is_seen: bool) -> None:
    """From a fifth of the entities and three of them on."""
    answer = look(NAME, Moment.BEFORE, census=census(RowCensus(20, 10), kind="tags", entities=entities))

    assert (answer is not None) is is_seen


@pytest.mark.parametrize(("unopened", "severity"), [(50, "warning"), (95, "note")])
def test_schemes(unopened: int, severity: str) -> None:
    """Where nearly all begin so, it is a scheme of its own that seqeval reads by default."""
    batch = census(RowCensus(20, 10), kind="tags", entities=(100, unopened))

    assert seen(NAME, Moment.BEFORE, census=batch).severity == severity


@pytest.mark.parametrize(("warned", "severity", "confidence"), [(True, "warning", 0.95), (False, "note", 0.8)])
def test_after(warned: bool, severity: str, confidence: float) -> None:
    """Letters that seqeval does not know by default; a warning where it said so."""
    line = Line("train.log", 3, "UserWarning: U-PER seems not to be NE tag.")
    console = ConsoleFacts(("train.log",), 9, {"not_entity_tags": (line,)} if warned else {})
    config = tagger("O", "U-PER", "B-PER", "L-PER")
    found = seen(NAME, Moment.AFTER, config=config, validation=FOUND, console=console)

    assert (found.severity, found.confidence, found.numbers["count"]) == (severity, confidence, 2)


def test_after_clear() -> None:
    """Letters that it knows, or no scores of entities."""
    assert look(NAME, Moment.AFTER, config=tagger("O", "B-PER", "I-PER", "E-PER", "S-PER"), validation=FOUND) is None
    assert look(NAME, Moment.AFTER, config=tagger("O", "U-PER"), validation=scored(accuracy=0.9)) is None
