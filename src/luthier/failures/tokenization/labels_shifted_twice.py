"""Labels are moved by one place by hand, and the model moves them once more.

Symptom
    A decent loss, and texts that leave out every other word.

Why it is silent
    Language models of Transformers move labels themselves: the label at a place is the token at that place. Labels that
    already hold the next token make the model learn the one after it, a task as learnable as the right one.

Evidence
    Before: in real batches at least 90 % of the supervised labels are the input token one place later, and less than
    half are the token of their own place.

Fix
    Advice only: let labels be a copy of input_ids, with -100 where nothing is to be learned.

Source
    transformers #32944 (https://github.com/huggingface/transformers/issues/32944), #44642
    (https://github.com/huggingface/transformers/pull/44642). Our experiment: a tiny GPT-2 reached a training loss of
    1.23 with such labels and 1.20 without; its answers were "was in. was in. still." and never ended.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene

MESSAGE = (
    "{percent:.3g} % of the supervised labels in the first batches are the input token one place later, and "
    "{own:.3g} % that of their own place: the labels were moved by hand, and the model moves them again."
)
WHY = "The model learns the word after next: what it writes leaves words out, and the end token is never learned."
NEXT_STEP = "Set labels to a copy of input_ids (with -100 where masked); the model moves them by one itself."
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Where you compute the loss yourself, in a compute_loss of your own, look whether it moves the labels: if not, "
    "these are right."
)
SIGNS = ("generations empty, repeated or garbled", "all generations hit the length limit")
NEXT, OWN = 0.9, 0.5

BAD = LiveScene("causal", options={"shifted_labels": 1}, says="Each label holds the token that follows.")
GOOD = LiveScene("causal", says="Each label holds the token of its own place.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Lay labels over the inputs."""
    if census.kind != "next_token" or census.copies_next is None or census.copies_input is None:
        return NotLooked("the batches hold no labels of next tokens")
    if census.copies_next < NEXT or census.copies_input >= OWN:
        return None
    return Finding(
        failure="labels_shifted_twice",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.9,
        numbers={"percent": 100 * census.copies_next, "own": 100 * census.copies_input},
        place=Place("column", "labels"),
    )
