"""ROUGE cannot read the script of the texts, and is 0 whatever the model writes.

Symptom
    rouge1, rouge2 and rougeL are 0.0, or a few hundredths, from the first evaluation to the last, while the loss falls
    and the summaries look good.

Why it is silent
    The usual tokenizer of ROUGE keeps the letters a to z and digits and drops everything else. Of a Chinese, Russian
    or Arabic text nothing is left, and nothing in common with nothing is 0. No word is said.

Evidence
    Before: the run's own metrics are given right predictions and answer with less than half of the best value, and
    half of the letters of the first rows or more are not Latin.
    After: the highest ROUGE is below 2 % of the best value, and half of the letters of the wanted texts or more are
    not Latin. Where generated texts stand beside what was wanted and share fewer than a tenth of their words, the
    score is right and nothing is said.

Fix
    Advice only: a tokenizer that knows the script.

Source
    google-research rouge as reported in evaluate #465 (https://github.com/huggingface/evaluate/issues/465), #256, #108;
    lm-evaluation-harness #157. Our experiment with rouge_score: Chinese and Russian sentences compared with themselves
    give 0.0.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.generations import GenerationFacts
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import RunScene
from luthier.facts.trial import TrialFacts
from luthier.failures._scored import ROUGE, Unread

MESSAGE = {
    "test": (
        "{metric} is {value:.3g} for right predictions. {percent:.0f} % of the letters of the texts are not Latin "
        "(mostly {script}), and the tokenizer of ROUGE keeps a to z and digits alone."
    ),
    "log": (
        "{metric} is {value:.3g}. {percent:.0f} % of the letters of the texts are not Latin (mostly {script}), and the "
        "tokenizer of ROUGE keeps a to z and digits alone."
    ),
}
WHY = "The score says nothing of the model, and the checkpoint that it picks is picked by chance."
NEXT_STEP = (
    "Give ROUGE a tokenizer: rouge.compute(..., tokenizer=lambda text: list(text)) for scripts without spaces, "
    "tokenizer=str.split for others, or rouge_scorer.RougeScorer(..., tokenizer=...)."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Score the wanted texts against themselves: {metric} must be 1, and is 0 if this is the cause."
SIGNS = ("metric exactly 0 with a good loss", "loss falls, score does not")

_TEXTS = """{"predict": "委员会周二批准了新的预算。", "label": "委员会在周二批准了预算。"}
{"predict": "火车明天早上九点出发。", "label": "火车明早九点从车站出发。"}
{"predict": "她在图书馆找到了那本书。", "label": "她在图书馆里找到了旧书。"}
"""

BAD = RunScene(
    folder="sequence_to_sequence",
    log={"first": 0, "last": 0},
    files={"generated_predictions.jsonl": _TEXTS},
    says="Good Chinese summaries, which ROUGE drops letter by letter.",
)
GOOD = RunScene(
    folder="sequence_to_sequence",
    files={"generated_predictions.jsonl": _TEXTS},
    says="The same summaries under a ROUGE that takes each character for a word.",
)


def before(trial: TrialFacts, census: BatchCensus) -> Finding | NotLooked | None:
    """Ask the metrics about right predictions."""
    return _finding(Moment.BEFORE, ROUGE.before(trial, census))


def after(
    validation: Scores,
    test: Scores | None = None,
    generations: GenerationFacts | None = None,
    pairs: PairFacts | None = None,
) -> Finding | NotLooked | None:
    """Compare the score with the script of the texts."""
    return _finding(Moment.AFTER, ROUGE.after((test, validation), generations, pairs))


def _finding(moment: Moment, unread: Unread | NotLooked | None) -> Finding | NotLooked | None:
    if not isinstance(unread, Unread):
        return unread
    return Finding(
        failure="rouge_drops_script",
        moment=moment,
        severity="error",
        confidence=unread.confidence,
        numbers=unread.numbers,
        place=Place("setting", "compute_metrics"),
        variant=unread.variant,
    )
