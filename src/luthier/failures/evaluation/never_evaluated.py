"""The run is never scored: nobody knows whether it works.

Symptom
    A log of training losses and nothing else.

Why it is silent
    eval_strategy is "no" by default. Evaluation rows that are passed to the trainer lie there unused, and the training
    loss falls whether the model is of use or not.

Evidence
    Before: the trainer has evaluation rows, and eval_strategy is "no": a note, since they may still be scored by a
    call of evaluate() at the end. Or an eval_strategy is set, and the run ends before eval_delay: a warning.
    After: the log of 30 steps or more holds no evaluation, no file holds scores, and the settings ask for none: a
    warning where do_eval says that there were rows, else a note.

Fix
    Sets eval_strategy="epoch" and eval_delay=0, when asked.

Source
    transformers #11931 (https://github.com/huggingface/transformers/issues/11931): the best model is asked for, and no
    evaluation is. Our experiment with Transformers 5.24: the default is still "no", and a trainer with evaluation rows
    says nothing of it.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, Number, Place, Severity
from luthier.facts.plan import Plan
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import reset
from luthier.failures._intervals import evaluations, total_steps

MESSAGE = {
    "before": 'eval_strategy="{strategy}" scores none of the {rows} evaluation rows in this run.',
    "after": "The log of {steps} steps holds no evaluation, and no file holds scores.",
}
WHY = (
    "The training loss falls for a model that learns its rows by heart, too; when to stop and what to keep is a guess."
)
NEXT_STEP = {
    "before": 'Set eval_strategy="epoch" (the fix does that when asked).',
    "after": (
        'Hold rows back, pass them as eval_dataset and set eval_strategy="epoch" (the fix does that when asked); until '
        "then score the saved model once with trainer.evaluate()."
    ),
}
DEGREE = Degree.WHEN_ASKED
SIGNS = ("configuration",)
EXPLAINED_BY = ("best_model_not_loaded", "logits_fill_memory", "score_key_missing")
SHORTEST = 30
"""Steps below which a run is a trial."""

BAD = LiveScene("causal", arguments={"eval_strategy": "no"}, says="Evaluation rows are passed, and never looked at.")
GOOD = LiveScene("causal", says="They are scored after each epoch.")


def before(arguments: Arguments, plan: Plan, census: BatchCensus) -> Finding | None:
    """Look at the settings, and whether there are rows to score."""
    rows = census.scoring.rows if census.scoring is not None else 0
    if not rows or evaluations(arguments, plan, total_steps(arguments, None, census)) != 0:
        return None
    strategy = arguments.text("eval_strategy") or "no"
    severity: Severity = "note" if strategy == "no" else "warning"
    return _finding(Moment.BEFORE, "before", severity, {"rows": rows, "strategy": strategy})


def after(
    arguments: Arguments, trace: Trace, validation: Scores | None = None, test: Scores | None = None
) -> Finding | None:
    """Look for scores of any kind."""
    steps = int(trace.steps[-1]) if len(trace) else 0
    asked = arguments.text("eval_strategy") not in ("", "no")
    if trace.evaluations or validation is not None or test is not None or asked or steps < SHORTEST:
        return None
    return _finding(Moment.AFTER, "after", "warning" if arguments.flag("do_eval") else "note", {"steps": steps})


def _finding(moment: Moment, variant: str, severity: Severity, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="never_evaluated",
        moment=moment,
        severity=severity,
        confidence=0.95,
        numbers=numbers,
        place=Place("setting", "eval_strategy"),
        variant=variant,
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Score after each epoch, from the first on."""
    return reset(reset(arguments, "eval_strategy", "epoch"), "eval_delay", 0)
