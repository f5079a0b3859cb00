"""BLEU takes whole sentences of a script without spaces for single words.

Symptom
    BLEU of translations into Chinese, Japanese or Thai is 0, or a few points, and does not move; the translations look
    good.

Why it is silent
    The usual tokenizer of sacreBLEU, 13a, parts words at spaces and punctuation. Scripts without spaces have one word
    to a sentence, and two sentences that are not equal letter by letter have no word in common.

Evidence
    Before: the run's own metrics are given right predictions and answer with less than half of the best value, and
    half of the letters of the first rows or more are of a script without spaces.
    After: BLEU is below 2 % of the best value, and half of the letters of the wanted texts or more are of such a
    script. Where generated texts stand beside what was wanted and share fewer than a tenth of their letters, the score
    is right and nothing is said.

Fix
    Advice only: the tokenizer of the language.

Source
    transformers #5263 (https://github.com/huggingface/transformers/issues/5263): 26.8 and 37.1 for the same
    translations, before and after their tokens were mended. Our experiment with sacrebleu 2.6: four Chinese
    translations give 0.0 under 13a and 62.7 under zh, and 13a gives 0.0 for a text compared with itself.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.generations import GenerationFacts
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import RunScene
from luthier.facts.trial import TrialFacts
from luthier.failures._scored import BLEU, Unread

MESSAGE = {
    "test": (
        "{metric} is {value:.3g} for right predictions. {percent:.0f} % of the letters of the texts belong to scripts "
        "without spaces (mostly {script}), and each sentence counts as one word."
    ),
    "log": (
        "{metric} is {value:.3g}. {percent:.0f} % of the letters of the texts belong to scripts without spaces (mostly "
        "{script}), and each sentence counts as one word."
    ),
}
WHY = "The score says nothing of the translations, and cannot be compared with any other."
NEXT_STEP = (
    'Name the tokenizer: sacrebleu.compute(..., tokenize="zh") for Chinese, "ja-mecab" for Japanese, "flores200" for '
    "others; and print the signature of the metric beside each score."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Score the wanted texts against themselves: {metric} must have its best value, and has not if this is it."
SIGNS = ("metric exactly 0 with a good loss", "loss falls, score does not")

_TEXTS = """{"predict": "今天天气很好，我们去公园散步", "label": "今天天气非常好，我们去公园走走"}
{"predict": "他昨天买了一本新书", "label": "他昨天买了一本书"}
{"predict": "她喜欢在图书馆学习", "label": "她喜欢在图书馆里学习"}
"""

BAD = RunScene(
    folder="sequence_to_sequence",
    arguments={"metric_for_best_model": "bleu"},
    log={"metric": "bleu", "first": 0, "last": 0},
    files={"generated_predictions.jsonl": _TEXTS},
    says="Good translations into Chinese, scored with the tokenizer that English has.",
)
GOOD = RunScene(
    folder="sequence_to_sequence",
    arguments={"metric_for_best_model": "bleu"},
    log={"metric": "bleu", "first": 12, "last": 62},
    files={"generated_predictions.jsonl": _TEXTS},
    says="The same translations, scored with the tokenizer for Chinese.",
)


def before(trial: TrialFacts, census: BatchCensus) -> Finding | NotLooked | None:
    """Ask the metrics about right predictions."""
    return _finding(Moment.BEFORE, BLEU.before(trial, census))


def after(
    validation: Scores,
    test: Scores | None = None,
    generations: GenerationFacts | None = None,
    pairs: PairFacts | None = None,
) -> Finding | NotLooked | None:
    """Compare the score with the script of the texts."""
    return _finding(Moment.AFTER, BLEU.after((test, validation), generations, pairs))


def _finding(moment: Moment, unread: Unread | NotLooked | None) -> Finding | NotLooked | None:
    if not isinstance(unread, Unread):
        return unread
    return Finding(
        failure="bleu_tokenizer_unfit",
        moment=moment,
        severity="error",
        confidence=unread.confidence,
        numbers=unread.numbers,
        place=Place("setting", "compute_metrics"),
        variant=unread.variant,
    )
