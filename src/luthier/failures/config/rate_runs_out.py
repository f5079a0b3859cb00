"""The learning rate reaches zero long before the run ends.

Symptom
    The loss falls, and from some step on it stays where it is to the third digit. More epochs change nothing.

Why it is silent
    A schedule is made for a number of steps, and goes on giving zero after them. The loss of a model that is no longer
    trained looks like one that has converged.

Evidence
    During and after: the rates in the log. From some step on all are below 0.3 % of the highest, and these steps are a
    tenth of the run or more. A straight line is there for the last 0.3 % of its steps, a cosine for the last 3.5 %, so
    that a schedule of the right length is not told. An error where half of the run had no rate, else a warning.

Fix
    Advice only: the schedule was made outside of the settings, for another number of steps.

Source
    transformers #13033 (https://github.com/huggingface/transformers/issues/13033). Our experiment with Transformers
    5.24: a linear schedule of 5 steps, handed to a Trainer that makes 15, has a rate of 0 from step 6 on, and nothing
    is said.
"""

import numpy as np

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import RunScene
from luthier.facts.trace import Floats, Trace

MESSAGE = (
    "The learning rate fell from {peak:.2g} at its highest to {rate:.2g} by step {step} of {total}: for "
    "{percent:.0f} % of the run nothing is learned."
)
WHY = "Weights move by about the rate in each step. What is computed without one costs time and changes nothing."
NEXT_STEP = (
    "Make the schedule for {total} steps (num_training_steps={total}) and step it once per optimiser step, or pass "
    "optimizers=(optimizer, None) and let Trainer make it from lr_scheduler_type."
)
DEGREE = Degree.ADVICE
SIGNS = ("loss flat, rate zero or never reached", "loss floor above 0")
GONE, SPAN = 0.003, 0.1

BAD = RunScene(log={"schedule_steps": 100}, says="The schedule was made for 100 steps, and the run has 300.")
GOOD = RunScene(log={"schedule_steps": 300}, says="The schedule was made for the 300 steps of the run.")


def during(trace: Trace) -> Finding | NotLooked | None:
    """Look at the rates so far."""
    return _look(Moment.DURING, trace)


def after(trace: Trace) -> Finding | NotLooked | None:
    """Look at all rates."""
    return _look(Moment.AFTER, trace)


def _look(moment: Moment, trace: Trace) -> Finding | NotLooked | None:
    rates = [values for values in trace.rates.values() if np.isfinite(values).any()]
    if not rates:
        return NotLooked("the log holds no learning rates")
    total = max(trace.total_steps, int(trace.steps[-1]))
    at = max(_gone_from(values) for values in rates)
    if len(trace) - at < 2 or (trace.steps[-1] - trace.steps[at]) < SPAN * total:
        return None
    highest = max(rates, key=lambda values: float(np.nanmax(values)))
    left = 1 - float(trace.steps[at]) / total
    return Finding(
        failure="rate_runs_out",
        moment=moment,
        severity="error" if left >= 0.5 else "warning",
        confidence=1.0,
        numbers={
            "rate": float(highest[at]),
            "peak": float(np.nanmax(highest)),
            "step": int(trace.steps[at]),
            "total": total,
            "percent": 100 * left,
        },
        place=Place("setting", "train.schedule", step=int(trace.steps[at])),
    )


def _gone_from(rates: Floats) -> int:
    """First entry from which on all rates are next to nothing; the number of entries where the last one is not."""
    alive = np.flatnonzero(rates > GONE * np.nanmax(rates))
    return int(alive[-1]) + 1 if len(alive) else len(rates)
