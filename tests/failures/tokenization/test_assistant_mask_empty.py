"""Masks from a template without markers."""

from dataclasses import replace

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import look, seen
from tests.failures.pair_examples import arguments, census

NAME = "assistant_mask_empty"
UNMARKED = TokenizerFacts("here", 500, chat_template="{{ messages }}", template_marks_assistant=False)
MARKED = replace(UNMARKED, template_marks_assistant=True)
EMPTY = RowCensus(tokens=40, supervised=0, roles={"user": 10, "assistant": 20})
LEARNED = replace(EMPTY, supervised=20, supervised_roles={"assistant": 20})


@pytest.mark.parametrize(("asked", "confidence"), [(True, 1.0), (False, 0.8)])
def test_batches(asked: bool, confidence: float) -> None:
    """Surer where the settings ask for such a mask."""
    settings = arguments(assistant_only_loss=asked)
    finding = seen(NAME, Moment.BEFORE, tokenizer=UNMARKED, census=census(EMPTY), arguments=settings)

    assert (finding.variant, finding.numbers["tokens"], finding.confidence) == ("batch", 160, confidence)


def test_clear() -> None:
    """With markers, with something learned, or where rows are cut."""
    assert look(NAME, Moment.BEFORE, tokenizer=MARKED, census=census(EMPTY)) is None
    assert look(NAME, Moment.BEFORE, tokenizer=UNMARKED, census=census(LEARNED)) is None
    assert look(NAME, Moment.BEFORE, tokenizer=UNMARKED, census=census(replace(EMPTY, truncated=True))) is None


def test_settings_alone() -> None:
    """What was asked for cannot be done with this template."""
    asked, not_asked = arguments(assistant_only_loss=True), arguments(assistant_only_loss=False)

    assert seen(NAME, Moment.BEFORE, tokenizer=UNMARKED, arguments=asked).variant == "set"
    assert look(NAME, Moment.BEFORE, tokenizer=UNMARKED, arguments=not_asked) == "no batch could be made"
    assert seen(NAME, Moment.AFTER, tokenizer=UNMARKED, arguments=asked).confidence == 0.7
    assert look(NAME, Moment.AFTER, tokenizer=MARKED, arguments=asked) is None
    assert look(NAME, Moment.AFTER, tokenizer=UNMARKED, arguments=not_asked) is None


def test_not_looked() -> None:
    """Without a template, or without knowing who speaks."""
    bare = TokenizerFacts("here", 500)
    nobody = replace(EMPTY, roles={})

    assert look(NAME, Moment.BEFORE, tokenizer=bare, census=census(EMPTY)) == "the tokenizer has no chat template"
    assert "not known" in str(look(NAME, Moment.BEFORE, tokenizer=UNMARKED, census=census(nobody)))
    assert "no chat template" in str(
        look(NAME, Moment.AFTER, tokenizer=bare, arguments=arguments(assistant_only_loss=True))
    )
