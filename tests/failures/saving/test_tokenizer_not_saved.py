"""Models without their tokenizer."""

from dataclasses import replace

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census
from tests.failures.saved_examples import config, weights

NAME = "tokenizer_not_saved"
BARE = replace(config(), files=("config.json", "generation_config.json", "model.safetensors", "training_args.bin"))
UNSHOWN = census(RowCensus(20, 5), largest_id=900, columns=("input_ids", "labels"))


def test_trainer() -> None:
    """No batch can be shown in words."""
    found = seen(NAME, Moment.BEFORE, census=UNSHOWN)

    assert (found.variant, found.place.name, found.severity) == ("live", "processing_class", "warning")


def test_folder() -> None:
    """A model of language, and nothing that reads it."""
    found = seen(NAME, Moment.AFTER, config=BARE, weights=weights())

    assert (found.variant, found.numbers["words"], found.numbers["count"]) == ("folder", 1000, 11)


def test_clear_trainer() -> None:
    """With a tokenizer, and with features of images."""
    assert look(NAME, Moment.BEFORE, census=replace(UNSHOWN, shown=("⟦a⟧",))) is None
    assert look(NAME, Moment.BEFORE, census=replace(UNSHOWN, largest_id=None)) is None


@pytest.mark.parametrize("name", ["tokenizer.json", "spiece.model", "qwen.tiktoken", "vocab.txt"])
def test_clear_folder(name: str) -> None:
    """Any file of a tokenizer will do."""
    assert look(NAME, Moment.AFTER, config=replace(BARE, files=(*BARE.files, name)), weights=weights()) is None


def test_clear_without_words() -> None:
    """Models of images or sound have no vocabulary."""
    images = replace(BARE, model={"architectures": ("ViTForImageClassification",)})

    assert look(NAME, Moment.AFTER, config=images, weights=weights()) is None
