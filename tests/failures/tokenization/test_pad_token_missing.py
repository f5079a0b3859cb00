"""Classifiers that do not know their padding."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "pad_token_missing"
ROW = RowCensus(tokens=40, supervised=1)


def config(pad: int | None = None, architecture: str = "Qwen2ForSequenceClassification") -> SavedConfig:
    """A classifier."""
    return SavedConfig("", {"architectures": (architecture,), "pad_token_id": pad})


def tokenizer(pad: int | None) -> TokenizerFacts:
    """A tokenizer with a padding token, or none."""
    return TokenizerFacts("here", 500, special={} if pad is None else {"pad": pad})


@pytest.mark.parametrize(("known", "variant"), [(None, "none"), (0, "other")])
def test_batches(known: int | None, variant: str) -> None:
    """What fills up the rows is not what the model knows."""
    finding = seen(NAME, Moment.BEFORE, config=config(), census=census(ROW, padding=7, padding_known=known))

    assert (finding.variant, finding.numbers["used"]) == (variant, 7)


@pytest.mark.parametrize(("known", "variant"), [(None, "none"), (0, "other")])
def test_saved(known: int | None, variant: str) -> None:
    """Config and tokenizer of a saved model."""
    assert seen(NAME, Moment.AFTER, config=config(known), tokenizer=tokenizer(7)).variant == variant


def test_nested() -> None:
    """Models for pictures and text keep it one level down."""
    gemma = SavedConfig("", {"architectures": ("Gemma3ForSequenceClassification",), "text_config": {"pad_token_id": 7}})

    assert look(NAME, Moment.AFTER, config=gemma, tokenizer=tokenizer(7)) is None


def test_clear() -> None:
    """The same token, or a model that reads the first one."""
    bert = config(None, "BertForSequenceClassification")

    assert look(NAME, Moment.BEFORE, config=config(), census=census(ROW, padding=7, padding_known=7)) is None
    assert look(NAME, Moment.BEFORE, config=bert, census=census(ROW, padding=7)) is None
    assert look(NAME, Moment.AFTER, config=config(7), tokenizer=tokenizer(7)) is None
    assert look(NAME, Moment.AFTER, config=bert, tokenizer=tokenizer(7)) is None


def test_not_looked() -> None:
    """No padding."""
    assert "one length" in str(look(NAME, Moment.BEFORE, config=config(), census=census(ROW)))
    assert "no padding token" in str(look(NAME, Moment.AFTER, config=config(), tokenizer=tokenizer(None)))
