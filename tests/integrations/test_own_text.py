"""Ids and texts of a row."""

from luthier.integrations.own_text import share

TEXT = "The quick brown fox jumps over the lazy dog"


def test_same_words() -> None:
    """Case, accents and spaces do not matter; what a template adds or a cut takes leaves one side whole."""
    assert share([("the café of josé , in lima !", {"text": "The Café of José, in Lima!"})]) == 1.0
    assert share([(f"system you help user {TEXT} assistant", {"text": TEXT, "input_ids": [1, 2]})]) == 1.0
    assert share([("the quick brown fox jumps", {"messages": [{"role": "user", "content": TEXT}]})]) == 1.0


def test_other_words() -> None:
    """The mean over the rows."""
    other = ("one two three four five six", {"text": TEXT})

    assert share([other]) == 0.0
    assert share([other, (TEXT, {"text": TEXT})]) == 0.5


def test_nothing_to_compare() -> None:
    """No texts, or none that is long enough."""
    assert share([(TEXT, {"input_ids": [1, 2], "label": 0})]) is None
    assert share([(TEXT, {"topic": "animals"})]) is None
    assert share([]) is None
