"""Scripts, languages, function words, punctuation."""

import pytest

from luthier.stages.data import wording

ENGLISH = [
    "I do not think that he goes to the office on Mondays",
    "She said it was one of the best films of the year",
] * 20


def test_scripts() -> None:
    """Shares of letters; digits and signs are no letters."""
    assert wording.scripts(["abc 123 -- ДЕ", "文字文"]) == {"Latin": 3 / 8, "Han": 3 / 8, "Cyrillic": 2 / 8}


@pytest.mark.parametrize(
    ("letter", "script"),
    [
        *[("é", "Latin"), ("ế", "Latin"), ("ω", "Greek"), ("ש", "Hebrew"), ("ع", "Arabic"), ("ह", "Devanagari")],
        *[("ไ", "Thai"), ("ひ", "Hiragana"), ("カ", "Katakana"), ("한", "Hangul"), ("𠀀", "Han"), ("አ", "Ethiopic")],
    ],
)
def test_each_script(letter: str, script: str) -> None:
    """One letter of each."""
    assert wording.scripts([letter]) == {script: 1.0}


@pytest.mark.parametrize("sign", ["1", "!", " ", "😀", "，", "\n"])
def test_no_letter(sign: str) -> None:
    """Signs have no script."""
    assert wording.scripts([sign]) == {}


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
