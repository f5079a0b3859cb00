"""How texts look: rows without words, HTML, damaged characters, shared beginnings, words that tell a class."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from luthier.facts.places import Found
from luthier.facts.texts import BLANK, Telling, Template, TextFacts
from luthier.stages.data.clean import STEPS
from luthier.stages.data.places import found

_LOST = "\N{REPLACEMENT CHARACTER}"
_SAMPLE = 20_000
"""Rows measured."""
_TEMPLATE_ROWS, _SHARED = 2_000, 0.9
"""Rows spread over all, and the share of them that must agree."""
_LOOKED_THROUGH, _LETTERS = 4_000, 2_000
"""Rows spread over all in which a telling word is looked for, and letters read of each text: some 300 words."""
_TELLING_ROWS, _TELLING_SHARE = 30, 0.05
"""Rows that must hold a word, and share of a class: small topics often have a word of their own ("coffee" stands in all
90 rows of its topic in Reuters R52, 1.4 % of all)."""
_SHOWN, _PIECE = 6, 40
_WORD = re.compile(r"\w+")

Mask = npt.NDArray[np.bool_]
Rows = TypeVar("Rows", pa.Array, list[str])


def of_texts(train: pa.Table, seed: int) -> TextFacts:
    """Measure training rows.

    Args:
        train: rows with text, label and their places.
        seed: of the sample, which is drawn where there are more than 20,000 rows.
    """
    if train.num_rows > _SAMPLE:
        drawn = np.sort(np.random.default_rng(seed).choice(train.num_rows, _SAMPLE, replace=False))
        train = train.take(pa.array(drawn))
    texts = train["text"].combine_chunks()
    marked, plain = _changed_by("html", texts)
    before = pc.sum(pc.utf8_length(texts)).as_py() or 0
    removed = before - (pc.sum(pc.utf8_length(plain)).as_py() or 0)
    damaged, example = damage(train, ("text",))
    return TextFacts(
        rows=train.num_rows,
        blank=found(train, _true(pc.is_in(pc.utf8_trim_whitespace(texts), value_set=pa.array(BLANK)))),
        markup=found(train, marked),
        markup_share=max(0.0, removed / before) if before else 0.0,
        damaged=damaged,
        damaged_example=example,
        template=_template(texts),
        telling=_telling(texts, train["label"].to_pylist()),
    )


def damage(table: pa.Table, columns: Sequence[str]) -> tuple[Found, tuple[str, str]]:
    """Rows whose characters were decoded wrongly or lost, with a piece of the first, and what it should be.

    Decoded wrongly is what ftfy repairs (https://ftfy.readthedocs.io); lost is U+FFFD, which decoders put in the place
    of bytes that they cannot read.
    """
    mask, example = np.zeros(table.num_rows, bool), ("", "")
    for column in columns:
        texts = pc.fill_null(table[column].combine_chunks(), "")
        wrong, repaired = _changed_by("encoding", texts)
        lost = _true(pc.match_substring(texts, _LOST))
        if not mask.any() and (wrong | lost).any():
            first = int(np.flatnonzero(wrong if wrong.any() else lost)[0])
            example = _pieces(texts[first].as_py(), repaired[first].as_py())
        mask |= wrong | lost
    return found(table, mask), example


def _pieces(text: str, repaired: str) -> tuple[str, str]:
    """The first word that differs, before and after; of a text with lost characters, the first word that has one."""
    for word, right in zip(text.split(), repaired.split(), strict=False):
        if word != right:
            return word[:_PIECE], right[:_PIECE]
    return next((word[:_PIECE] for word in text.split() if _LOST in word), ""), ""


def _changed_by(step: str, texts: pa.Array) -> tuple[Mask, pa.Array]:
    """Which texts a cleaning step would change, and the texts after it."""
    suspected = pc.fill_null(pc.match_substring_regex(texts, STEPS[step].suspects), False)
    after = pc.replace_with_mask(texts, suspected, STEPS[step].change(texts.filter(suspected)))
    return _true(pc.not_equal(texts, after)), after


def _true(mask: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), bool)


def _template(texts: pa.Array) -> Template | None:
    """The longer of the beginning and the end that nine of ten rows share."""
    spread = [text.split() for text in _spread(texts, _TEMPLATE_ROWS).to_pylist()]
    begin, end = _shared(spread), _shared([row[::-1] for row in spread])[::-1]
    begins = len(begin) >= len(end)
    words = begin if begins else end
    if not words:
        return None
    rows = [text.split() for text in texts.to_pylist()]
    count = sum((row[: len(words)] if begins else row[-len(words) :]) == words for row in rows)
    return Template(begins, len(words), " ".join(words[:_SHOWN]), count, len(words) * count / sum(map(len, rows)))


def _spread(rows: Rows, most: int) -> Rows:
    """Some rows that lie evenly over all."""
    return rows[:: -(-len(rows) // most) or 1]


def _shared(left: list[list[str]]) -> list[str]:
    """Words with which at least nine of ten rows begin."""
    words: list[str] = []
    needed = max(2, _SHARED * len(left))
    while True:
        place = len(words)
        counts = Counter(row[place] for row in left if len(row) > place)
        word, count = counts.most_common(1)[0] if counts else ("", 0)
        if count < needed:
            return words
        left = [row for row in left if len(row) > place and row[place] == word]
        words.append(word)


def _telling(texts: pa.Array, labels: list[str]) -> Telling | None:
    """The word whose presence correlates best with a class, counted in all rows; of classes with 5 % of the rows or
    more. None where no word is in 30 rows of one class and none lacks it.
    """
    classes = Counter(labels)
    large = [label for label, count in classes.items() if count >= _TELLING_SHARE * len(labels)]
    best = _best(_spread(texts, _LOOKED_THROUGH).to_pylist(), _spread(labels, _LOOKED_THROUGH), large)
    if best is None:
        return None
    word, label = best
    mask = _true(pc.match_substring(pc.utf8_lower(texts), word))
    near = zip(texts.filter(pa.array(mask)).to_pylist(), np.flatnonzero(mask), strict=True)
    held = [labels[row] == label for text, row in near if word in _words(text)]
    return Telling(word, label, len(held), sum(held), classes[label])


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text[:_LETTERS].lower()))


def _best(texts: list[str], labels: list[str], among: list[str]) -> tuple[str, str] | None:
    """Word and class with the greatest phi coefficient above 0, of these classes."""
    by_class: dict[str, Counter[str]] = {label: Counter() for label in {*labels, *among}}
    for text, label in zip(texts, labels, strict=True):
        by_class[label].update(_words(text))
    rows: Counter[str] = Counter()
    for counts in by_class.values():
        rows.update(counts)
    classes, total = Counter(labels), len(texts)

    def phi(pair: tuple[str, str]) -> float:
        word, label = pair
        ours, held = classes[label], rows[word]
        spread = ours * (total - ours) * held * (total - held)
        return (total * by_class[label][word] - ours * held) / math.sqrt(spread) if spread else 0.0

    pairs = ((word, label) for label in among for word, count in by_class[label].items() if count >= _TELLING_ROWS)
    best = max(pairs, key=lambda pair: (phi(pair), pair), default=None)
    return best if best is not None and phi(best) > 0 else None
