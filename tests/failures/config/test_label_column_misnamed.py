"""Labels in a column that nobody looks for."""

from dataclasses import replace

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus, RowCensus
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import look, seen

NAME = "label_column_misnamed"
TRAINER = Arguments("TrainingArguments", "transformers")
CONFIG = SavedConfig("", {"architectures": ("BertForSequenceClassification",)})
BARE = BatchCensus("none", (RowCensus(5, 0),) * 16, 4, columns=("input_ids",), dropped_columns=("text", "Target"))


@pytest.mark.parametrize(("dropped", "variant"), [(("text", "Target"), "named"), (("text",), "absent"), ((), "absent")])
def test_seen(dropped: tuple[str, ...], variant: str) -> None:
    """With the column where it can be told."""
    census = replace(BARE, dropped_columns=dropped)
    finding = seen(NAME, Moment.BEFORE, census=census, config=CONFIG, arguments=TRAINER)

    assert (finding.severity, finding.variant, finding.numbers["rows"]) == ("error", variant, 16)
    assert finding.place.name == ("Target" if variant == "named" else "labels")


def test_clear() -> None:
    """With labels nothing else matters."""
    census = replace(BARE, kind="classes")

    assert look(NAME, Moment.BEFORE, census=census, config=CONFIG, arguments=TRAINER) is None


def test_not_looked() -> None:
    """A loss of one's own, of TRL, or a model without any."""
    own, trl = replace(BARE, own_loss=True), Arguments("DPOConfig", "trl")
    body = SavedConfig("", {"architectures": ("BertModel",)})

    for census, config, arguments in ((own, CONFIG, TRAINER), (BARE, CONFIG, trl), (BARE, body, TRAINER)):
        assert "not that of" in str(look(NAME, Moment.BEFORE, census=census, config=config, arguments=arguments))


def test_console() -> None:
    """What Trainer said when it stopped."""
    line = Line("train.log", 7, "ValueError: The model did not return a loss from the inputs, only logits.")
    console = ConsoleFacts(("train.log",), 9, {"loss_missing": (line,)})

    assert seen(NAME, Moment.AFTER, console=console).numbers["line"] == 7
    assert look(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 9)) is None
