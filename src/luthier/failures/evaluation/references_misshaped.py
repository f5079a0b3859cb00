"""BLEU gets its references in the wrong shape, and compares the first row, or letters, instead of texts.

Symptom
    BLEU is 100, or 0, or changes with the order of the rows, whatever the model writes.

Why it is silent
    sacreBLEU wants references by stream: the first list holds the first reference of every text. A list of references
    for each row has the same type. Then only the first text is compared, with all rows at once; and a bare list of
    strings is read letter by letter. A number comes out.

Evidence
    Before: the run's own metrics are given predictions of which only the first row is right, and answer with the best
    value; or right predictions, of texts with spaces, and answer with less than 2 % of it.
    After: generated texts stand beside what was wanted; BLEU is 99.5 % of its best value or more while they share less
    than 90 % of their words, or below 2 % while they share half of them. Without texts, a best value beside an
    evaluation loss above 0.5, with less confidence. The borders are ours.

Fix
    Advice only: the shape that the metric wants.

Source
    sacrebleu #275 (https://github.com/mjpost/sacrebleu/issues/275), #272, #256, #220; ragas #2888. Our experiment with
    sacrebleu 2.6 on four sentences: 41.3 in the right shape, 100 with a list for each row, 0 with bare strings.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.generations import GenerationFacts
from luthier.facts.scene import LiveScene
from luthier.facts.scripts import scripts
from luthier.facts.trial import TrialFacts
from luthier.failures._scored import NOTHING, UNSPACED, Score, asked, highest

MESSAGE = {
    "first row": "{metric} is {value:.3g} for predictions of which only the first row is right.",
    "letters": "{metric} is {value:.3g} for right predictions.",
    "too good": "{metric} is {value:.3g}, and the texts share {percent:.0f} % of their words with the wanted ones.",
    "too bad": "{metric} is {value:.3g}, and the texts share {percent:.0f} % of their words with the wanted ones.",
    "best": "{metric} is {value:.4g}, its best value, and the evaluation loss is {loss:.2f}: the texts are not equal.",
}
WHY = "The score compares the first text with all references, or words with letters; it says nothing of the model."
NEXT_STEP = (
    "Pass one list for each reference, not one for each row: sacrebleu.corpus_bleu(texts, [references]); "
    'evaluate.load("sacrebleu") wants references=[[one] for one in references].'
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Reverse the order of the rows and score again: {metric} must not change."
SIGNS = ("metric exactly 0 with a good loss", "score looks too good", "loss falls, score does not")
EXPLAINED_BY = ("bleu_tokenizer_unfit",)
NAMES = ("bleu", "chrf")
BEST = 0.995

BAD = LiveScene(
    "sequence_to_sequence",
    options={"scored_by": "bleu, rows taken for references"},
    trial=True,
    says="Each row brings a list with its reference, and the metric takes it for a stream.",
)
GOOD = LiveScene(
    "sequence_to_sequence", options={"scored_by": "bleu"}, trial=True, says="All references stand in one stream."
)


def before(trial: TrialFacts, census: BatchCensus) -> Finding | None:
    """Ask the metrics about right predictions, and about ones of which only the first row is right."""
    right, first = asked(NAMES, trial), asked(NAMES, trial, "first")
    if right is None or first is None:
        return None
    if right.share >= BEST and first.value == right.value:
        return _finding(Moment.BEFORE, "first row", 0.95, first)
    spaced = sum(share for name, share in scripts(census.shown).items() if name not in UNSPACED) >= 0.5
    return _finding(Moment.BEFORE, "letters", 0.85, right) if right.share < NOTHING and spaced else None


def after(
    validation: Scores, test: Scores | None = None, generations: GenerationFacts | None = None
) -> Finding | NotLooked | None:
    """Compare BLEU with what texts share, else with the loss."""
    score, overlap = highest(NAMES, test, validation), generations.overlap if generations is not None else None
    loss = validation.model.loss
    if score is None or NOTHING <= score.share < BEST:
        return None
    if overlap is None and score.share >= BEST and loss is not None:
        return _finding(Moment.AFTER, "best", 0.75, score, loss=loss) if loss > 0.5 else None
    if overlap is None:
        return NotLooked(f"{score.name} is {score.value:.3g}, but no texts are at hand", lacks=("generations",))
    if (score.share >= BEST and overlap >= 0.9) or (score.share < NOTHING and overlap < 0.5):
        return None
    variant = "too good" if score.share >= BEST else "too bad"
    return _finding(Moment.AFTER, variant, 0.95 if variant == "too good" else 0.8, score, percent=100 * overlap)


def _finding(moment: Moment, variant: str, confidence: float, score: Score, **more: Number) -> Finding:
    return Finding(
        failure="references_misshaped",
        moment=moment,
        severity="error",
        confidence=confidence,
        numbers={"metric": score.name, "value": score.value, **more},
        place=Place("setting", "compute_metrics"),
        variant=variant,
    )
