"""The ten-second battery: small experiments on the real model and its first batches, before hours are spent.

One line each: passed, failed or not run, and what that means. The model, and what stands around it, is left exactly as
it was found.
"""

import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch

from luthier.facts.event import Event, Watch
from luthier.facts.trial import Experiment, TrialFacts
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Trial, all_trials, not_run
from luthier.stages.trial.found import as_found, seed
from luthier.stages.trial.raised import Raised
from luthier.stages.trial.subject import Subject

_PATIENCE = 4.0


def run_battery(subject: Subject, watch: Watch, seconds: float = 10.0) -> TrialFacts:
    """Try a model.

    Args:
        subject: what is tried; unchanged afterwards, also when an experiment raises or the user interrupts.
        watch: told of each experiment as it ends.
        seconds: time for all. Each experiment has its share of what is left, and does what it must do even where
            nothing is left, so that a large model takes longer; after four times as long the rest is not run.

    Raises:
        KeyboardInterrupt: Ctrl-C, after everything was put back.
    """
    watch(Event("stage", "trial", f"trying the model, about {seconds:g} seconds"))
    started = time.perf_counter()
    found: dict[str, Experiment] = {}
    with subject.held(), as_found(subject.model) as put_back, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what foreign code warns of here, it will warn of again in the run
        for one in _experiments(subject, put_back, seconds):
            found[one.name] = one
            watch(Event("notice", "trial", line(one)))
    return TrialFacts(found, time.perf_counter() - started)


def line(one: Experiment) -> str:
    """An experiment as a line for people."""
    time_taken = f" in {one.seconds:.2f} s" if one.answer != "not run" else ""
    return f"{one.name.replace('_', ' ')} {one.answer}{time_taken}: {one.says}"


def _experiments(subject: Subject, put_back: Callable[[], None], seconds: float) -> Iterator[Experiment]:
    trials, start = all_trials(), time.perf_counter()
    for place, trial in enumerate(trials):
        began = time.perf_counter()
        left = max(0.0, start + seconds - began)
        budget = Budget(left * trial.share / sum(one.share for one in trials[place:]))
        late = began > start + _PATIENCE * seconds
        answer = not_run("the time was used up") if late else _asked(trial, subject, budget)
        put_back()
        yield replace(answer, name=trial.name, seconds=time.perf_counter() - began)


def _asked(trial: Trial, subject: Subject, budget: Budget) -> Experiment:
    seed()
    with Raised() as raised, torch.enable_grad():
        return trial.run(subject, budget)
    return not_run(f"it raised {raised.says}")
