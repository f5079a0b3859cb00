"""Answers are right but for spaces around them, and exact match counts them as wrong.

Symptom
    Exact match near 0 while F1 is high, and the answers look right.

Why it is silent
    A space before an answer, or a line end behind it, cannot be seen in a log. Many tokenizers begin a decoded text
    with a space.

Evidence
    Before: answers in the rows that were given begin or end with white space; from one in twenty on (our border).
    After: generated answers stand beside the wanted ones, five in a hundred or more are equal only when white space at
    both ends is left out, and the exact match in the log is that of the answers with it.

Fix
    Advice only: strip both sides before they are compared, and say so beside the score.

Source
    lm-evaluation-harness #3399 (https://github.com/EleutherAI/lm-evaluation-harness/issues/3399): 0.114 became 0.736
    when white space was left out.
"""

from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, Number, Place, Severity
from luthier.facts.generations import GenerationFacts
from luthier.facts.pairs import SpanFacts
from luthier.facts.scene import RunScene
from luthier.failures._places import counted
from luthier.failures._scored import highest
from luthier.failures._signals import severity_of

MESSAGE = {
    "rows": "{count} of {total} answers ({percent:.1f} %) begin or end with white space.",
    "score": (
        "{metric} is {value:.3g}: {exact} of {total} answers equal the wanted ones, and {trimmed} when white space at "
        "both ends is left out."
    ),
}
WHY = {
    "rows": "Exact match counts an answer without that space as wrong, and spans are one token too long.",
    "score": "The score counts spaces and not answers; models are compared by how their tokenizers decode.",
}
NEXT_STEP = {
    "rows": "Strip them: answer.strip(), and move answer_start by len(answer) - len(answer.lstrip()).",
    "score": "In compute_metrics compare prediction.strip() with reference.strip().",
}
DEGREE = Degree.ADVICE
SIGNS = ("F1 far above EM",)
NAMES = ("exact_match", "em", "exact")
LEAST = 0.05

_TEXTS = "".join(
    f'{{"predict": "{space}{name}", "label": "{name}"}}\n'
    for name, space in (("Vienna", " "), ("in 1901", " "), ("the river", ""), ("a small boat", " "), ("nobody", ""))
)

BAD = RunScene(
    folder="sequence_to_sequence",
    arguments={"metric_for_best_model": "exact_match"},
    log={"metric": "exact_match", "first": 0.1, "last": 0.4, "metric_noise": 0},
    files={"generated_predictions.jsonl": _TEXTS},
    says="Three of five answers begin with the space that their tokenizer puts there.",
)
GOOD = RunScene(
    folder="sequence_to_sequence",
    arguments={"metric_for_best_model": "exact_match"},
    log={"metric": "exact_match", "first": 0.1, "last": 0.99, "metric_noise": 0},
    files={"generated_predictions.jsonl": _TEXTS},
    says="The same answers under a metric that leaves such spaces out.",
)


def before(spans: SpanFacts) -> Finding | None:
    """Look at the answers that are wanted."""
    if not spans.total or spans.padded_answers < LEAST * spans.total:
        return None
    numbers = counted(spans.padded_answers, spans.total)
    return _finding(Moment.BEFORE, "rows", "warning", 0.9, numbers)


def after(generations: GenerationFacts, validation: Scores, test: Scores | None = None) -> Finding | None:
    """Compare exact match with and without white space."""
    exact, trimmed = generations.exact, generations.exact_trimmed
    score = highest(NAMES, test, validation)
    if exact is None or trimmed is None or score is None:
        return None
    lost = (trimmed - exact) / generations.rows
    if lost < LEAST or abs(score.share - exact / generations.rows) > abs(score.share - trimmed / generations.rows):
        return None
    numbers: dict[str, Number] = {"metric": score.name, "value": score.value}
    numbers |= {"exact": exact, "trimmed": trimmed, "total": generations.rows}
    return _finding(Moment.AFTER, "score", severity_of(lost, 0, 2 * LEAST), 0.9, numbers)


def _finding(
    moment: Moment, variant: str, severity: Severity, confidence: float, numbers: dict[str, Number]
) -> Finding:
    return Finding(
        failure="answers_padded_with_space",
        moment=moment,
        severity=severity,
        confidence=confidence,
        numbers=numbers,
        place=Place("column", "answers") if variant == "rows" else Place("setting", "compute_metrics"),
        variant=variant,
    )
