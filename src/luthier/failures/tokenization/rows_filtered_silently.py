"""A filter takes rows out before training, and hardly a word says so.

Symptom
    Training is shorter than it should be, and what is rare or long in the data is not learned.

Why it is silent
    Rows that are too long, or have nothing left to learn after the cut, are dropped behind the caption of a progress
    bar. The epoch is then as long as the rows that are left.

Evidence
    Before: rows of the trainer's data set before and after its own filter: a warning from 1 % lost, an error from half.
    After: lines of the console that say that rows were dropped (LLaMA-Factory, Axolotl). The caption of TRL's bar
    stands there in every run and does not count.

Fix
    Advice only: raise the length limit, or shorten what is long; then compare the counts again.

Source
    trl #467 (https://github.com/huggingface/trl/issues/467): 95 % lost; #1832; axolotl #2662
    (https://github.com/axolotl-ai-cloud/axolotl/pull/2662). Our experiment with TRL 1.16: 16 of 32 rows were dropped,
    with no word but the caption of a progress bar.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.failures._places import counted
from luthier.failures._signals import severity_of

MESSAGE = {
    "rows": "{count} of {total} training rows ({percent:.3g} %) were dropped before training: {kept} are left.",
    "console": '{count} lines of {file} say that rows were dropped, the first on line {line}: "{text}".',
}
WHY = "The run learns from fewer rows than you gave it, and the ones that are missing are not missing by chance."
NEXT_STEP = {
    "rows": "Raise max_length above the longest prompt, or shorten prompts, and compare the number of rows again.",
    "console": "Raise the length limit above the longest rows, or shorten them, and compare the number of rows again.",
}
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("completion_truncated_away",)
SIGNS = ("data quality", "configuration")
SHARE, MOST = 0.01, 0.5
CAPTION = "Dropping fully"
"""How the caption of TRL's progress bar begins, whether it drops rows or not."""

BAD = LiveScene(
    "instruction",
    options={"long_prompts": 1},
    says="The questions of every other row fill the limit, and TRL drops what has no answer left.",
)
GOOD = LiveScene("instruction", says="The same conversations with short questions.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Compare rows before and after the filter."""
    given, kept = census.rows_given, census.rows_kept
    if not given or kept is None:
        return NotLooked("it is not known how many rows there were before the filter")
    share = 1 - kept / given
    if share < SHARE:
        return None
    return Finding(
        failure="rows_filtered_silently",
        moment=Moment.BEFORE,
        severity=severity_of(share, SHARE, MOST),
        confidence=1.0,
        numbers={**counted(given - kept, given), "kept": kept},
        place=Place("split", "train"),
        variant="rows",
    )


def after(console: ConsoleFacts) -> Finding | None:
    """Look for lines that say it."""
    said = [line for line in console.messages.get("rows_dropped", ()) if CAPTION not in line.text]
    if not said:
        return None
    first = said[0]
    return Finding(
        failure="rows_filtered_silently",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.9,
        numbers={
            "count": console.counts.get("rows_dropped", len(said)),
            "file": first.file,
            "line": first.number,
            "text": first.text.rstrip("."),
        },
        place=Place("file", first.file, lines=(first.number,)),
        variant="console",
    )
