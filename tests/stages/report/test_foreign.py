"""Foreign text is shown as text."""

import pytest

from luthier.stages.report.foreign import clipped, padded, percent, shown, width, wrapped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\x00b", "a\\u0000b"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"),
        ("سوق المال", "سوق المال"),
        ("房间 😀", "房间 😀"),
        ("\ud800", "\\ud800"),
    ],
)
def test_shown(text: str, expected: str) -> None:
    """What a terminal or a browser would obey is shown as its code; letters of all scripts stay."""
    assert shown(text) == expected


def test_long_text_is_cut_and_counted() -> None:
    """A label of 100 KB does not fill the page, and nobody takes the cut for the whole."""
    assert shown("x" * 100_000, 10) == "xxxxxxxxxx… (100,000 characters)"


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("房间", 4), ("e\u0301", 1), ("😀", 2), ("a\u200db", 2)])
def test_width(text: str, columns: int) -> None:
    """Columns of a terminal, not code points."""
    assert width(text) == columns


def test_padding_and_clipping_count_columns() -> None:
    """Tables stay straight with wide characters."""
    assert padded("房间", 6) == "房间  "
    assert padded("7", 3, right=True) == "  7"
    assert clipped("房间饭菜", 5) == "房间…"
    assert clipped("short", 5) == "short"


def test_percent() -> None:
    """With a space that does not break, as in the texts of failures."""
    assert percent(0.1234) == "12.3\u00a0%"
    assert percent(0.9, 0) == "90\u00a0%"


def test_wrapping_counts_columns() -> None:
    """At spaces where possible; a word longer than a line is broken; indents count."""
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("one two", 7, "  ", "    ") == ["  one", "    two"]
    assert wrapped("房间饭菜服务", 6) == ["房间饭", "菜服务"]
    assert wrapped("ab 房间房间", 4, later=" ") == ["ab", " 房", " 间", " 房", " 间"]
    assert wrapped("", 5) == [""]
