"""Targets have no end token, or one that is masked, so that the model never learns to stop.

Symptom
    Generated texts go on until the length limit ends them, after a good answer.

Why it is silent
    The end token is one token of many: leaving it out changes the loss by nothing that anybody would see. Only
    generation shows it, and many runs are scored without.

Evidence
    Before: in at least half of the rows of real batches that are not cut and not packed, the last token of the learned
    sequence is no end token, or it is one that does not enter the loss. Of conversations in a file: in at least half of
    them, rendered with the run's own chat template, no special token follows the last words of the assistant. Other
    rows of a file are not judged, since code that nobody sees may add the token; TRL does.
    After: TRL's warning in the console that its mask leaves the end of the assistant's turn out.

Fix
    Advice only: put the end token behind each target, after cutting, or take a chat template that writes it, within
    its generation block.

Source
    trl #734 and #2059 (https://github.com/huggingface/trl/issues/2059), DALM PR #56, ludwig PR #3945
    (https://github.com/ludwig-ai/ludwig/pull/3945).
"""

from luthier.facts.census import BatchCensus, RowCensus
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import LiveScene
from luthier.failures._places import counted

MESSAGE = {
    "batch": "{count} of {total} rows of the first batches ({percent:.3g} %) end without an end token.",
    "masked": (
        "In {count} of {total} rows of the first batches ({percent:.3g} %) an end token follows the answer but does "
        "not enter the loss."
    ),
    "console": "{count} lines of the console say that the mask leaves out the token that ends the assistant's turn.",
    "template": (
        "The chat template puts no end token behind the assistant's last words in {percent:.3g} % of the conversations."
    ),
}
WHY = "An end that was never shown is never generated: every answer runs on until its length limit."
NEXT_STEP = {
    "batch": "Put the tokenizer's eos_token behind each target, after cutting, and look at a batch again.",
    "masked": "Let the mask reach over the end token: in a chat template, put it before {{% endgeneration %}}.",
    "console": "Let the mask reach over the end token: in the chat template, put it before {{% endgeneration %}}.",
    "template": "Write eos_token, or the token that ends a turn, behind the assistant's words in the chat template.",
}
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("end_token_masked_as_padding", "labels_shifted_twice", "wrong_roles_in_loss")
SIGNS = ("all generations hit the length limit",)
SHARE = 0.5
SEQUENCES = frozenset({"next_token", "sequence_to_sequence"})

BAD = LiveScene(
    "causal",
    options={"no_end_token": 1},
    says="A language model learns answers behind which nobody put an end token.",
)
GOOD = LiveScene("causal", says="The same answers with their end tokens.")


def before(pairs: PairFacts | None = None, census: BatchCensus | None = None) -> Finding | NotLooked | None:
    """Look at the ends of rows in batches, or of rendered conversations."""
    if census is not None:
        if census.kind not in SEQUENCES or census.packed:
            return NotLooked("the labels are no sequences" if not census.packed else "rows are packed")
        whole = [row for row in census.rows if not row.truncated]
        if not whole:
            return NotLooked("all rows are cut at the length limit")
        return _of_batches(census.kind, whole)
    if pairs is None or pairs.form != "messages" or pairs.ends is None:
        return NotLooked("neither batches nor conversations with a chat template were at hand")
    share = 1 - pairs.ends
    return _finding("template", share, {"percent": 100 * share})


def after(console: ConsoleFacts) -> Finding | None:
    """Look for TRL's warning."""
    count = console.counts.get("end_token_not_learned", 0)
    return _finding("console", 1.0, {"count": count}, Moment.AFTER) if count else None


def _of_batches(kind: str, rows: list[RowCensus]) -> Finding | None:
    """Ends that are not there, else ends that are not learned, in rows of which something is learned."""
    learned = [row for row in rows if row.supervised and row.ends]
    masked, missing = sum(not row.end_supervised for row in learned), sum(not row.ends for row in rows)
    found = _finding("batch", missing / len(rows), counted(missing, len(rows)))
    if found is None and kind == "next_token" and learned:
        return _finding("masked", masked / len(learned), counted(masked, len(learned)))
    return found


def _finding(variant: str, share: float, numbers: dict[str, Number], moment: Moment = Moment.BEFORE) -> Finding | None:
    if share < SHARE:
        return None
    return Finding(
        failure="no_end_token_in_targets",
        moment=moment,
        severity="error",
        confidence=0.9,
        numbers=numbers,
        place=Place("setting", "eos_token"),
        variant=variant,
    )
