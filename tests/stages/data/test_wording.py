"""Languages, function words, punctuation."""

from luthier.stages.data import wording

ENGLISH = [
    "I do not think that he goes to the office on Mondays",
    "She said it was one of the best films of the year",
] * 20


def test_languages() -> None:
    """The main language, by rows long enough to tell."""
    found = wording.languages([*ENGLISH, "ok", "Das Haus am See ist leider schon seit Jahren nicht mehr bewohnt"])

    assert next(iter(found)) == "en"
    assert found["en"] > 0.9
    assert wording.languages(["ok", "no"]) == {}


def test_function_words() -> None:
    """Natural English holds many, stripped English few, and other languages have no list."""
    natural = wording.function_word_share(ENGLISH, {"en": 1.0})
    stripped = wording.function_word_share(["think goes office Mondays", "said best films year"], {"en": 1.0})

    assert natural is not None
    assert natural > 0.4
    assert stripped == 0.0
    assert wording.function_word_share(ENGLISH, {"de": 1.0}) is None
    assert wording.function_word_share(["1 2"], {"en": 1.0}) is None


def test_punctuation() -> None:
    """Share of rows with any."""
    assert wording.punctuation_share(["a.", "b", "好，", "d"]) == 0.5
    assert wording.punctuation_share([]) is None
