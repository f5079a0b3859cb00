"""Texts that the model wrote, from the files in which evaluation scripts leave them."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.generations import GenerationFacts
from luthier.facts.scripts import scripts
from luthier.stages.diagnose.home import Home, plain
from luthier.stages.diagnose.readers.looks import copies, overlap, repeats_to_the_end, stops_in_the_middle

PART = "generations"
MOST_TEXT = 64 * 2**20
"""Bytes of a file that is read."""
MOST_ROWS = 10_000
"""Texts that are looked at, from the beginning of the file."""
LONGEST = 20_000
"""Characters of a text that are looked at, from its end."""
FEWEST_LABELS, MOST_LABELS = 2, 50
_STEMS = ("generated_predictions", "generations", "predictions", "test_generations", "generated", "outputs")
_ENDINGS = ("jsonl", "json", "txt")
_WRITTEN = (
    "predict",
    "prediction",
    "predictions",
    "generated",
    "generated_text",
    "generation",
    "output",
    "response",
    "pred",
)
_WANTED = (
    "label",
    "labels",
    "reference",
    "references",
    "target",
    "gold",
    "answer",
    "expected",
    "summary",
    "completion",
)
_ASKED = ("prompt", "input", "inputs", "question", "source", "instruction", "document")
_TAG = re.compile(r"O|[BIESLUM]-.{1,80}")
_ENDED = ("finish_reason", "stop_reason")
_LIMITS = ("generation_max_length", "max_new_tokens", "max_completion_length")


@dataclass(frozen=True, slots=True)
class Row:
    """A generated text, what was wanted and what was asked (None where not given), and whether the limit ended it."""

    written: str
    wanted: str | None = None
    asked: str | None = None
    at_limit: bool | None = None


def read(home: Home, arguments: Arguments | None = None) -> GenerationFacts | None:
    """The generated texts of a run; None where there is no file of them, or none that can be read.

    `generated_predictions.txt` is what the summarization and translation examples of Transformers write, one text a
    line; `generated_predictions.jsonl` is LLaMA-Factory's. Files of JSON are read where their records have a text
    under a usual name.

    Args:
        home: what the user named.
        arguments: settings of the run, for the length limit.
    """
    for name in home.named(*(f"{stem}.{ending}" for stem in _STEMS for ending in _ENDINGS)):
        text = home.text(name, PART, MOST_TEXT)
        rows = _rows(name, text) if text else []
        if not rows:
            if text is not None:
                home.note(name, PART, "holds no texts under a name that is known")
            continue
        if _labels(rows) or _tags(rows):
            home.note(name, PART, "holds labels, not texts")
            continue
        cut = f"the first {MOST_ROWS:,} texts" if len(rows) == MOST_ROWS else ""
        home.note(name, PART, cut)
        return _compared(_facts(name, rows, _limit(arguments)), rows)
    return None


def _rows(name: str, text: str) -> list[Row]:
    if name.endswith(".txt"):
        return [Row(line[-LONGEST:]) for line in text.rstrip("\n").split("\n")[:MOST_ROWS]]
    records = _lines(text) if name.endswith(".jsonl") else _listed(text)
    rows = []
    for record in records:
        row = _row(record)
        rows += [row] if row is not None else []
        if len(rows) == MOST_ROWS:
            break
    return rows


def _lines(text: str) -> Iterator[Plain]:
    for line in text.split("\n"):
        if line.strip():
            yield _parsed(line)


def _listed(text: str) -> Iterator[Plain]:
    """The records of a JSON list, alone or under the first key that holds one; else of a file of JSON lines."""
    value = _parsed(text)
    if isinstance(value, dict):
        value = next((inner for inner in value.values() if isinstance(inner, tuple)), None)
    yield from value if isinstance(value, tuple) else _lines(text)


def _parsed(text: str) -> Plain:
    try:
        return plain(json.loads(text))
    except (ValueError, RecursionError):
        return None


def _row(record: Plain) -> Row | None:
    if isinstance(record, str):
        return Row(record[-LONGEST:])
    if not isinstance(record, dict):
        return None
    written = _text(record, _WRITTEN)
    if written is None:
        return None
    ended = _text(record, _ENDED)
    return Row(
        written[-LONGEST:],
        wanted=_text(record, _WANTED),
        asked=_text(record, _ASKED),
        at_limit=None if ended is None else ended in ("length", "max_tokens", "max_length"),
    )


def _text(record: Mapping[str, Plain], names: tuple[str, ...]) -> str | None:
    """The first text under one of the names; of a list of texts its first."""
    for name in names:
        value = record.get(name)
        value = value[0] if isinstance(value, tuple) and value else value
        if isinstance(value, str):
            return value
    return None


def _labels(rows: list[Row]) -> bool:
    """Whether these are class names: few different ones, of few words. A generator that fell silent has only one."""
    different = {row.written.strip() for row in rows}
    few = FEWEST_LABELS <= len(different) <= min(MOST_LABELS, len(rows) // 4)
    return few and all(len(text.split()) <= 3 for text in different)


def _tags(rows: list[Row]) -> bool:
    """Whether these are tags, one a word, as the examples for token classification write them."""
    return any(row.written for row in rows) and all(
        _TAG.fullmatch(word) for row in rows for word in row.written.split()
    )


def _limit(arguments: Arguments | None) -> int | None:
    if arguments is None:
        return None
    found = (arguments.number(name) for name in _LIMITS)
    return next((int(value) for value in found if value is not None and value > 0), None)


def _facts(name: str, rows: list[Row], limit: int | None) -> GenerationFacts:
    written = [row.written for row in rows]
    wanted = [row.wanted for row in rows if row.wanted is not None]
    known = len(wanted) == len(rows)
    ended = [row.at_limit for row in rows if row.at_limit is not None]
    lengths, wanted_lengths = _lengths(written), _lengths(wanted)
    return GenerationFacts(
        source=name,
        rows=len(rows),
        limit=limit,
        at_limit=sum(ended) if len(ended) == len(rows) else None,
        unfinished=sum(stops_in_the_middle(text) for text in written),
        reference_unfinished=sum(stops_in_the_middle(text) for text in wanted) if known else None,
        empty=sum(not any(sign.isalnum() for sign in text) for text in written),
        repeating=sum(repeats_to_the_end(text) for text in written),
        same=Counter(text.strip() for text in written).most_common(1)[0][1] / len(rows),
        mean_words=float(np.mean(lengths)),
        reference_words=float(np.mean(wanted_lengths)) if known else None,
        quantiles=_quantiles(lengths),
        reference_quantiles=_quantiles(wanted_lengths) if known else {},
        copied_prompt=sum(row.asked is not None and copies(row.written, row.asked) for row in rows),
        scripts=scripts(written),
        reference_scripts=scripts(wanted) if known else {},
    )


def _compared(facts: GenerationFacts, rows: list[Row]) -> GenerationFacts:
    """The facts with what the texts share with what was wanted, where all of that is known."""
    pairs = [(row.written, row.wanted) for row in rows if row.wanted is not None]
    if len(pairs) < len(rows):
        return facts
    return replace(
        facts,
        exact=sum(written == wanted for written, wanted in pairs),
        exact_trimmed=sum(written.strip() == wanted.strip() for written, wanted in pairs),
        overlap=float(np.mean([overlap(written, wanted) for written, wanted in pairs])),
    )


def _lengths(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def _quantiles(lengths: list[int]) -> dict[int, int]:
    percents = (0, 5, 25, 50, 75, 95, 100)
    return {percent: int(value) for percent, value in zip(percents, np.percentile(lengths, percents), strict=True)}
