"""Cleaning, one named step each, every change counted.

A step first finds the rows that it may change with one pass of Arrow, and touches only these: a million plain rows cost
a second.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ftfy
import ftfy.badness
import pyarrow as pa
import pyarrow.compute as pc

from luthier.errors import PlanError
from luthier.stages.data.function_words import ENGLISH


@dataclass(frozen=True, slots=True)
class Step:
    """One cleaning step.

    Attributes:
        says: what it does.
        suspects: regular expression (RE2) that each row it may change matches.
        change: what it does to these rows.
    """

    says: str
    suspects: str
    change: Callable[[pa.Array], pa.Array]


def clean_texts(
    texts: pa.ChunkedArray, steps: Sequence[str], *, check_language: bool = True
) -> tuple[pa.ChunkedArray, dict[str, int]]:
    """Run steps over texts; the same function cleans what a trained model is asked about.

    Args:
        texts: strings; null stays null.
        steps: names of steps, in order, from `STEPS`.
        check_language: False for texts to be predicted: a few short ones say nothing of their language, and training
            has looked.

    Returns:
        The cleaned texts, and step to the number of rows that it changed, zero included.

    Raises:
        PlanError: a step is unknown, or stop words are to be removed from a language without a list.
    """
    changed = {}
    for name in steps:
        if name not in STEPS:
            raise PlanError(
                f"there is no cleaning step '{name}'", where="data.clean", next_step=f"choose from {', '.join(STEPS)}"
            )
        if name == "stop_words" and check_language:
            _refuse_other_languages(texts)
        chunks = [_chunk(STEPS[name], chunk) for chunk in texts.chunks]
        texts = pa.chunked_array([chunk for chunk, _ in chunks], pa.string())
        changed[name] = sum(count for _, count in chunks)
    return texts, changed


def _refuse_other_languages(texts: pa.ChunkedArray) -> None:
    """Natural English has 25 to 55 % function words; below 2 % of a sample it is another language."""
    words = [word.lower() for text in texts.slice(0, 2000).to_pylist() for word in _WORD.findall(text or "")]
    if sum(word in ENGLISH for word in words) < 0.02 * len(words):
        raise PlanError(
            "the texts hold hardly any English function words, and there is a list for no other language",
            where="data.clean",
            next_step="take stop_words out of data.clean",
        )


def _chunk(step: Step, texts: pa.Array) -> tuple[pa.Array, int]:
    suspected = pc.fill_null(pc.match_substring_regex(texts, step.suspects), False)
    if not pc.any(suspected).as_py():
        return texts, 0
    before = texts.filter(suspected)
    after = step.change(before)
    count = pc.sum(pc.not_equal(before, after)).as_py() or 0
    return pc.replace_with_mask(texts, suspected, after), count


def _one_by_one(change: Callable[[str], str]) -> Callable[[pa.Array], pa.Array]:
    return lambda texts: pa.array([change(text) for text in texts.to_pylist()], pa.string())


def _encoding(text: str) -> str:
    """Undo UTF-8 that was read as another code page ("cafÃ©"), where ftfy is sure of it."""
    return ftfy.fix_encoding(text) if ftfy.badness.is_bad(text) else text


# Only names that are HTML: "<user>", "<3" and "<unk>" are text.
_TAG = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?(?:a|abbr|b|big|blockquote|body|br|button|caption|center|cite|code|dd|del|"
    r"div|dl|dt|em|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|meta|nav|"
    r"ol|option|p|pre|q|s|section|select|small|span|strike|strong|sub|sup|svg|table|tbody|td|textarea|tfoot|th|thead|"
    r"title|tr|tt|u|ul|video)(?:\s[^<>]*)?/?>",
    re.IGNORECASE | re.DOTALL,
)
_INLINE = re.compile(r"</?(a|abbr|b|big|cite|code|del|em|font|i|ins|q|s|small|span|strike|strong|sub|sup|tt|u)\b", re.I)
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def _html(text: str) -> str:
    """Tags out, entities into characters; a tag that breaks a line or a cell leaves a space."""
    text = _TAG.sub(lambda tag: "" if _INLINE.match(tag[0]) else " ", text)
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


# NUL and other controls; zero-width space, word joiner, mark, soft hyphen, direction marks. The zero-width joiner and
# non-joiner stay: emoji, Persian and Indic scripts need them. Tab, line feed and their like are left to `space`.
_CONTROLS = (
    r"[\x00-\x08\x0e-\x1f\x7f-\x{84}\x{86}-\x{9f}\x{ad}\x{200b}\x{200e}\x{200f}"
    r"\x{202a}-\x{202e}\x{2060}\x{2066}-\x{2069}\x{feff}]"
)
# Blanks of any kind, line feed apart.
_BLANKS = r"\t\x0b\x0c\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_UNTIDY = rf"[{_BLANKS.replace(' ', '')}]|  |\n\n| \n|\n |^ | $|^\n|\n$"


def _control(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(texts, _CONTROLS + "+", "")


def _space(texts: pa.Array) -> pa.Array:
    """Runs of blanks become one space, runs with a line feed one line feed, and the ends are trimmed."""
    lines = pc.replace_substring_regex(texts, rf"[{_BLANKS}]*\n[\n{_BLANKS}]*", "\n")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(lines, rf"[{_BLANKS}]+", " "))


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def _stop_words(text: str) -> str:
    """English function words out, negations included, as the usual recipe does."""
    kept = _WORD.sub(lambda word: "" if word[0].lower().replace("’", "'") in ENGLISH else word[0], text)
    return " ".join(kept.split())


STEPS = {
    "encoding": Step("repairs text that was decoded wrongly", r"[^\x00-\x7f]", _one_by_one(_encoding)),
    "html": Step("removes tags, resolves entities", r"<[a-zA-Z/!][^>]*>|&[a-zA-Z#][a-zA-Z0-9]*;", _one_by_one(_html)),
    "control": Step("removes control and invisible characters", _CONTROLS, _control),
    "space": Step("folds and trims white space", _UNTIDY, _space),
    "stop_words": Step("removes English function words (only when asked)", r"[a-zA-Z]", _one_by_one(_stop_words)),
    "lower_case": Step("lower-cases (only when asked)", r"[^\x00-@\[-\x7f]", pc.utf8_lower),
}
"""Steps by name, in the order in which they make sense. The last two run only when named."""
