"""The one catalogue of texts of a report. Another language is another dictionary with the same keys.

A text with a `.one` twin uses the twin where its `count` is 1. Texts of failures are not here: each failure file holds
its own.
"""

from collections.abc import Mapping

from luthier.facts.finding import Number

COMPARED = (
    "{metric} {model_score:.3f} against {baseline_score:.3f} of {baseline}: a lead of {difference:+z.3f} on "
    "{rows:,} test rows, with a 95 % interval of {low:+z.3f} to {high:+z.3f}"
)

ENGLISH: dict[str, str] = {
    "outcome.ready": "Ready",
    "outcome.cannot_tell": "Cannot tell",
    "outcome.not_better": "Not better",
    "outcome.failed": "Failed",
    "outcome.checked": "Checked",
    "title.better": "Better than the best baseline",
    "title.worse": "Worse than the best baseline",
    "title.gain_too_small": "No gain worth having over the best baseline",
    "title.too_few_rows": "Ahead of the best baseline, but the test is too small to be sure",
    "title.too_few_rows_no_gain": "Not ahead of the best baseline, but the test is too small to rule out a gain",
    "title.too_few_rows_level": "Level with the best baseline, and the test is too small to tell them apart",
    "title.error_finding": "Stopped by an error: {failure}",
    "title.no_scores": "The run ended before the test",
    "title.score_is_nan": "The predictions are broken",
    "title.self_test_failed": "A metric does not measure",
    "title.no_baseline": "Nothing to compare with",
    "reason.better": COMPARED + ".",
    "reason.worse": COMPARED + ".",
    "reason.gain_too_small": COMPARED + ", which rules out a gain of {worth_having:.2f}.",
    "reason.too_few_rows": COMPARED + ", which holds zero. About {rows_needed:,} test rows would settle it.",
    "reason.too_few_rows_no_gain": (
        COMPARED + ", which holds a gain of {worth_having:.2f}. About {rows_needed:,} test rows would settle it."
    ),
    "reason.too_few_rows_level": COMPARED + ". About {rows_needed:,} test rows would settle it.",
    "reason.near_perfect_baseline": (
        "{baseline} alone reaches {metric} {baseline_score:.3f}, so at most {left:.3f} is left to gain. Where speed or "
        "cost counts, it may serve as it is."
    ),
    "reason.error_finding": "An error was found, {failure}: until it is mended, no score of this run counts.",
    "reason.no_scores": "The run ended before the test split could be scored.",
    "reason.score_is_nan": "The {metric} of the model is not a number: its predictions are broken.",
    "reason.self_test_failed": (
        "The metric {metric} does not measure: gold against gold gives {perfect:.3f}, against a shuffle {shuffled:.3f}."
    ),
    "reason.no_baseline": "No baseline was scored, so nothing says what this score is worth.",
    "reason.reload_agrees": (
        "The saved model was loaded again in a fresh process and repeats its predictions on {rows} rows "
        "(largest difference of a probability: {largest_gap:.1g})."
    ),
    "reason.reload_not_checked": "Nobody has loaded the saved model again to see whether it repeats its predictions.",
    "reason.warnings_seen": "{count} warnings stand below; they did not decide this verdict.",
    "reason.warnings_seen.one": "One warning stands below; it did not decide this verdict.",
    "next.ready": "Use the model: luthier predict {folder} FILE, or from_pretrained on its folder model.",
    "next.cannot_tell": "Label more test rows, or take the baseline until the gain is shown.",
    "next.cannot_tell.rows": (
        "Label about {more:,} more test rows, or take the simpler of the two until the gain is shown."
    ),
    "next.not_better": "Use {baseline}: as good, and far cheaper. The findings name what may hold the model back.",
    "next.not_better.worse": "Use {baseline}: better, and far cheaper. The findings name what may hold the model back.",
    "next.failed": "Take the next step of the first finding below, then train again.",
    "next.checked": "Go on with luthier fit.",
    "next.checked.warnings": "Read the findings, then go on with luthier fit.",
    "next.checked.errors": "Mend the errors before training: no score of such a run would count.",
    "title.checked": "No failure seen before training",
    "title.checked_seen": "{count} failures seen before training",
    "title.checked_seen.one": "One failure seen before training",
    "figure.model": "{metric} on test",
    "figure.baseline": "best baseline",
    "figure.difference": "lead over it",
    "figure.findings": "findings",
    "figure.time": "time",
    "figure.interval": "95 %: {low:.3f} to {high:.3f}",
    "figure.difference_interval": "95 %: {low:+z.3f} to {high:+z.3f}",
    "figure.found": "{clear} clear, {not_looked} not looked",
    "metric.accuracy": "accuracy",
    "metric.macro_f1": "macro-F1",
    "metric.mcc": "MCC",
    "metric.log_loss": "log loss",
    "metric.calibration_error": "calibration error",
    "model.model": "fine-tuned model",
    "model.majority": "majority class",
    "model.tfidf": "TF-IDF + logistic regression",
    "model.frozen": "frozen encoder + logistic regression",
    "section.scores": "Scores",
    "section.classes": "Classes",
    "section.findings": "Findings",
    "section.not_looked": "Not looked",
    "section.training": "Training",
    "section.data": "Data",
    "section.plan": "Plan",
    "section.changes": "Changes to the plan",
    "section.environment": "Environment",
    "scores.caption": "Test split, {rows:,} rows, scored once. In brackets the 95 % bootstrap interval.",
    "scores.scored": "scored",
    "scores.interval": "interval of {metric}",
    "scores.paired": "The model against each baseline, on the same rows; a positive lead is better. Paired bootstrap.",
    "scores.against": "against",
    "scores.difference": "lead in {metric}",
    "scores.model_only": "only the model right",
    "scores.baseline_only": "only the baseline right",
    "scores.p_value": "p (exact McNemar)",
    "scores.self_tests": (
        "Metrics tested on this split's own labels: {names} give the perfect score on gold, and chance on a shuffle."
    ),
    "scores.self_tests_failed": "Metrics that failed their test on this split's own labels: {names}.",
    "scores.validation": "On validation ({rows:,} rows), on which every choice was made: {metric} {value:.3f}.",
    "classes.class": "class",
    "classes.rows": "rows",
    "classes.precision": "precision",
    "classes.recall": "recall",
    "classes.f1": "F1",
    "classes.predicted": "predicted",
    "classes.caption": "Test scores of each class.",
    "classes.caption_worst": "Test scores of the {shown} classes with the lowest F1, of {total}.",
    "classes.confusion": "Confusion: rows are the gold class, columns the predicted one.",
    "classes.gold": "gold ↓  predicted →",
    "classes.pairs": "What is taken for what, most frequent first.",
    "classes.taken_for": "predicted as",
    "classes.share": "share of the class",
    "findings.counts": "{seen} seen, {clear} clear, {not_looked} not looked, of {total} failures.",
    "findings.none": "No failure was seen.",
    "findings.clear": "Clear",
    "findings.silenced": "Silenced by the user, but seen",
    "findings.not_looked": "Failures that could not be looked for, and why. They may be there.",
    "findings.failure": "failure",
    "findings.reason": "why not",
    "finding.error": "error",
    "finding.warning": "warning",
    "finding.note": "note",
    "finding.next": "Next",
    "finding.where": "Where",
    "finding.fix": "Fix",
    "finding.sure": "{confidence} sure",
    "finding.unknown": "{failure} was seen; this Luthier has no texts for it.",
    "place.rows": "{name} rows {rows}",
    "place.rows_plain": "rows {rows}",
    "place.lines": "lines {lines} of the file",
    "place.setting": "setting {name}",
    "place.step": "step {step}",
    "place.column": "column {name}",
    "place.split": "split {name}",
    "place.file": "file {name}",
    "fix.applied": "changes settings only; the next step says which",
    "fix.applied when asked": "changes rows or settings of yours, so it is left to you",
    "fix.advised only": "advice; Luthier changes nothing here",
    "training.steps": "{done:,} of {total:,} planned steps; epochs: {epochs:.3g}.",
    "training.early": "Training stopped before its planned end.",
    "training.loss": "Loss",
    "training.validation": "Validation {metric}",
    "training.rate": "Learning rate",
    "training.norm": "Gradient norm",
    "training.ratio": "Relative change of weights",
    "training.train_loss": "training, each step",
    "training.validation_loss": "validation",
    "training.says": (
        "{series}: {first:.3g} at step {start:.0f}, {last:.3g} at step {stop:.0f}; lowest {low:.3g}, "
        "highest {high:.3g}."
    ),
    "training.not_finite": "{series}: {count} values are not finite, the first at step {step:.0f}.",
    "training.not_finite.one": "{series}: one value is not finite, at step {step:.0f}.",
    "training.empty": "{series}: no finite value.",
    "training.logarithmic": "logarithmic",
    "training.before_clipping": "before clipping, logarithmic",
    "data.rows": "rows",
    "data.split": "split",
    "data.class": "class",
    "data.caption": "Rows of each class.",
    "data.caption_most": "Rows of the {shown} most frequent classes, of {total}.",
    "data.source": "data",
    "data.made": "made by Luthier, duplicates and groups kept on one side",
    "data.given": "given by the user",
    "data.splits": "splits",
    "data.ceiling": "best accuracy possible",
    "data.ceiling_note": "{rows} rows carry a text that also has another label",
    "data.duplicates": "repeated rows within {split}",
    "data.overlap": "{split} rows also in {other}",
    "data.near_overlap": "{split} rows nearly the same in {other}",
    "data.not_looked": "not looked",
    "data.lengths": "tokens a row in {split}",
    "data.lengths_value": "median {median}, 95 % up to {most}, longest {longest}",
    "data.lengths_note": "{cut} rows cut at {max_tokens} tokens, {lost} of all tokens lost",
    "data.dropped": "dropped: {reason}",
    "data.changed": "changed: {step}",
    "data.column": "column “{name}”",
    "data.column_value": "{kind}, {distinct:,} distinct, {missing:,} missing",
    "data.used_as": "used as {role}",
    "plan.setting": "setting",
    "plan.value": "value",
    "plan.by": "by",
    "plan.reason": "why",
    "plan.default": "default",
    "by.user": "you",
    "by.luthier": "Luthier",
    "by.repair": "repair",
    "changes.before": "before",
    "changes.after": "after",
    "changes.because": "because of",
    "environment.seconds": "time in {stage}",
    "environment.folder": "run folder",
    "report.path": "Report",
    "report.made": "Made by Luthier from the facts of this run. The file needs no network and runs no script.",
    "card.title": "Model fine-tuned with Luthier",
    "card.use": "How to use it",
    "card.limits": "Limits",
    "card.limit.tested": "Tested on {rows:,} rows of the same source as its training data, and on nothing else.",
    "card.limit.cut": "Reads the first {max_tokens} tokens of a text, and nothing after.",
    "card.limit.weak": "Weakest class: {label}, F1 {f1:.3f} on {support} test rows.",
    "card.limit.calibration": (
        "Its probabilities are off by {error:.3f} on average (calibration error): mind this where they decide."
    ),
    "card.limit.not_looked": "Failures that nobody could look for: {names}.",
    "card.limit.ceiling": "Labels contradict each other: no model can exceed accuracy {ceiling:.4f} on these rows.",
    "card.base": "Fine-tuned from {base} with the strategy {strategy}, seed {seed}.",
}

NONE: Mapping[str, Number] = {}


def say(key: str, numbers: Mapping[str, Number] = NONE) -> str:
    """The text of a key, filled.

    Raises:
        KeyError: there is no such text, or it asks for a number that is not given.
    """
    one = f"{key}.one"
    template = ENGLISH[one] if numbers.get("count") == 1 and one in ENGLISH else ENGLISH[key]
    return template.format_map(numbers)


def named(kind: str, name: str) -> str:
    """The word for a metric ("metric") or for what was scored ("model"); the name itself where there is no word."""
    return ENGLISH.get(f"{kind}.{name}", name)
