"""Scores by name: what a run measured, under the names that its libraries use, and what its metrics give for right
predictions.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from luthier.facts.census import BatchCensus
from luthier.facts.evaluation import Evaluation, Scores
from luthier.facts.finding import NotLooked, Number
from luthier.facts.generations import GenerationFacts
from luthier.facts.pairs import PairFacts
from luthier.facts.scripts import scripts
from luthier.facts.trace import Trace
from luthier.facts.trial import TrialFacts

SELF_TEST = "metric_self_test"
TESTED = ("accuracy", "f1", "precision", "recall", "exact_match", "rouge", "bleu", "chrf", "meteor", "jaccard")
"""Words in the names of scores that are best for right predictions, and 0 for none that is right."""
UNSPACED = frozenset({"Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"})
"""Scripts without spaces between words."""
NOTHING = 0.02
"""Share of the best value below which a score of texts says that they have nothing in common."""
SOMETHING = 0.1
"""Share of words in common from which two texts have something in common."""


@dataclass(frozen=True, slots=True)
class Score:
    """A score, and its share of the best value, 0 to 1: libraries count from 0 to 1, or in percent."""

    name: str
    value: float
    share: float


@dataclass(frozen=True, slots=True)
class EntityScores:
    """Scores of whole entities, as seqeval gives them, 0 to 1."""

    precision: float
    recall: float
    f1: float


def scored_late(trace: Trace) -> bool:
    """Whether the last evaluation falls into the second half of the run, when a model has learned what it scores."""
    return bool(trace.evaluations) and trace.evaluations[-1][0] >= trace.total_steps / 2


def value(evaluation: Evaluation, name: str) -> float | None:
    """A score, or the loss by its name; None where it was not measured."""
    if name == "loss":
        return evaluation.loss
    return evaluation.scores[name].value if name in evaluation.scores else None


def entity_scores(evaluation: Evaluation) -> EntityScores | None:
    """Precision, recall and F1 of entities; None where one of them is missing.

    The examples of Transformers call them "precision", seqeval as it is found in `evaluate` "overall_precision".
    """
    for prefix in ("", "overall_"):
        found = [value(evaluation, prefix + name) for name in ("precision", "recall", "f1")]
        known = [one for one in found if one is not None]
        if len(known) == 3:
            return EntityScores(*known)
    return None


def highest(words: Iterable[str], *splits: Scores | None) -> Score | None:
    """The highest of the model's scores with one of these words in its name, on the first split that has one; None
    where none has.
    """
    wanted = tuple(words)
    for scores in splits:
        values = {name: one.value for name, one in scores.model.scores.items()} if scores is not None else {}
        if found := _named(wanted, values):
            return max(found, key=lambda score: score.value)
    return None


def asked(words: Iterable[str], trial: TrialFacts, kind: str = "right", *, best: bool = False) -> Score | None:
    """The lowest score (or the best) with one of these words in its name that the run's metrics give for right
    predictions, or for those of another kind (`stages/trial/experiments/metric_self_test.py`); None where they were
    not asked.
    """
    experiment = trial.ran(SELF_TEST)
    numbers = experiment.numbers.items() if experiment is not None else ()
    begin = f"{kind} "
    values = {name.removeprefix(begin): float(one) for name, one in numbers if name.startswith(begin)}
    return (max if best else min)(_named(words, values), key=lambda score: score.value, default=None)


def _named(words: Iterable[str], values: Mapping[str, float]) -> list[Score]:
    wanted = tuple(words)
    found = {name: one for name, one in values.items() if any(word in name.lower() for word in wanted)}
    scale = 100 if any(one > 1 for one in found.values()) else 1
    return [Score(name, one, one / scale) for name, one in found.items()]


@dataclass(frozen=True, slots=True)
class Unread:
    """Texts that a metric could not read: how that is known, how surely, and in what numbers."""

    variant: str
    confidence: float
    numbers: dict[str, Number]


@dataclass(frozen=True, slots=True)
class TextMetric:
    """A metric that compares texts word by word.

    Attributes:
        title: what it is called.
        names: words of the names under which it is logged.
        unreadable: whether its usual tokenizer cannot read a script.
    """

    title: str
    names: tuple[str, ...]
    unreadable: Callable[[str], bool]

    def before(self, trial: TrialFacts, census: BatchCensus) -> Unread | None:
        """Right predictions score less than half, and most letters of the first rows cannot be read."""
        score, script = asked(self.names, trial), self._script(scripts(census.shown))
        if score is None or script is None or score.share >= 0.5:
            return None
        return Unread("test", 0.95, {"metric": score.name, "value": score.value, **script})

    def after(
        self, splits: Iterable[Scores | None], generations: GenerationFacts | None, pairs: PairFacts | None
    ) -> Unread | NotLooked | None:
        """The score is next to nothing, and most letters of what was wanted cannot be read.

        Where generated texts are at hand and have no words in common with what was wanted, the score is right.
        """
        score = highest(self.names, *splits)
        if score is None or score.share >= NOTHING:
            return None
        shares = pairs.target_scripts if pairs is not None else {}
        if generations is not None:
            shares = generations.reference_scripts or shares or generations.scripts
        if not shares:
            lacks = ("generations", "pairs")
            return NotLooked(f"{self.title} is next to nothing, but no texts are at hand", lacks)
        script, overlap = self._script(shares), generations.overlap if generations is not None else None
        if script is None or (overlap is not None and overlap < SOMETHING):
            return None
        confidence = 0.95 if overlap is not None else 0.85 if score.value == 0 else 0.7
        return Unread("log", confidence, {"metric": score.name, "value": score.value, **script})

    def _script(self, shares: Mapping[str, float]) -> dict[str, Number] | None:
        """The script with most letters and the percent of letters that cannot be read; None where most can be."""
        unread = {name: share for name, share in shares.items() if self.unreadable(name)}
        if sum(unread.values()) < 0.5:
            return None
        return {"script": max(unread, key=lambda name: unread[name]), "percent": 100 * sum(unread.values())}


ROUGE = TextMetric("ROUGE", ("rouge",), lambda script: script != "Latin")
BLEU = TextMetric("BLEU", ("bleu",), lambda script: script in UNSPACED)
"""Their usual tokenizers: a to z and digits (rouge_score), and what stands between spaces (sacrebleu's 13a)."""
