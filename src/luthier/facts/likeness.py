"""When two texts count as the same, and when as nearly the same.

Profiling, splitting and the fixes of failures must agree on this, so the definition stands here once.
"""

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")
_SPACES = re.compile(" +")
SHINGLE = 5
_KEPT = frozenset({"Mn", "Mc", "Me", "So", "Sk"})
"""Unicode categories that regular expressions do not count as words and readers do: the vowel signs of Indic scripts,
accents without a letter of their own, emoji and their skin tones."""


def normal_form(text: str) -> str:
    """Text without what a reader would not call a difference: Unicode form, case, punctuation and spacing.

    Emoji stay: "well done" with a smile and with a frown are two texts. A text that holds nothing but punctuation keeps
    it, so that ":)" and ":(" stay different.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SPACES.sub(" ", _NOT_WORD.sub(_without_punctuation, folded)).strip() or folded.strip()


def _without_punctuation(run: re.Match[str]) -> str:
    """A run of characters that are no word characters: a space, or what of it is read all the same."""
    found = run.group()
    if found.isascii():
        return " "
    return "".join(char if unicodedata.category(char) in _KEPT else " " for char in found)


def shingles(text: str) -> frozenset[str]:
    """All runs of five characters of the normal form; the whole of it where it is shorter.

    Source: Broder, On the resemblance and containment of documents, 1997.
    """
    normal = normal_form(text)
    if len(normal) <= SHINGLE:
        return frozenset((normal,))
    return frozenset(normal[i : i + SHINGLE] for i in range(len(normal) - SHINGLE + 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two sets of shingles, 0 to 1."""
    return len(one & other) / len(one | other)
