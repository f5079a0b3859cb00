"""Questions without an answer are decided by a threshold of 0 that nobody has chosen.

Symptom
    The model does well on questions with an answer and badly on those without one, or the reverse; best_f1_thresh is
    exactly 0.0.

Why it is silent
    F1 over all questions is a mean of the two parts and looks plausible. The threshold on the score of "no answer" has
    a default, and a default is never reported.

Evidence
    After: the scores of SQuAD 2 stand in the log, HasAns_f1 and NoAns_f1 differ by 20 points or more, and
    best_f1_thresh is exactly 0: no other threshold was ever tried. Where the rows that were given hold no question
    without an answer, that is told instead.

Fix
    Advice only: choose the threshold on the validation rows.

Source
    transformers #8710 (https://github.com/huggingface/transformers/issues/8710), #11230; FARM #686;
    lm-evaluation-harness #3212.
"""

from luthier.facts.arguments import Plain
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.pairs import SpanFacts
from luthier.facts.scene import RunScene
from luthier.failures._scored import value

MESSAGE = {
    "default": (
        "F1 is {answered:.1f} on questions with an answer and {unanswered:.1f} on those without, and the threshold "
        "between them is {threshold:g}, its default."
    ),
    "never seen": (
        "F1 is {answered:.1f} on questions with an answer and {unanswered:.1f} on those without: none of the {rows} "
        "training rows is without an answer."
    ),
}
WHY = {
    "default": "One part of the questions pays for the other; another threshold would raise the mean at no cost.",
    "never seen": "The model was never shown that a question may have no answer, so it always finds one.",
}
NEXT_STEP = {
    "default": (
        "Write the score of the empty answer of each validation question as no_answer_probability, take best_f1_thresh "
        "of the metric, pass it as --null_score_diff_threshold, and report both parts."
    ),
    "never seen": "Train on rows of which some have no answer (SQuAD 2), or score on questions with an answer alone.",
}
DEGREE = Degree.ADVICE
SIGNS = ("loss falls, score does not",)
GAP = 20.0
"""Points of F1 from which one part pays for the other; our choice."""

_SETTINGS: dict[str, Plain] = {"metric_for_best_model": "f1"}

BAD = RunScene(
    folder="sequence_to_sequence",
    arguments=_SETTINGS,
    log={"metric": "f1", "first": 40, "last": 61, "scores": "HasAns_f1 70 84, NoAns_f1 12 38, best_f1_thresh 0 0"},
    says="A reader that finds an answer to nearly every question.",
)
GOOD = RunScene(
    folder="sequence_to_sequence",
    arguments=_SETTINGS,
    log={"metric": "f1", "first": 40, "last": 77, "scores": "HasAns_f1 60 79, NoAns_f1 40 75, best_f1_thresh -2 -2.6"},
    says="The same reader, with a threshold that was chosen on the validation rows.",
)


def after(validation: Scores, spans: SpanFacts | None = None) -> Finding | None:
    """Compare the two parts."""
    found = [value(validation.model, name) for name in ("HasAns_f1", "NoAns_f1", "best_f1_thresh")]
    answered, unanswered, threshold = found
    if answered is None or unanswered is None or abs(answered - unanswered) < GAP:
        return None
    never = spans is not None and not spans.unanswerable and unanswered < answered
    if not never and threshold != 0:
        return None
    return Finding(
        failure="null_threshold_unset",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.95 if never else 0.85,
        numbers={
            "answered": answered,
            "unanswered": unanswered,
            "threshold": threshold or 0.0,
            "rows": spans.rows.get("train", 0) if spans is not None else 0,
        },
        place=Place("setting", "null_score_diff_threshold"),
        variant="never seen" if never else "default",
    )
