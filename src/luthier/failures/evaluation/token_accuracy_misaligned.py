"""Accuracy of next tokens compares each token with the wrong one.

Symptom
    Accuracy near 0 or far too low beside a good loss; it falls while the loss falls.

Why it is silent
    The score at a position is of the token behind it. Transformers shifts the labels inside the loss, and
    compute_metrics gets them unshifted: who compares position by position counts how often a word is followed by
    itself. That is a small number, not an error.

Evidence
    Before: the run's own metrics are given right predictions and answer with less than 99.9 %; for predictions that
    stand one position too late they answer with the best value, which leaves no doubt.
    After: the evaluation loss of a causal model forbids the accuracy. Each wrong token costs ln 2 or more, because
    another one is at least as likely, so that accuracy is at least 1 - loss / ln 2. Below half of exp(-loss), which is
    what a calibrated model reaches, it is seen with less confidence. An error where the score is called one of tokens,
    else a note: it may count whole answers.

Fix
    Advice only: shift by one position, and leave -100 out.

Source
    composer PR #1913 (https://github.com/mosaicml/composer/pull/1913), llm2vec PR #32, LLaMA-Factory #8187,
    transformers #26474. Our experiment with a tiny GPT-2: right predictions score 0.0 without the shift and
    1.0 with it; in a run with an evaluation loss of 0.329, which allows no less than 0.526, accuracy was 0.085.
"""

import math

from luthier.facts.census import BatchCensus
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.facts.trial import TrialFacts
from luthier.failures._scored import Score, asked, highest

MESSAGE = {
    "late": (
        "{metric} is {value:.3f} for right predictions, and {late:.3f} for predictions that stand one position too "
        "late: labels are not shifted."
    ),
    "imperfect": "{metric} is {value:.3f} for right predictions: they are compared with the wrong tokens.",
    "impossible": (
        "{metric} is {value:.3f} beside an evaluation loss of {loss:.3f}, with which at least {least:.3f} of the "
        "tokens are right."
    ),
    "unlikely": (
        "{metric} is {value:.3f} beside an evaluation loss of {loss:.3f}, with which about {least:.3f} of the "
        "tokens or more are right."
    ),
}
WHY = "The score does not measure whether the next token is right, and picks a checkpoint by chance."
NEXT_STEP = (
    "In compute_metrics take labels = labels[:, 1:] and predictions = predictions[:, :-1], and count where labels != "
    "-100."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Call compute_metrics with the labels themselves as predictions, shifted by one: {metric} must be 1."
SIGNS = ("loss falls, score does not",)
NAMES = ("accuracy",)
RIGHT = 0.999

BAD = LiveScene(
    "causal",
    options={"scored_by": "token accuracy, not shifted"},
    trial=True,
    says="Predictions and labels are compared position by position.",
)
GOOD = LiveScene(
    "causal",
    options={"scored_by": "token accuracy"},
    trial=True,
    says="Each score is compared with the token behind it.",
)


def before(trial: TrialFacts, census: BatchCensus) -> Finding | None:
    """Ask the metrics about right predictions, and about ones that stand one position too late."""
    right, late = asked(NAMES, trial), asked(NAMES, trial, "late")
    if census.kind != "next_token" or right is None or right.share >= RIGHT:
        return None
    if late is not None and late.share >= RIGHT:
        return _finding(Moment.BEFORE, "late", 1.0, right, late=late.value)
    return _finding(Moment.BEFORE, "imperfect", 0.8, right)


def after(validation: Scores, config: SavedConfig) -> Finding | NotLooked | None:
    """Compare the accuracy with the least that goes with the loss."""
    accuracy, loss = highest(NAMES, validation), validation.model.loss
    if accuracy is None or not config.architecture.endswith(("ForCausalLM", "LMHeadModel")):
        return None
    if loss is None or not 0 < loss < math.inf:
        return NotLooked("the log holds no evaluation loss")
    least, likely = 1 - loss / math.log(2), math.exp(-loss)
    of_tokens = "token" in accuracy.name.lower()
    if accuracy.share < least - 0.01:
        sure = 0.95 if of_tokens else 0.7
        return _finding(Moment.AFTER, "impossible", sure, accuracy, of_tokens, loss=loss, least=least)
    if accuracy.share < likely / 2 and likely >= 0.1:
        sure = 0.75 if of_tokens else 0.5
        return _finding(Moment.AFTER, "unlikely", sure, accuracy, of_tokens, loss=loss, least=likely)
    return None


def _finding(
    moment: Moment, variant: str, confidence: float, score: Score, of_tokens: bool = True, **more: Number
) -> Finding:
    return Finding(
        failure="token_accuracy_misaligned",
        moment=moment,
        severity="error" if of_tokens else "note",
        confidence=confidence,
        numbers={"metric": score.name, "value": score.value, **more},
        place=Place("setting", "compute_metrics"),
        variant=variant,
    )
