"""Text without function words."""

import pytest

from luthier.facts.finding import Moment
from luthier.failures.data.stop_words_removed_before_encoder import fix
from tests.failures.examples import data, look, plan, seen

NAME = "stop_words_removed_before_encoder"
STEPS = ("encoding", "stop_words", "space")


def test_the_step_is_seen() -> None:
    """The plan itself removes them; that is sure, whatever the words say."""
    found = seen(NAME, Moment.BEFORE, data=data(function_word_share=None), plan=plan(clean=STEPS))

    assert (found.variant, found.place.name, found.confidence) == ("step", "data.clean", 1.0)


@pytest.mark.parametrize(
    ("words", "punctuation", "variant"),
    [(0.02, 0.1, "data"), (0.09, 0.49, "data"), (0.02, 0.9, None), (0.3, 0.0, None), (0.11, 0.1, None)],
    ids=["cleaned", "at the edge", "another language", "Reuters R8", "headlines"],
)
def test_the_words(words: float, punctuation: float, variant: str | None) -> None:
    """Few function words and little punctuation together tell of cleaning; one alone does not."""
    answer = look(NAME, Moment.BEFORE, data=data(function_word_share=words, punctuation_share=punctuation), plan=plan())

    assert getattr(answer, "variant", None) == variant


def test_not_looked() -> None:
    """There is no list for every language."""
    assert "language" in str(look(NAME, Moment.BEFORE, data=data(function_word_share=None), plan=plan()))


def test_fix() -> None:
    """The step goes, the others stay in order; a second time changes nothing."""
    finding = seen(NAME, Moment.BEFORE, data=data(), plan=plan(clean=STEPS))

    once = fix(plan(clean=STEPS), finding)

    assert once.data.clean == ("encoding", "space")
    assert fix(once, finding) == once
