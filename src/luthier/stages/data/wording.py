"""How the texts are written: scripts, languages, function words, punctuation; all on a sample of rows."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
import py3langid

from luthier.stages.data.function_words import BY_LANGUAGE

_STARTS = (
    *(
        (0x0, ""),
        (0x41, "Latin"),
        (0x5B, ""),
        (0x61, "Latin"),
        (0x7B, ""),
        (0xC0, "Latin"),
        (0x250, ""),
        (0x370, "Greek"),
    ),
    *((0x400, "Cyrillic"), (0x530, "Armenian"), (0x590, "Hebrew"), (0x600, "Arabic"), (0x700, ""), (0x750, "Arabic")),
    *(
        (0x780, ""),
        (0x8A0, "Arabic"),
        (0x900, "Devanagari"),
        (0x980, "Bengali"),
        (0xA00, "Gurmukhi"),
        (0xA80, "Gujarati"),
    ),
    *(
        (0xB00, "Oriya"),
        (0xB80, "Tamil"),
        (0xC00, "Telugu"),
        (0xC80, "Kannada"),
        (0xD00, "Malayalam"),
        (0xD80, "Sinhala"),
    ),
    *(
        (0xE00, "Thai"),
        (0xE80, "Lao"),
        (0xF00, "Tibetan"),
        (0x1000, "Myanmar"),
        (0x10A0, "Georgian"),
        (0x1100, "Hangul"),
    ),
    *((0x1200, "Ethiopic"), (0x1380, ""), (0x1780, "Khmer"), (0x1800, "Mongolian"), (0x18B0, ""), (0x1E00, "Latin")),
    *((0x1F00, "Greek"), (0x2000, ""), (0x3040, "Hiragana"), (0x30A0, "Katakana"), (0x3100, ""), (0x3400, "Han")),
    *((0x4DC0, ""), (0x4E00, "Han"), (0xA000, ""), (0xAC00, "Hangul"), (0xD7B0, ""), (0xF900, "Han"), (0xFB00, "")),
    *((0x20000, "Han"), (0x323B0, "")),
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LANGUAGES = [
    *("af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu"),
    *("fa", "fi", "fr", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "kn"),
    *("ko", "lt", "lv", "mk", "ml", "mr", "ms", "ne", "nl", "no", "pa", "pl", "pt", "ro", "ru", "sk", "sl"),
    *("sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi", "zh"),
]
"""ISO 639 codes of the languages that texts for fine-tuning come in."""
_LANGUAGE_ROWS = 1000
# A row of fewer letters tells its language too rarely to be counted.
_LANGUAGE_LETTERS = 20


def scripts(texts: Sequence[str]) -> dict[str, float]:
    """Unicode script to its share of all letters, largest first. By blocks, so marks count with their script."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), "<u4")
    blocks = np.searchsorted(np.array([start for start, _ in _STARTS]), codes, side="right") - 1
    counts: Counter[str] = Counter()
    for block, count in zip(*np.unique(blocks, return_counts=True), strict=True):
        counts[_STARTS[block][1]] += int(count)
    del counts[""]
    total = counts.total()
    return {name: count / total for name, count in counts.most_common()}


def languages(texts: Sequence[str]) -> dict[str, float]:
    """ISO 639 code to share of rows, of the first 1000 rows with 20 letters or more; below 1 % is left out.

    By py3langid (Lui & Baldwin 2012, langid.py), among 65 languages that labelled text comes in: on the SMS spam
    set it says English for 98 % of the rows, and for 95 % when all function words are taken out.
    """
    long = [text for text in texts if len(text) >= _LANGUAGE_LETTERS][:_LANGUAGE_ROWS]
    py3langid.set_languages(LANGUAGES)
    counts = Counter(py3langid.classify(text)[0] for text in long)
    return {name: count / len(long) for name, count in counts.most_common() if count >= 0.01 * len(long)}


def function_word_share(texts: Sequence[str], languages: dict[str, float]) -> float | None:
    """Share of words that are function words of the main language; None where there is no list for it."""
    known = BY_LANGUAGE.get(next(iter(languages), ""))
    if known is None:
        return None
    words = [word.lower().replace("’", "'") for text in texts for word in _WORD.findall(text)]
    return sum(word in known for word in words) / len(words) if words else None


def punctuation_share(texts: Sequence[str]) -> float | None:
    """Share of rows that hold any punctuation."""
    if not texts:
        return None
    return sum(any(unicodedata.category(mark)[0] == "P" for mark in set(text)) for text in texts) / len(texts)
