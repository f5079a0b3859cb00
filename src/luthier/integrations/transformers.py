"""The guard inside anyone's `Trainer` or `SFTTrainer`.

    from luthier.integrations.transformers import LuthierCallback

    trainer = Trainer(..., callbacks=[LuthierCallback()])

At the beginning it takes a census of the batches and asks every failure that can be seen before; then it keeps the raw
loss, rates, gradient norms and update ratios of every step and asks those that can be seen during. It writes
`luthier_log.jsonl` and `luthier_findings.json` into the output folder, which `luthier diagnose` reads later.
"""

import logging
import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from transformers import TrainerCallback

from luthier.errors import RunError
from luthier.facts.finding import Finding, Moment, Verdicts
from luthier.facts.report import Evidence
from luthier.failures._engine import all_failures, ask
from luthier.integrations.evidence import evidence_of
from luthier.integrations.record import Record
from luthier.integrations.taps import Taps, running_trainer
from luthier.integrations.watching import Watching
from luthier.stages.diagnose.readers.evaluations import evaluation
from luthier.stages.report.dialects import dialect_of
from luthier.stages.report.told import told
from luthier.stages.train.guard import Guard

logger = logging.getLogger("luthier")
OnFinding = Literal["warn", "stop", "record"]


@dataclass(slots=True)
class _Run:
    """A training that is being watched."""

    evidence: Evidence
    record: Record
    watching: Watching
    taps: Taps
    guard: Guard
    stopped: bool = False


class LuthierCallback(TrainerCallback):  # type: ignore[misc]
    """Watches a training.

    Nothing of the training changes, unless it is stopped: batches, random numbers and weights are those of a run
    without the callback.

    Args:
        on_finding: "warn" says each failure once, through the logger "luthier"; "stop" does so too and ends the
            training at an error, before its first step by a `RunError`, later as `should_training_stop` does; "record"
            only writes.
        every: optimiser steps between two looks, at least 1. The accelerator is waited for at a look and at no other
            time.
        ignore: ids of failures of which not to hear.
        before: whether to take the census and ask what can be seen before. It is passed over where several processes
            train together.
    """

    def __init__(
        self,
        on_finding: OnFinding = "warn",
        every: int = 10,
        *,
        ignore: Collection[str] = (),
        before: bool = True,
    ) -> None:
        self._on_finding, self._every, self._ignore, self._before = on_finding, max(1, every), tuple(ignore), before
        self._run: _Run | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
        """Look before the first step, and begin to listen.

        Raises:
            RunError: an error was seen and the callback was asked to stop at one, or the output folder is not writable.
        """
        self._end()
        trainer = running_trainer(self)
        if trainer is None:
            logger.warning("LuthierCallback found no trainer that calls it; nothing is watched")
            return
        alone = processes(args) == 1
        known = evidence_of(trainer) if self._before and alone else Evidence(missing={"census": "not asked for"})
        verdicts = ask(all_failures().values(), Moment.BEFORE, known, silenced=self._ignore)
        folder = Path(args.output_dir) if state.is_world_process_zero and args.output_dir else None
        record = Record(folder, state.max_steps, _steps_per_epoch(trainer, state), state.global_step)
        record.findings(verdicts, known.census)
        self._say(verdicts.seen, verdicts, known)
        if self._on_finding == "stop" and any(one.severity == "error" for one in verdicts.seen):
            record.close()
            names = ", ".join(one.failure for one in verdicts.seen if one.severity == "error")
            raise RunError(f"the training was not started: {names}", next_step="see the warnings above")
        watching = Watching(trainer.model, trainer.optimizer, args.max_grad_norm or 0.0, self._every)
        taps = Taps(trainer, watching.heard_loss, watching.heard_norm)
        self._run = _Run(known, record, watching, taps, Guard(all_failures(), self._ignore, verdicts))

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
        """The optimiser is about to step."""
        if self._run is not None:
            self._run.watching.before_step(state.global_step + 1)

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
        """The optimiser has stepped."""
        if self._run is not None:
            self._run.watching.after_step(state.global_step + 1)

    def on_step_end(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
        """Keep the step; look every so often."""
        if self._run is not None:
            self._run.watching.end_step(state.global_step, state.epoch)
            if state.global_step % self._every == 0:
                self._look(self._run, control)

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **unused: Any) -> None:
        """Keep the scores, and look."""
        scores = evaluation(metrics or {}, "eval_", "validation")
        if self._run is not None and scores is not None:
            self._take(self._run)
            self._run.record.evaluation(scores, state.global_step)
            self._look(self._run, control)

    def on_train_end(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
        """Look a last time and put everything away."""
        if self._run is not None:
            run = self._run
            self._take(run)
            self._look(run, control, finished=not run.stopped)
            run.record.findings(run.guard.verdicts, run.evidence.census, finished=not run.stopped)
            self._end()

    @property
    def verdicts(self) -> Verdicts:
        """What every failure answered last; empty when nothing is being watched."""
        return self._run.guard.verdicts if self._run is not None else Verdicts()

    def _end(self) -> None:
        """Stop listening, also to a training that was broken off."""
        if self._run is not None:
            self._run.taps.remove()
            self._run.record.close()
            self._run = None

    def _take(self, run: _Run) -> None:
        for step in run.watching.steps():
            run.record.step(step)

    def _look(self, run: _Run, control: Any, *, finished: bool = False) -> None:
        self._take(run)
        run.record.sync()
        now = replace(run.evidence, trace=run.record.trace(finished=finished))
        new = run.guard.look(now)
        if new:
            run.record.findings(run.guard.verdicts, run.evidence.census)
            self._say(new, run.guard.verdicts, now)
        if self._on_finding == "stop" and any(one.severity == "error" for one in new):
            control.should_training_stop = True
            run.stopped = True

    def _say(self, new: Collection[Finding], verdicts: Verdicts, evidence: Evidence) -> None:
        """Each failure once, in the words of the tool that is running."""
        if self._on_finding == "record":
            return
        dialect = dialect_of(evidence)
        answers = {one.failure: one for one in verdicts.all}
        for finding in new:
            words = told(finding, answers.get(finding.failure), dialect)
            parts = (words.place, words.message, words.why, words.next_step, words.change)
            logger.warning("%s: %s", finding.failure, " ".join(part for part in parts if part))


def _steps_per_epoch(trainer: Any, state: Any) -> int:
    """Optimiser steps in one pass over the rows, as Trainer counts them."""
    loader = trainer.callback_handler.train_dataloader
    if hasattr(loader, "__len__"):
        return int(max(1, math.ceil(len(loader) / trainer.args.gradient_accumulation_steps)))
    return int(max(1, round(state.max_steps / max(state.num_train_epochs, 1))))


def processes(args: Any) -> int:
    """Processes that train together."""
    return int(args.world_size)
