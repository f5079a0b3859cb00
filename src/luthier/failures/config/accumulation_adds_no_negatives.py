"""Gradient accumulation was meant to add negatives, and a contrastive loss sees only one small batch at a time.

Symptom
    An embedding model gets no better although the effective batch was made several times as large.

Why it is silent
    For most losses accumulation equals a larger batch. Losses that take the other rows of the batch as negatives
    compare within each forward pass, and the log shows nothing of it.

Evidence
    Before and after: a trainer or a model card of Sentence Transformers names a loss with negatives from the batch that
    is not a cached one, gradients are accumulated, and a forward pass holds fewer than 32 rows. A warning; nothing is
    said of larger batches, where accumulation is usual and does no harm.

Fix
    Advice only: a cached loss gives the large batch within the same memory.

Source
    sentence-transformers #2916 (https://github.com/huggingface/sentence-transformers/issues/2916); Gao et al. 2021
    (https://arxiv.org/abs/2101.06983) for cached losses. Our experiment with Sentence Transformers 6.2 and MiniLM: on
    the same 32 pairs the first step had a loss of 0.07 in four passes of 8, and of 0.25 in one pass of 32. The border
    of 32 rows is ours.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import RunScene
from luthier.failures._contrastive import IN_BATCH, NO_LOSS, losses_of

MESSAGE = (
    "{loss} compares {batch} rows with each other; the {accumulation} passes of a step add no negatives, so that each "
    "row has {negatives} instead of {wanted}."
)
WHY = "The quality of embeddings grows with the number of negatives, and these stay as few as without accumulation."
NEXT_STEP = (
    "Take losses.Cached{loss}(model, mini_batch_size={batch}) with per_device_train_batch_size={effective} and "
    "gradient_accumulation_steps=1: the same memory, and all rows as negatives."
)
DEGREE = Degree.ADVICE
SIGNS = ("configuration",)
FEW = 32

_CARD = "---\ntags:\n- sentence-transformers\n- loss:{}MultipleNegativesRankingLoss\n---\n"
BAD = RunScene(
    arguments={"per_device_train_batch_size": 4, "gradient_accumulation_steps": 4},
    files={"README.md": _CARD.format("")},
    says="Four passes of four rows make a step, under a loss with negatives from the batch.",
)
GOOD = RunScene(files={"README.md": _CARD.format("Cached")}, says="Sixteen rows make a step, under the cached loss.")


def before(arguments: Arguments) -> Finding | NotLooked | None:
    """Look at the loss and the batches of a trainer."""
    return _look(Moment.BEFORE, arguments)


def after(arguments: Arguments) -> Finding | NotLooked | None:
    """Look at them in the settings and the card that a run left."""
    return _look(Moment.AFTER, arguments)


def _look(moment: Moment, arguments: Arguments) -> Finding | NotLooked | None:
    named = losses_of(arguments)
    if not named:
        return NotLooked(NO_LOSS)
    loss = next((name for name in named if name in IN_BATCH), "")
    batch, passes = (
        int(arguments.number(name) or usual)
        for name, usual in (("per_device_train_batch_size", 8), ("gradient_accumulation_steps", 1))
    )
    if not loss or passes < 2 or batch >= FEW:
        return None
    return Finding(
        failure="accumulation_adds_no_negatives",
        moment=moment,
        severity="warning",
        confidence=0.9,
        numbers={
            "loss": loss,
            "batch": batch,
            "accumulation": passes,
            "negatives": batch - 1,
            "wanted": batch * passes - 1,
            "effective": batch * passes,
        },
        place=Place("setting", "gradient_accumulation_steps"),
    )
