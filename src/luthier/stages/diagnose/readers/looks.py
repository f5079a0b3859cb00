"""How generated texts look: whether they repeat themselves to the end, stop in the middle, copy what was asked, and how
much they share with what was wanted.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

LONGEST_TURN = 40
"""Words (letters in scripts without spaces) of a phrase whose repetition is looked for."""
TIMES = 4
"""A phrase that stands four times in a row at the end is a loop; people say a word three times ("very, very, very")."""
SHORTEST = 8
"""Words that the repetition has to cover; 16 letters in scripts without spaces."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_UNITS = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+")
_CLOSING = frozenset(".!?…。！？｡।॥؟”\"'’»」』)]}】）*`")


def repeats_to_the_end(text: str) -> bool:
    """Whether a text ends in one word or phrase over and over. A last turn that was cut off counts as begun.

    Of 21,617 texts that people wrote (SMS spam, Reuters R8, 20 Newsgroups) 14 do: kisses, tables of rates.
    """
    words = text.split()
    if len(words) >= SHORTEST:
        return _periodic(words, SHORTEST) or _periodic(words[:-1], SHORTEST)
    return len(text) >= 2 * SHORTEST and _periodic(text.strip(), 2 * SHORTEST)


def _periodic(units: Sequence[str], shortest: int) -> bool:
    """Whether the units end in at least `TIMES` turns of some period, over at least `shortest` units."""
    for period in range(1, min(LONGEST_TURN, len(units) // TIMES) + 1):
        covered = period
        while covered < len(units) and units[-covered - 1] == units[-covered - 1 + period]:
            covered += 1
            if covered >= max(TIMES * period, shortest):
                return True
    return False


def stops_in_the_middle(text: str) -> bool:
    """Whether a text ends without a closing mark of any script: a sentence that was cut, or a mere phrase."""
    end = text.rstrip()
    return bool(end) and end[-1] not in _CLOSING and unicodedata.category(end[-1]) not in ("Po", "Pf", "Pe", "So")


def copies(text: str, prompt: str) -> bool:
    """Whether a text begins with its prompt: decoded without cutting the prompt off. Prompts of ten letters or more."""
    begun = prompt.strip()
    return len(begun) >= 10 and text.strip().startswith(begun)


def overlap(text: str, wanted: str) -> float:
    """Share of words that two texts have in common, 0 to 1: the F1 of their counts, capitals aside.

    Words are letters in a row; in scripts without spaces (Han, Kana, Thai, Lao, Khmer, Burmese) each letter is one.
    """
    ours, theirs = (Counter(_UNITS.findall(one.lower())) for one in (text, wanted))
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else float(text == wanted)
