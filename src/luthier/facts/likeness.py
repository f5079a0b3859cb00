"""When two texts count as the same, and when as nearly the same.

Profiling, splitting and the fixes of failures must agree on this, so the definition stands here once.
"""

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")
SHINGLE = 5


def normal_form(text: str) -> str:
    """Text without what a reader would not call a difference: Unicode form, case, punctuation and spacing.

    A text that holds nothing but punctuation keeps it, so that ":)" and ":(" stay different.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_WORD.sub(" ", folded).strip() or folded.strip()


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
