"""A contrastive loss gets the same text as right and as wrong answer within one batch.

Symptom
    The loss stops falling well above 0, and larger batches make retrieval worse instead of better.

Why it is silent
    Every other row of the batch counts as a negative, also one that holds the same text. Sets in which many questions
    share an answer are usual, and batches are drawn at random.

Evidence
    Before and after: Sentence Transformers is to use a loss with negatives from the batch, its batch_sampler lets texts
    repeat, and the texts of the training rows stand there so often that at least 5 % of the rows meet their own anchor
    or positive once more in an average batch.

Fix
    Sets batch_sampler to "no_duplicates" when asked.

Source
    sentence-transformers #3189 (https://github.com/huggingface/sentence-transformers/issues/3189), #2954, #2870. Our
    experiment with Sentence Transformers 6.2 and MiniLM: 32 pairs with 4 different positives, in batches of 16, stayed
    at a loss of 1.6 to 1.8, above ln 4, after 30 steps; without repeats in a batch it fell to 0.3. The 5 % are ours.
"""

from collections.abc import Mapping

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import RunScene
from luthier.failures._contrastive import CACHED, IN_BATCH, NO_LOSS, losses_of
from luthier.failures._fixes import reset

MESSAGE = (
    'In a batch of {batch}, {percent:.0f} % of the rows meet another with the same text in "{column}", a wrong answer '
    "to {loss}: the {rows} rows hold {texts} different texts there."
)
WHY = "The model is told that a text is unlike itself, and the loss cannot fall below what such rows cost."
NEXT_STEP = (
    'Set SentenceTransformerTrainingArguments(batch_sampler="no_duplicates") (the fix does that when asked), or drop '
    "rows that repeat a text."
)
DEGREE = Degree.WHEN_ASKED
SIGNS = ("loss floor above 0",)
GUIDED = "GIST"
SHARE = 0.05

_CARD = "---\ntags:\n- sentence-transformers\n- loss:MultipleNegativesRankingLoss\n---\n"
BAD = RunScene(
    files={"README.md": _CARD},
    config={"architectures": ("BertModel",)},
    arguments={"batch_sampler": "batch_sampler"},
    rows="completions",
    options={"constant": 0.3},
    says="Three in ten questions have the same answer, and batches are drawn at random.",
)
GOOD = RunScene(
    files={"README.md": _CARD},
    config={"architectures": ("BertModel",)},
    arguments={"batch_sampler": "batch_sampler"},
    rows="completions",
    says="Every answer stands there once.",
)


def before(
    arguments: Arguments, census: BatchCensus | None = None, pairs: PairFacts | None = None
) -> Finding | NotLooked | None:
    """Look at the texts of a trainer, or at the rows."""
    return _look(Moment.BEFORE, arguments, _counted(census, pairs))


def after(arguments: Arguments, pairs: PairFacts) -> Finding | NotLooked | None:
    """Look at the rows of a run that is over."""
    return _look(Moment.AFTER, arguments, _counted(None, pairs))


def _counted(census: BatchCensus | None, pairs: PairFacts | None) -> dict[str, dict[int, int]]:
    """Column to (times to number of texts); empty where nobody counted."""
    if census is not None and census.repeats:
        return census.repeats
    if pairs is None or len(pairs.columns) < 2:
        return {}
    return {pairs.columns[0]: pairs.source_repeats, pairs.columns[-1]: pairs.target_repeats}


def _look(moment: Moment, arguments: Arguments, counted: dict[str, dict[int, int]]) -> Finding | NotLooked | None:
    named = losses_of(arguments)
    if not named or not counted:
        return NotLooked(NO_LOSS if not named else "the texts of the pairs are not at hand", ("pairs", "census"))
    loss = next((name for name in named if name in (*IN_BATCH, *CACHED) and GUIDED not in name), "")
    if not loss or arguments.text("batch_sampler").startswith("no_duplicates"):
        return None
    batch = int(arguments.number("per_device_train_batch_size") or 8)
    column = max(counted, key=lambda name: meeting(counted[name], batch))
    share = meeting(counted[column], batch)
    if share < SHARE:
        return None
    return Finding(
        failure="negatives_repeat_in_batch",
        moment=moment,
        severity="warning",
        confidence=0.9,
        numbers={
            "batch": batch,
            "percent": 100 * share,
            "column": column,
            "loss": loss,
            "rows": sum(times * texts for times, texts in counted[column].items()),
            "texts": sum(counted[column].values()),
        },
        place=Place("column", column),
    )


def meeting(counted: Mapping[int, int], batch: int) -> float:
    """Share of rows that meet their text again in a batch drawn at random, 0 to 1.

    A text that stands in t of n rows is in none of the other places of a batch of b with the probability
    (1 - (t - 1) / (n - 1)) ** (b - 1), to a good approximation.
    """
    rows = sum(times * texts for times, texts in counted.items())
    if rows < 2:
        return 0.0
    alone = (times * texts * (1 - (times - 1) / (rows - 1)) ** (batch - 1) for times, texts in counted.items())
    return 1 - sum(alone) / rows


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Draw batches in which no text stands twice."""
    return reset(arguments, "batch_sampler", "no_duplicates")
