"""Tokenizers without offsets."""

from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen, trace

NAME = "offsets_missing"
TEXT = "ValueError: word_ids() is not available when using Python based tokenizers"


def test_console() -> None:
    """The first line is shown, all are counted."""
    lines = (Line("train.log", 12, TEXT), Line("train.log", 20, TEXT))
    found = seen(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 30, {NAME: lines}, {NAME: 2}))

    assert (found.numbers["line"], found.numbers["count"], found.numbers["text"]) == (12, 2, TEXT)
    assert found.severity == "error"


def test_tried_again() -> None:
    """A run that was logged went on without."""
    facts = ConsoleFacts(("train.log",), 30, {NAME: (Line("train.log", 12, TEXT),)})

    assert seen(NAME, Moment.AFTER, console=facts, trace=trace([1.0, 0.5])).severity == "note"


def test_clear() -> None:
    """A console without it."""
    assert look(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 30)) is None
