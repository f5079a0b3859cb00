"""A realistic finished run without training anything: for the tests of reports, commands and failures."""

from dataclasses import replace
from functools import cache

import numpy as np

from luthier.facts.artifact import ArtifactFacts
from luthier.facts.data import Cleaning, Column, Conflict, DataFacts, Lengths, Overlap
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Change, Finding, Moment, Verdict, Verdicts
from luthier.facts.model import ModelFacts
from luthier.facts.places import RowPlace
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason, StrategyPlan, TrainPlan
from luthier.facts.report import Evidence, Report
from luthier.facts.trace import Trace
from luthier.failures._engine import all_failures
from luthier.stages.evaluate.scoring import evaluate, evaluate_quickly, score
from luthier.stages.evaluate.verdict import decide

CLASSES = ("ham", "spam")
STEPS = 648


def guesses(gold: np.ndarray, classes: int, right: float, seed: int) -> np.ndarray:
    """Probabilities of a made-up model that is right on about this share of the rows; shape (n, classes)."""
    random = np.random.default_rng(seed)
    wrong = random.random(len(gold)) > right
    chosen = np.where(wrong, (gold + 1 + random.integers(0, max(classes - 1, 1), len(gold))) % classes, gold)
    confidence = np.where(wrong, 0.62, 0.97)[:, None] - 0.1 * random.random((len(gold), 1))
    rest = (1 - confidence) / max(classes - 1, 1)
    return np.where(np.eye(classes, dtype=bool)[chosen], confidence, rest)


@cache
def sample_scores(rows: int = 516, *, model: float = 0.992, tfidf: float = 0.985, split: str = "test") -> Scores:
    """Scores of two classes, one row in eight spam, for shares of right answers."""
    gold = (np.arange(rows) % 8 == 0).astype(np.int64)
    shares = np.tile([7 / 8, 1 / 8], (rows, 1))
    own = guesses(gold, 2, model, seed=1)
    baselines = {
        "majority": shares,
        "tfidf": guesses(gold, 2, tfidf, seed=2),
        "frozen": guesses(gold, 2, tfidf - 0.01, seed=3),
    }
    scored = replace(evaluate("model", split, own, gold, CLASSES, seed=7), logit_spread=2.1, loss=0.04, seconds=1.8)
    return score(scored, own, baselines, gold, CLASSES, metric="macro_f1", seed=7)


@cache
def sample_trace(steps: int = STEPS, *, broken: tuple[int, ...] = ()) -> Trace:
    """A healthy fall of the loss; the loss of the steps in `broken` is not a number."""
    random = np.random.default_rng(5)
    numbers = np.arange(1, steps + 1, dtype=np.float64)
    losses = 0.03 + 0.6 * np.exp(-numbers / 60) * random.lognormal(0, 0.35, steps)
    losses[[step - 1 for step in broken]] = np.nan
    shape = np.minimum(numbers / (0.1 * steps), np.maximum((steps - numbers) / (0.9 * steps), 0))
    norms = {"encoder": random.lognormal(-0.4, 0.7, steps), "head": random.lognormal(-1.2, 0.6, steps)}
    ratios = {name: 1e-4 * shape * random.lognormal(0, 0.2, steps) for name in norms}
    gold = (np.arange(517) % 8 == 0).astype(np.int64)
    evaluations = tuple(
        (steps * part // 3, evaluate_quickly("model", "validation", guesses(gold, 2, right, part), gold, CLASSES))
        for part, right in ((1, 0.97), (2, 0.985), (3, 0.99))
    )
    rates = {"encoder": 5e-5 * shape, "head": 1e-3 * shape}
    return Trace(numbers, losses, rates, norms, ratios, steps, steps // 3, evaluations, None, finished=True)


def sample_data() -> DataFacts:
    """Facts of the SMS-spam set, about as measured."""
    place = RowPlace("sms-spam.csv", 120, 118)
    other = RowPlace("sms-spam.csv", 4001, 3987)
    copies = (
        (place, other),
        (RowPlace("sms-spam.csv", 373, 371), other),
        (RowPlace("sms-spam.csv", 2981, 2960), other),
    )
    lengths = Lengths(4135, {0: 3, 5: 7, 25: 13, 50: 20, 75: 33, 95: 54, 99: 78, 100: 238}, 80, 21, 0.006, 1.42, 0.0004)
    return DataFacts(
        path="sms-spam.csv",
        rows={"train": 4135, "validation": 517, "test": 516},
        split_origin="made",
        classes=CLASSES,
        class_counts={
            "train": {"ham": 3613, "spam": 522},
            "validation": {"ham": 452, "spam": 65},
            "test": {"ham": 451, "spam": 65},
        },
        columns=(
            Column("", "key", 4837, 0),
            Column("spam", "label", 2, 0, "label"),
            Column("text", "text", 5169, 0, "text"),
        ),
        cleaning=Cleaning({"encoding": 12, "space": 311}, {"empty text": 2}, {"empty text": (place,)}),
        lengths={"train": lengths},
        exact_duplicates={"train": 0, "validation": 0, "test": 0},
        overlaps=(Overlap("test", "train", 3, 516, 3, copies),),
        near_overlaps=(Overlap("test", "train", 0, 516, 0),),
        conflicts=(Conflict("Ok", (place, other), ("ham", "spam")),),
        languages={"en": 0.93, "id": 0.02},
        conflict_rows=2,
        accuracy_ceiling=0.9998,
        function_word_share=0.31,
        punctuation_share=0.88,
        scripts={"LATIN": 0.999},
    )


def sample_plan() -> Plan:
    """A plan with reasons."""
    reasons = {
        "data.path": Reason("named on the command line", "user"),
        "model.max_tokens": Reason("99 % of the rows have at most 78 tokens"),
        "model.pooling": Reason("the checkpoint was trained so (1_Pooling/config.json)"),
        "train.precision": Reason("this processor multiplies bf16 in hardware"),
        "train.epochs": Reason("set by the user", "user"),
        "train.warmup": Reason("a tenth of all steps; the rate arrives at step 65"),
    }
    return Plan(
        data=DataPlan("sms-spam.csv", label="spam"),
        model=ModelPlan("all-MiniLM-L6-v2", 80, "mean"),
        strategy=StrategyPlan("full"),
        train=TrainPlan(batch_size=32, precision="bf16"),
        reasons=reasons,
    )


def overlap_finding(rows: int = 3) -> Finding:
    """Test rows that also stand in train, as the failure itself finds them."""
    overlap = replace(sample_data().overlaps[0], rows=rows, same_label=rows)
    look = all_failures()["train_test_overlap"].moments[Moment.BEFORE]
    answer = look(data=replace(sample_data(), overlaps=(overlap,)))
    assert isinstance(answer, Finding)
    return answer


def sample_verdicts(*findings: Finding) -> Verdicts:
    """These findings, some failures clear and two that nobody could look for."""
    seen = [Verdict(one.failure, one.moment, "seen", finding=one) for one in findings]
    clear = ("conflicting_labels", "loss_not_finite", "overfitting", "rate_too_high_collapse", "reload_gap")
    missed = {
        "group_on_both_sides": "no column looks like a group, and none was named",
        "not_better_than_baseline": "516 test rows are too few",
    }
    rest = [Verdict(name, Moment.AFTER, "clear") for name in clear]
    rest += [Verdict(name, Moment.AFTER, "not looked", reason=why) for name, why in missed.items()]
    return Verdicts(tuple(sorted((*seen, *rest), key=lambda one: one.failure)))


def sample_report(
    test: Scores | None = None, *, findings: tuple[Finding, ...] = (overlap_finding(),), trace: Trace | None = None
) -> Report:
    """A finished run; by default one whose test is too small to tell the model from TF-IDF."""
    scores = test or sample_scores()
    artifact = ArtifactFacts("runs/sms-spam-1/model", 50, 50, 4.2e-7, CLASSES, CLASSES)
    verdicts = sample_verdicts(*findings)
    evidence = Evidence(
        data=sample_data(),
        model=ModelFacts(
            "all-MiniLM-L6-v2", "bert", 22_713_216, 6, 384, 30_522, 512, 256, "mean", True, license="apache-2.0"
        ),
        plan=sample_plan(),
        trace=trace or sample_trace(),
        validation=sample_scores(517, split="validation"),
        test=scores,
        artifact=artifact,
    )
    return Report(
        name="sms-spam-1",
        evidence=evidence,
        verdicts=verdicts,
        outcome=decide("macro_f1", scores, verdicts, artifact),
        changes=(Change("model.max_tokens", 64, 80, "text_truncated_away"),),
        environment={"luthier": "0.1.0", "python": "3.11.9", "torch": "2.13.0", "processor": "x86_64, 2 threads"},
        seconds={"read": 0.9, "profile": 2.1, "train": 61.4, "evaluate": 3.2, "verify": 6.0},
        folder="runs/sms-spam-1",
    )
