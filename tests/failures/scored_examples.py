"""Scores and answers of metrics made by hand."""

from luthier.facts.evaluation import Evaluation, Interval, Scores
from luthier.facts.generations import GenerationFacts
from luthier.facts.trial import Experiment, TrialFacts


def scored(rows: int = 200, loss: float | None = 1.0, **values: float) -> Scores:
    """Scores of a model under these names."""
    return Scores(Evaluation("model", "validation", rows, {n: Interval(v, v, v) for n, v in values.items()}, loss=loss))


def answers(right: float = 1.0, wrong: float = 0.0, name: str = "bleu", **more: float) -> TrialFacts:
    """What a metric gives for right predictions, wrong ones, and others named by their kind."""
    values = {"right": right, "wrong": wrong, "constant": wrong, "first": wrong, **more}
    numbers = {f"{kind} {name}": value for kind, value in values.items()}
    return TrialFacts({"metric_self_test": Experiment("metric_self_test", "failed", dict(numbers))})


def written(overlap: float | None = 0.6, script: str = "Han", **changes: object) -> GenerationFacts:
    """A hundred generated texts beside what was wanted."""
    values: dict[str, object] = {"reference_scripts": {script: 0.9, "Latin": 0.1}, "overlap": overlap}
    return GenerationFacts("generated_predictions.jsonl", 100, **{**values, **changes})  # type: ignore[arg-type]
