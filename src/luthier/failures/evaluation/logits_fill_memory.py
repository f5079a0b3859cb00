"""Evaluation keeps the scores of every token of every row, and runs out of memory.

Symptom
    Training fits, and the first evaluation dies, or swaps until it is killed.

Why it is silent
    With compute_metrics Trainer joins the scores of all evaluation rows before it calls it: rows times tokens times
    vocabulary, of 4 bytes each. Two thousand rows of 512 tokens with 32,000 entries are 131 GB. Nothing adds that up
    before the first evaluation.

Evidence
    Before: this product for the trainer's own evaluation rows, the longest of them deciding, is larger than the memory
    (an error) or than half of it, as joining takes another copy (a warning). Nothing is kept without compute_metrics,
    with prediction_loss_only, preprocess_logits_for_metrics, batch_eval_metrics or predict_with_generate.
    After: a console output tells of a lack of memory, the run broke off at its first evaluation, and the model gives
    scores of a vocabulary of 5,000 entries or more.

Fix
    Advice only: keep the most likely token instead of all scores.

Source
    transformers #12878 (https://github.com/huggingface/transformers/issues/12878), #8476, #17089, #25313, #15466.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, Number, Place, Severity
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.failures._intervals import every

MESSAGE = {
    "before": (
        "An evaluation keeps {size:.1f} GB of scores: {rows} rows of {positions} tokens with {outputs} entries each, 4 "
        "bytes an entry; the memory has {memory:.1f} GB."
    ),
    "after": (
        "Memory ran out (line {line} of {file}) after step {step}, when the first evaluation was due; the model gives "
        "{outputs} scores for each token, and compute_metrics gets all of them."
    ),
}
WHY = "The run dies at its first evaluation, and all that was trained until then is lost where nothing was saved."
NEXT_STEP = (
    "Pass preprocess_logits_for_metrics=lambda logits, labels: logits.argmax(-1) to the trainer and compare ids in "
    "compute_metrics; or set prediction_loss_only=True, or fewer evaluation rows."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Call trainer.evaluate() with prediction_loss_only=True: it runs to its end if this is the cause."
SIGNS = ("memory or time runs away", "crash at first evaluation")
BYTES, GB, WIDE = 4, 1e9, 5_000
TOKEN_SCORES = ("ForCausalLM", "LMHeadModel", "ForMaskedLM", "ForConditionalGeneration")

BAD = LiveScene(
    "causal",
    options={"scored_by": "token accuracy", "evaluation_rows": 10**9},
    says="A thousand million evaluation rows, and a metric that wants their scores.",
)
GOOD = LiveScene("causal", options={"scored_by": "token accuracy"}, says="Eight evaluation rows.")


def before(census: BatchCensus) -> Finding | None:
    """Add up what the first evaluation keeps."""
    scoring = census.scoring
    if scoring is None or not scoring.numbers or not scoring.memory:
        return None
    size = BYTES * scoring.numbers
    if size <= scoring.memory / 2:
        return None
    numbers: dict[str, Number] = {"size": size / GB, "memory": scoring.memory / GB, "rows": scoring.rows}
    numbers |= {"positions": max(1, scoring.positions), "outputs": census.outputs}
    return _finding(Moment.BEFORE, "before", "error" if size > scoring.memory else "warning", 0.95, numbers)


def after(arguments: Arguments, trace: Trace, config: SavedConfig, console: ConsoleFacts) -> Finding | None:
    """Look at where the run broke off, and at what it printed."""
    lines = [*console.messages.get("cuda_oom", ()), *console.messages.get("memory_killed", ())]
    small = arguments.flag("prediction_loss_only") or arguments.flag("predict_with_generate")
    vocabulary, step = config.model.get("vocab_size"), int(trace.steps[-1]) if len(trace) else 0
    due = (
        trace.steps_per_epoch
        if arguments.text("eval_strategy") == "epoch"
        else every(arguments, "eval", trace.total_steps)
    )
    broke_off = not trace.finished and not trace.evaluations and 0 < due < step + max(2, trace.interval) <= 2 * due
    wide = isinstance(vocabulary, int) and vocabulary >= WIDE and config.architecture.endswith(TOKEN_SCORES)
    if not lines or small or not broke_off or not wide:
        return None
    numbers: dict[str, Number] = {"line": lines[0].number, "file": lines[0].file, "step": step}
    return _finding(Moment.AFTER, "after", "error", 0.75, {**numbers, "outputs": int(str(vocabulary))})


def _finding(
    moment: Moment, variant: str, severity: Severity, confidence: float, numbers: dict[str, Number]
) -> Finding:
    return Finding(
        failure="logits_fill_memory",
        moment=moment,
        severity=severity,
        confidence=confidence,
        numbers=numbers,
        place=Place("setting", "preprocess_logits_for_metrics"),
        variant=variant,
    )
