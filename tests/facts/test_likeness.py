"""When two texts count as the same."""

import pytest

from luthier.facts.likeness import likeness, normal_form, shingles


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Free entry!", "free   entry"),
        ("Free_entry", "free entry"),
        ("ﬁne café", "fine cafe\u0301"),
        ("STRASSE", "straße"),
        ("好的。", "好的"),
        ("«bien sûr»", "bien sûr"),
    ],
)
def test_same(one: str, other: str) -> None:
    """Case, Unicode form, punctuation and spacing make no difference."""
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("well done 😀", "well done 😡"),
        ("well done 😀", "well done"),
        ("कि", "का"),
        ("கீ", "கு"),
        (":)", ":("),
        ("👍🏻", "👍🏿"),
        ("one two", "onetwo"),
    ],
)
def test_different(one: str, other: str) -> None:
    """What a reader would tell apart stays apart: emoji, vowel signs, texts of punctuation alone, words."""
    assert normal_form(one) != normal_form(other)


def test_vowel_signs_do_not_cut_words() -> None:
    """A sign belongs to the letter before it."""
    assert normal_form("हिन्दी भाषा") == "हिन्दी भाषा"


def test_it_is_a_form() -> None:
    """The form of a form is itself, whatever was in it."""
    for text in ("  A—b\u200b c ", "😀!!", "...", "", "हिन्दी, भाषा", "x\ufe0f"):
        assert normal_form(normal_form(text)) == normal_form(text)


def test_shingles() -> None:
    """Runs of five characters of the normal form, and the whole of a shorter one."""
    assert shingles("Ab, cd!") == {"ab cd"}
    assert shingles("no") == {"no"}
    assert likeness(shingles("abcdef"), shingles("abcdeg")) == pytest.approx(1 / 3)
