"""Scripts are told apart by the blocks of Unicode."""

import pytest

from luthier.facts.scripts import scripts


def test_scripts() -> None:
    """Shares of letters; digits and signs are no letters."""
    assert scripts(["abc 123 -- ДЕ", "文字文"]) == {"Latin": 3 / 8, "Han": 3 / 8, "Cyrillic": 2 / 8}


@pytest.mark.parametrize(
    ("letter", "script"),
    [
        *[("é", "Latin"), ("ế", "Latin"), ("ω", "Greek"), ("ש", "Hebrew"), ("ع", "Arabic"), ("ह", "Devanagari")],
        *[("ไ", "Thai"), ("ひ", "Hiragana"), ("カ", "Katakana"), ("한", "Hangul"), ("𠀀", "Han"), ("አ", "Ethiopic")],
    ],
)
def test_each_script(letter: str, script: str) -> None:
    """One letter of each."""
    assert scripts([letter]) == {script: 1.0}


@pytest.mark.parametrize("sign", ["1", "!", " ", "😀", "，", "\n"])
def test_no_letter(sign: str) -> None:
    """Signs have no script."""
    assert scripts([sign]) == {}
