"""How texts look: rows without words, HTML, damaged characters, shared beginnings, words that tell a class."""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from luthier.facts.places import Found
from luthier.facts.texts import BLANK, Telling, Template, TextFacts
from luthier.stages.data.clean import STEPS
from luthier.stages.data.places import found

_LOST = "\N{REPLACEMENT CHARACTER}"
_SAMPLE, _READ = 20_000, 200
"""Rows measured, and words read of each."""
_TEMPLATE_ROWS, _SHARED = 2_000, 0.9
"""Rows spread over all, and the share of them that must agree."""
_TELLING_ROWS, _TELLING_SHARE = 30, 0.05
"""Rows that must hold a word, and share of a class: small topics often have a word of their own ("coffee" stands in all
90 rows of its topic in Reuters R52, 1.4 % of all)."""
_SHOWN, _PIECE = 6, 40
_WORD = re.compile(r"\w+")

Mask = npt.NDArray[np.bool_]


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
    words = [text.split() for text in texts.to_pylist()]
    return TextFacts(
        rows=train.num_rows,
        blank=found(train, _true(pc.is_in(pc.utf8_trim_whitespace(texts), value_set=pa.array(BLANK)))),
        markup=found(train, marked),
        markup_share=max(0.0, removed / before) if before else 0.0,
        damaged=damaged,
        damaged_example=example,
        template=_template(words),
        telling=_telling(texts.to_pylist(), train["label"].to_pylist()),
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


def _template(rows: list[list[str]]) -> Template | None:
    """The longer of the beginning and the end that nine of ten rows share."""
    total = sum(map(len, rows))
    backwards = [row[::-1] for row in rows]
    begin, end = _shared(rows), _shared(backwards)
    words, sided = (begin, rows) if len(begin) >= len(end) else (end, backwards)
    if not words:
        return None
    count = sum(row[: len(words)] == words for row in sided)
    begins = sided is rows
    shown = words[:_SHOWN] if begins else words[::-1][:_SHOWN]
    return Template(begins, len(words), " ".join(shown), count, len(words) * count / total)


def _shared(rows: list[list[str]]) -> list[str]:
    """Words with which at least nine of ten rows begin, told from some spread over all."""
    left = rows[:: max(1, len(rows) // _TEMPLATE_ROWS)]
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


def _telling(texts: list[str], labels: list[str]) -> Telling | None:
    """The word whose presence correlates best with a class (phi coefficient), of classes with 5 % of the rows or more;
    None where no word is in 30 rows of one class and none lacks it.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for text, label in zip(texts, labels, strict=True):
        pairs.update((word, label) for word in set(_WORD.findall(text.lower())[:_READ]))
    rows: Counter[str] = Counter()
    for (word, _), count in pairs.items():
        rows[word] += count
    classes, total = Counter(labels), len(texts)

    def phi(pair: tuple[str, str]) -> float:
        ours, held = classes[pair[1]], rows[pair[0]]
        spread = ours * (total - ours) * held * (total - held)
        return (total * pairs[pair] - ours * held) / math.sqrt(spread) if spread else 0.0

    large = {label for label, count in classes.items() if count >= _TELLING_SHARE * total}
    frequent = [pair for pair, count in pairs.items() if count >= _TELLING_ROWS and pair[1] in large]
    best = max(frequent, key=lambda pair: (phi(pair), pair), default=None)
    if best is None or phi(best) <= 0:
        return None
    return Telling(*best, rows[best[0]], pairs[best], classes[best[1]])
