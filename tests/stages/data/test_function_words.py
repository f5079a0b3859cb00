"""The list of function words."""

from luthier.stages.data.function_words import BY_LANGUAGE


def test_lists() -> None:
    """Lower case, and with the negations whose loss turns a sentence round."""
    for words in BY_LANGUAGE.values():
        assert {word.lower() for word in words} == words
    assert {"not", "no", "but", "without", "don't", "the"} <= BY_LANGUAGE["en"]
