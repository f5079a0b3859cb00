"""How the texts are written: languages, function words, punctuation; all on a sample of rows."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import islice

import py3langid

from luthier.stages.data.function_words import BY_LANGUAGE

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


def languages(texts: Sequence[str]) -> dict[str, float]:
    """ISO 639 code to share of rows, of the first 1000 rows with 20 letters or more; below 1 % is left out.

    By py3langid (Lui & Baldwin 2012, langid.py), among 65 languages that labelled text comes in: on the SMS spam
    set it says English for 98 % of the rows, and for 95 % when all function words are taken out.
    """
    return shares(with_language(texts))


def main_language(texts: Sequence[str]) -> str:
    """Code of the language of more than half of the texts, as `languages`; empty where none has that many."""
    known = languages(texts)
    return next((code for code, share in known.items() if share > 0.5), "")


def shares(told: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Language code to share, of what `with_language` gave; below 1 % is left out."""
    counts = Counter(language for _, language in told)
    return {name: count / len(told) for name, count in counts.most_common() if count >= 0.01 * len(told)}


def with_language(texts: Sequence[str]) -> list[tuple[str, str]]:
    """The first 1000 texts with 20 letters or more, each with the code of its language; as `languages`."""
    py3langid.set_languages(LANGUAGES)
    long = (text for text in texts if len(text) >= _LANGUAGE_LETTERS)
    return [(text, py3langid.classify(text)[0]) for text in islice(long, _LANGUAGE_ROWS)]


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
