"""The language of a report: one folder of texts for each language, English where a text is missing there.

`languages/zh/words.toml` holds the table `words` (the keys of `words.py`), and a file for each origin a table for each
failure with the parts of its texts: message, why, next_step, experiment; a text with variants is a table from variant
to text. English has no folder: its words stand in `words.py` and its failures' texts in the failures. The language is
the one named by `speaking`, else by the environment variable LUTHIER_LANGUAGE.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from luthier.errors import LuthierError

FOLDER = Path(__file__).parent / "languages"
VARIABLE = "LUTHIER_LANGUAGE"
DEFAULT = "en"
Text = str | Mapping[str, str]

_named: ContextVar[str] = ContextVar("language", default="")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Texts of one language.

    Attributes:
        words: key of `words.py` to text.
        failures: id of a failure to part ("message", "why", "next_step", "experiment") to its text.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


def known_languages() -> tuple[str, ...]:
    """Codes of the languages that there are, English first."""
    return (DEFAULT, *sorted(path.name for path in FOLDER.iterdir()))


def language() -> str:
    """Code of the language that is spoken now; English where an unknown one was asked for."""
    return _plain(_named.get() or os.environ.get(VARIABLE, ""), DEFAULT)


@contextmanager
def speaking(code: str | None) -> Iterator[None]:
    """Speak a language for a while; None or an empty code changes nothing.

    Raises:
        LuthierError: there are no texts in this language.
    """
    wanted = code or os.environ.get(VARIABLE, "")
    if wanted and not _plain(wanted, ""):
        where = f"--language {code}" if code else f"{VARIABLE}={wanted}"
        raise LuthierError("there are no texts in this language", where=where, next_step=_choice())
    before = _named.set(wanted)
    try:
        yield
    finally:
        _named.reset(before)


def catalogue() -> Catalogue:
    """Texts of the language that is spoken now; empty for English."""
    return read(language())


@cache
def read(code: str) -> Catalogue:
    """Texts of a known language."""
    if code == DEFAULT:
        return Catalogue()
    words: dict[str, str] = {}
    failures: dict[str, Mapping[str, Text]] = {}
    for path in sorted((FOLDER / code).glob("*.toml")):
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        words |= found.get("words", {})
        failures |= found.get("failures", {})
    return Catalogue(words, failures)


def _plain(wanted: str, otherwise: str) -> str:
    """ "zh" for zh, ZH, zh_CN.UTF-8 and zh-Hans."""
    code = wanted.replace("-", "_").split("_")[0].split(".")[0].lower()
    return code if code in known_languages() else otherwise


def _choice() -> str:
    return f"languages: {', '.join(known_languages())}"
