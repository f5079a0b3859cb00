"""Masks made by hand do not fit the chat template, and rows are ignored whole.

Symptom
    Many lines "tokenization mismatch … (ignored)", or that a response key was not found; a loss of 0, or one that
    hardly moves.

Why it is silent
    Code that masks prompts adds up the lengths of turns, or looks for the ids of a marker such as "### Response:".
    Where these differ by one token from what the tokenizer makes of the whole row, the row is ignored, with a warning
    among thousands of lines.

Evidence
    Before: rows of real batches in which the assistant speaks or a completion stands, that are not cut, and of which
    nothing enters the loss: at least a tenth of them. Where all are so and the template has no generation markers, it
    is another failure. Or a marker (response_template) that stands in the text of rows and whose ids do not
    stand in theirs: a warning from 1 % of the rows on.
    After: lines of the console that name such rows.

Fix
    Advice only: make masks from character offsets of the rendered text, by the template's own markers, or hand over
    prompt and completion.

Source
    FastChat #2992 (https://github.com/lm-sys/FastChat/issues/2992), trl #588
    (https://github.com/huggingface/trl/issues/588) and #1053.
"""

from luthier.facts.census import BatchCensus, RowCensus
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import LiveScene
from luthier.facts.tokenizer import TokenizerFacts
from luthier.failures._places import counted

MESSAGE = {
    "batch": (
        "{count} of {total} rows of the first batches have an answer of which 0 tokens enter the loss, and are not cut."
    ),
    "marker": (
        "The marker {marker!r} stands in the text of {percent:.3g} % of the rows, but its ids only in those of "
        "{found:.3g} %."
    ),
    "console": "{count} lines of {file} say that a row was ignored whole, the first on line {line}.",
}
WHY = "A row whose labels are all ignored teaches nothing, and its loss of 0 makes the mean look better."
NEXT_STEP = {
    "batch": "Make the mask from character offsets or the template's generation markers, not from lengths of turns.",
    "marker": (
        "Write response_template without blanks and line breaks at its ends, look for the marker in the text and map "
        "its offsets to tokens, or hand over prompt and completion."
    ),
    "console": "Make the mask from character offsets or the template's generation markers, not from lengths of turns.",
}
DEGREE = Degree.ADVICE
EXPERIMENT = "Decode the labels of one such row after replacing -100: where nothing is left, the mask is at fault."
SIGNS = ("loss exactly 0, gradient norm 0", "tuned output equals the base")
SHARE, MARKER, MOST = 0.1, 0.01, 0.5
LABELS = Place("column", "labels")
LINES = ("tokenization_mismatch", "response_key_missing")

BAD = LiveScene(
    "instruction",
    options={"masks_disagree": 1},
    says="The lengths of turns do not add up to the length of the row, so that each row is ignored.",
)
GOOD = LiveScene("instruction", says="The same conversations masked by the template's markers.")


def before(
    census: BatchCensus | None = None, tokenizer: TokenizerFacts | None = None, pairs: PairFacts | None = None
) -> Finding | NotLooked | None:
    """Look for answers that are ignored whole, and for markers without their ids."""
    if pairs is not None and pairs.marker and pairs.marker_found is not None and pairs.marker_written is not None:
        share = pairs.marker_written - pairs.marker_found
        shares: dict[str, Number] = {"percent": 100 * pairs.marker_written, "found": 100 * pairs.marker_found}
        numbers = {**shares, "marker": pairs.marker}
        return _finding(Moment.BEFORE, "marker", share, 0.9, numbers) if share >= MARKER else None
    if census is None:
        return NotLooked("neither batches nor rows with a marker were at hand", lacks=("census", "pairs"))
    answered = [row for row in census.rows if _answer(row) and not row.truncated]
    if not answered:
        return NotLooked("it is not known which tokens of the rows are an answer")
    lost = [row for row in answered if not row.supervised]
    marked = tokenizer.template_marks_assistant if tokenizer is not None else None
    if len(lost) < SHARE * len(answered) or (marked is False and not census.supervised):
        return None
    share = len(lost) / len(answered)
    return _finding(Moment.BEFORE, "batch", share, 0.8, counted(len(lost), len(answered)))


def after(console: ConsoleFacts) -> Finding | None:
    """Look for the lines that name ignored rows."""
    count = sum(console.counts.get(name, 0) for name in LINES)
    if not count:
        return None
    first = next(console.messages[name][0] for name in LINES if console.messages.get(name))
    numbers: dict[str, Number] = {"count": count, "file": first.file, "line": first.number}
    return _finding(Moment.AFTER, "console", 0.0, 0.9, numbers, Place("file", first.file, lines=(first.number,)))


def _answer(row: RowCensus) -> int:
    return row.roles.get("assistant", 0) + row.roles.get("completion", 0)


def _finding(
    moment: Moment,
    variant: str,
    share: float,
    confidence: float,
    numbers: dict[str, Number],
    place: Place = LABELS,
) -> Finding:
    return Finding(
        failure="template_masks_all",
        moment=moment,
        severity="error" if share >= MOST else "warning",
        confidence=confidence,
        numbers=numbers,
        place=place,
        variant=variant,
    )
