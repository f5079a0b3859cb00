"""Training in float16 skips many of its steps, or keeps its weights in float16.

Symptom
    The run ends normally with a worse score than the same run in float32.

Why it is silent
    The scaler of float16 multiplies the loss so that small gradients survive. Where one becomes infinite it skips the
    step and halves its factor: in the first steps that is how the factor is found, later it is a lost step. The log
    shows a usual loss beside an infinite norm, and the schedule goes on as if the step had been made.

Evidence
    During and after: fp16=True, and behind the first tenth of the run and its first 20 steps at least 5 % of the logged
    gradient norms, and three of them, are infinite while the loss is finite. A healthy scaler tries a larger factor
    every 2,000 steps, which costs one step each time. From half of them on it is an error.
    After, also: a saved console counts such steps, or says that the factor is at its minimum; or the settings of an
    older run keep weights in float16 (fp16_backend "apex" with fp16_opt_level O2 or O3).

Fix
    Sets bf16=True in place of fp16=True, when asked: it needs no scaler.

Source
    transformers #566 (https://github.com/huggingface/transformers/issues/566) and #64: scores that only float32
    reached. Micikevicius et al. 2018, https://arxiv.org/abs/1710.03740, section 3.2 (loss scaling); GradScaler begins
    at 65,536 and doubles after 2,000 steps (torch 2.13). The limit of 5 % is ours.
"""

import math

import numpy as np

from luthier.facts.arguments import Arguments
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import in_bfloat16
from luthier.failures._signals import gradient_norms, lost_from, severity_of

MESSAGE = {
    "skipped": (
        "Under fp16=True {count} of {total} logged steps ({percent:.3g} %) after step {step} have an infinite gradient "
        "norm beside a finite loss: the scaler skipped them."
    ),
    "printed": "The console counts {count} steps that the scaler of float16 skipped ({percent:.3g} % of {total}).",
    "exhausted": "The scaler of float16 is at its smallest factor (line {line} of {file}): its steps are lost.",
    "apex": "Weights were held in float16 by apex (fp16_opt_level={level}): small updates were lost.",
}
WHY = "A step that is skipped teaches nothing, and the rate falls all the same."
NEXT_STEP = (
    "Set bf16=True, fp16=False (the fix does that when asked), or both to False where the processor has no bfloat16."
)
DEGREE = Degree.WHEN_ASKED
EXPLAINED_BY = ("half_precision_overflow", "half_precision_weights", "rate_too_high_collapse")
EXPERIMENT = "Train the same run with fp16=False and bf16=False for 200 steps and compare the losses."
SIGNS = ("loss floor above 0", "early spike of the gradient norm, then tiny norms")
SHARE, MOST, LEAST = 0.05, 0.5, 3
SETTLED, FIRST = 0.1, 20

BAD = RunScene(arguments={"fp16": True}, log={"skipped_every": 4}, says="Every fourth step is skipped.")
GOOD = RunScene(arguments={"fp16": True}, says="None is.")


def during(trace: Trace, arguments: Arguments) -> Finding | None:
    """Look at the norms so far."""
    return _skipped(Moment.DURING, trace) if _scaled(arguments) else None


def after(
    arguments: Arguments, trace: Trace | None = None, console: ConsoleFacts | None = None
) -> Finding | NotLooked | None:
    """Look at all norms, then at what was printed and set."""
    if not _scaled(arguments):
        return None
    level = arguments.text("fp16_opt_level")
    backends = (arguments.text("fp16_backend"), arguments.text("half_precision_backend"))
    if "apex" in backends and level in ("O2", "O3"):
        return _finding(Moment.AFTER, "apex", {"level": level}, "warning", 0.75)
    if trace is None and console is None:
        return NotLooked("neither a log nor console output was found", ("trace", "console"))
    found = _skipped(Moment.AFTER, trace) if trace is not None else None
    return found or (_printed(console, trace) if console is not None else None)


def _scaled(arguments: Arguments) -> bool:
    return arguments.flag("fp16") is True


def _skipped(moment: Moment, trace: Trace) -> Finding | None:
    if lost_from(trace, scaled=True) is not None:
        return None
    begin = max(FIRST, math.ceil(SETTLED * (trace.total_steps or (trace.steps[-1] if len(trace) else 0))))
    settled = trace.steps > begin
    infinite = np.zeros(len(trace), dtype=np.bool_)
    for norms in gradient_norms(trace, len(trace)):
        infinite |= np.isinf(norms)
    count, total = int((infinite & settled).sum()), int(settled.sum())
    share = count / total if total else 0.0
    if count < LEAST or share < SHARE:
        return None
    numbers: dict[str, Number] = {"count": count, "total": total, "percent": 100 * share, "step": begin}
    return _finding(moment, "skipped", numbers, severity_of(share, SHARE, MOST), 0.9)


def _printed(console: ConsoleFacts, trace: Trace | None) -> Finding | None:
    if lines := console.messages.get("loss_scale_exhausted"):
        numbers: dict[str, Number] = {"line": lines[0].number, "file": lines[0].file}
        return _finding(Moment.AFTER, "exhausted", numbers, "error", 0.9)
    steps = int(trace.steps[-1]) if trace is not None and len(trace) else 0
    count = console.counts.get("amp_overflow", 0)
    share = max(0, count - FIRST) / steps if steps else 0.0
    if share < SHARE:
        return None
    told: dict[str, Number] = {"count": count, "total": steps, "percent": 100 * count / steps}
    return _finding(Moment.AFTER, "printed", told, severity_of(share, SHARE, MOST), 0.85)


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], severity: Severity, sure: float) -> Finding:
    return Finding(
        failure="half_precision_costs_quality",
        moment=moment,
        severity=severity,
        confidence=sure,
        numbers=numbers,
        place=Place("setting", "fp16"),
        variant=variant,
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Mixed precision in bfloat16."""
    return in_bfloat16(arguments)
