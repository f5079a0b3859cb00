"""Rows begin with two BOS tokens: the template writes one, and the tokenizer adds another.

Symptom
    Answers are a little worse or odd from the first word on; nothing else.

Why it is silent
    A second BOS is a valid token. Rendering a chat to text and tokenizing that text later are two steps, often in two
    files, and each of them is right alone.

Evidence
    Before: at least half of the rows of real batches, or of up to 500 rows in a file as the run's tokenizer encodes
    them, begin with two BOS tokens. Conversations are encoded as Transformers does it, without adding any.

Fix
    Advice only: tokenize rendered text with add_special_tokens=False, or let the library render and tokenize in one
    step, in training and in use alike.

Source
    trl #1400 and PR #3328 (https://github.com/huggingface/trl/pull/3328), OpenRLHF #393, open-r1 PR #462. Our
    experiment with Transformers 5.24: rendering, then tokenizing, gives two without a word.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import LiveScene
from luthier.failures._places import counted

MESSAGE = {
    "batch": "{count} of {total} rows of the first batches begin with two or more BOS tokens.",
    "rows": "{percent:.3g} % of the rows begin with two BOS tokens when the run's own tokenizer encodes them.",
}
WHY = "In use there is one, so that the model is asked something that it has never been trained on."
NEXT_STEP = (
    "Tokenize rendered text with add_special_tokens=False, or take the BOS token out of the chat template or the rows."
)
DEGREE = Degree.ADVICE
SIGNS = ("generations empty, repeated or garbled",)
SHARE = 0.5

BAD = LiveScene(
    "causal",
    options={"two_bos": 1},
    says="The rows bring their BOS token, and the tokenizer adds its own.",
)
GOOD = LiveScene("causal", says="The same rows without it.")


def before(pairs: PairFacts | None = None, census: BatchCensus | None = None) -> Finding | NotLooked | None:
    """Count rows that begin with two."""
    if census is not None and census.rows:
        count, total = sum(row.bos >= 2 for row in census.rows), len(census.rows)
        return _finding("batch", count / total, 1.0, counted(count, total))
    if pairs is None or pairs.two_bos is None:
        return NotLooked("neither batches nor a tokenizer with a BOS token were at hand")
    return _finding("rows", pairs.two_bos, 0.8, {"percent": 100 * pairs.two_bos})


def _finding(variant: str, share: float, confidence: float, numbers: dict[str, Number]) -> Finding | None:
    if share < SHARE:
        return None
    return Finding(
        failure="two_bos_tokens",
        moment=Moment.BEFORE,
        severity="warning",
        confidence=confidence,
        numbers=numbers,
        place=Place("setting", "bos_token"),
        variant=variant,
    )
