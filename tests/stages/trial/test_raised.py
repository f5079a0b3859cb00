"""Errors of foreign code as answers."""

import pytest

from luthier.stages.trial.raised import Raised


def test_error_is_kept() -> None:
    """Class and last line are told."""
    with Raised() as raised:
        raise IndexError("long story\n\n  Target 4 is out of bounds.\n")

    assert raised.kind == "IndexError"
    assert raised.says == "IndexError: Target 4 is out of bounds."


def test_no_error() -> None:
    """Nothing raised, nothing told."""
    with Raised() as raised:
        pass

    assert raised.error is None
    assert raised.kind == ""


def test_error_without_words_and_error_of_many() -> None:
    """An error without a message is its class; a long one is cut."""
    with Raised() as silent:
        raise AssertionError
    with Raised() as chatty:
        raise ValueError("x" * 1_000)

    assert silent.says == "AssertionError"
    assert len(chatty.says) == 300


def test_interrupt_passes() -> None:
    """Ctrl-C is nobody's answer."""
    with pytest.raises(KeyboardInterrupt), Raised():
        raise KeyboardInterrupt
