"""Foreign text made safe to show: labels, file names and rows are the user's, or a stranger's.

Nothing is lost silently: control characters (a terminal obeys them) and marks that turn the direction of writing (they
reorder what stands beside them, CVE-2021-42574) are shown as their code, and what is cut is counted.
"""

import unicodedata

MOST_CHARACTERS = 200
DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown(text: str, most: int = MOST_CHARACTERS) -> str:
    """One line that shows the text as text, at most about `most` characters of it."""
    clean = "".join(_shown_character(char) for char in text[:most])
    return clean if len(text) <= most else f"{clean}… ({len(text):,} characters)"


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 as "12.3 %", with a space that does not break."""
    return f"{100 * share:.{digits}f}\u00a0%"


def width(text: str) -> int:
    """Columns that a text takes in a terminal: two for wide characters, none for combining ones."""
    return sum(_columns(char) for char in text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Text filled with spaces up to so many terminal columns."""
    fill = " " * max(columns - width(text), 0)
    return fill + text if right else text + fill


def clipped(text: str, columns: int) -> str:
    """Text cut to so many terminal columns, with an ellipsis where something is missing."""
    if width(text) <= columns:
        return text
    kept = ""
    for char in text:
        if width(kept) + _columns(char) > columns - 1:
            break
        kept += char
    return kept + "…"


def wrapped(text: str, columns: int, first: str = "", later: str = "") -> list[str]:
    """Lines of so many terminal columns at most, broken at spaces, and within a word that is longer than a line.

    Args:
        text: words separated by spaces.
        columns: of a line, its indent included.
        first, later: indent of the first line and of the others.
    """
    lines = [first]
    for word in (piece for whole in text.split(" ") for piece in _pieces(whole, columns - width(later))):
        empty = lines[-1] in (first, later) and lines[-1].strip() == ""
        joined = lines[-1] + word if empty else f"{lines[-1]} {word}"
        if width(joined) <= columns:
            lines[-1] = joined
        else:
            lines.append(later + word)
    return lines


def _pieces(word: str, columns: int) -> list[str]:
    pieces, taken = [""], 0
    for char in word:
        if taken + _columns(char) > columns:
            pieces.append("")
            taken = 0
        pieces[-1] += char
        taken += _columns(char)
    return pieces


def _shown_character(char: str) -> str:
    if char in "\t\n\r":
        return " "
    if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in DIRECTION_MARKS:
        return f"\\u{ord(char):04x}"
    return char


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
