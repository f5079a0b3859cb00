"""One attempt: train under guard, evaluate, keep the best, save what a crash must not take."""

import math
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from luthier.facts.evaluation import LOWER_IS_BETTER, Evaluation
from luthier.facts.event import Event, Watch
from luthier.facts.finding import Finding, Number, Verdicts
from luthier.facts.report import Evidence
from luthier.facts.trace import Step, Trace
from luthier.files import write_file
from luthier.log import Log, Recorder, read_log
from luthier.stages.train.checkpoint import Checkpoints, Position
from luthier.stages.train.guard import Guard
from luthier.stages.train.interrupt import Held, held_back
from luthier.stages.train.loop import Training


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of an attempt. The model holds the best weights.

    Attributes:
        trace: the whole log.
        verdicts: the guard's last answers.
        stopped_by: the finding that ended it early, or None.
        best_step: step whose weights were kept.
        guard_seconds: time that the guard took.
    """

    trace: Trace
    verdicts: Verdicts
    stopped_by: Finding | None
    best_step: int
    guard_seconds: float


@dataclass(slots=True)
class _Run:
    """The moving parts of an attempt."""

    training: Training
    recorder: Recorder
    checkpoints: Checkpoints
    log: Log
    guard: Guard
    evidence: Evidence
    evaluate: Callable[[], Evaluation]
    watch: Watch
    position: Position
    found: list[Finding] = field(default_factory=list)


def attempt(
    training: Training,
    folder: Path,
    guard: Guard,
    evidence: Evidence,
    evaluate: Callable[[], Evaluation],
    watch: Watch,
) -> Attempted:
    """Train to the planned end, to the end of patience, or to the first error that the guard sees.

    Picks up at the newest usable checkpoint where `folder` holds one. Ctrl-C stops after the step, with a checkpoint.

    Args:
        training: the run.
        folder: `attempts/NN`; log and checkpoints go there.
        guard: asked every few steps.
        evidence: what was known before; the trace is added to it.
        evaluate: scores the model on validation as it is now.
        watch: told of progress and findings.

    Raises:
        RunError: something could not be written; the last checkpoint is intact.
        KeyboardInterrupt: Ctrl-C; a checkpoint of the last step was written.
    """
    checkpoints = Checkpoints(folder / "checkpoints")
    recorder = Recorder(training.job.total_steps, training.job.steps_per_epoch)
    position = _resume(training, recorder, checkpoints, folder / "log.jsonl", watch)
    with closing(Log(folder / "log.jsonl")) as log, held_back() as held:
        run = _Run(training, recorder, checkpoints, log, guard, evidence, evaluate, watch, position)
        stopped_by = _train(run, held)
    best = run.position.best_step
    if best is not None and best != training.done:
        kept = checkpoints.read(best)
        training.restore(kept.weights, kept.optimiser, training.done)
    trace = recorder.trace(finished=stopped_by is None)
    return Attempted(trace, guard.verdicts, stopped_by, best or training.done, guard.seconds)


def _resume(training: Training, recorder: Recorder, checkpoints: Checkpoints, log: Path, watch: Watch) -> Position:
    """Go back to the newest usable checkpoint, the log included; to the beginning where there is none."""
    newest, passed_over = checkpoints.newest()
    for sentence in passed_over:
        watch(Event("notice", "train", sentence))
    write_file(log, newest.log if newest else b"")
    if newest is None:
        if passed_over:
            watch(Event("notice", "train", "no checkpoint is usable: training starts from the beginning"))
        return Position(done=0, total=training.job.total_steps)
    position = newest.position
    training.restore(newest.weights, newest.optimiser, position.done)
    read_log(log, recorder)
    watch(Event("notice", "train", f"resumed at step {position.done:,} of {position.total:,}"))
    return position


def _train(run: _Run, held: Held) -> Finding | None:
    """Step by step to the end. Between two steps the run is whole: there it is judged, saved and stopped."""
    save_every = run.training.job.plan.train.save_every
    ended, error = _ended(run, _look_again(run))
    if ended:
        return error
    for step in run.training.steps():
        run.recorder.add(step)
        run.log.write(step, step.number)
        _tell(run, step)
        error = _look(run) if run.guard.due(step.number) else None
        if _evaluation_due(run, step.number):
            _evaluate(run, step.number)
            error = _look(run) or error
            _save(run)
        elif held.asked or (save_every and step.number % save_every == 0):
            _save(run)
        if held.asked:
            raise KeyboardInterrupt
        ended, error = _ended(run, error)
        if ended:
            return error
    return None


def _look_again(run: _Run) -> Finding | None:
    """What the guard saw where the checkpoint was taken, and perhaps was killed before it could act on it."""
    done = run.training.done
    return _look(run) if done and (run.guard.due(done) or _evaluation_due(run, done)) else None


def _ended(run: _Run, error: Finding | None) -> tuple[bool, Finding | None]:
    """Whether training stops here, before its planned end, and the finding that stops it."""
    train, step = run.training.job.plan.train, run.training.done
    if error is not None:
        run.watch(Event("notice", "train", f"stopped at step {step:,}: {error.failure}"))
        return True, error
    if train.patience and run.position.stale >= train.patience:
        run.watch(Event("notice", "train", f"stopped early: no better {train.metric} in {train.patience} looks"))
        return True, None
    return False, None


def _tell(run: _Run, step: Step) -> None:
    numbers: dict[str, Number] = {"loss": step.loss, "rate": max(step.rates.values(), default=0.0), "epoch": step.epoch}
    run.watch(Event("progress", "train", done=step.number, total=run.training.job.total_steps, numbers=numbers))


def _look(run: _Run) -> Finding | None:
    new = run.guard.look(replace(run.evidence, trace=run.recorder.trace()))
    for finding in new:
        run.watch(Event("finding", "train", finding.failure, numbers=finding.numbers))
    return next((finding for finding in new if finding.severity == "error"), None)


def _evaluation_due(run: _Run, step: int) -> bool:
    job = run.training.job
    every = max(1, round(job.steps_per_epoch / job.plan.train.evaluations_per_epoch))
    return step % every == 0 or step == job.total_steps


def _evaluate(run: _Run, step: int) -> None:
    scored = run.evaluate()
    run.recorder.evaluations.append((step, scored))
    run.log.write(scored, step)
    metric = run.training.job.plan.train.metric
    better = _is_better(scored, run.position, metric)
    run.position = replace(
        run.position,
        evaluations=tuple(run.recorder.evaluations),
        best_step=step if better else run.position.best_step,
        stale=0 if better else run.position.stale + 1,
    )
    value = scored.score(metric)
    run.watch(Event("notice", "evaluate", f"step {step:,}: validation {metric} {value:.4f}", numbers={metric: value}))


def _is_better(scored: Evaluation, position: Position, metric: str) -> bool:
    """Better than the best so far in the metric's own direction, ties by loss; a score that is not finite never is."""
    if not math.isfinite(scored.score(metric)):
        return False
    best = next((e for step, e in position.evaluations if step == position.best_step), None)
    return best is None or _rank(scored, metric) > _rank(best, metric)


def _rank(scored: Evaluation, metric: str) -> tuple[float, float]:
    value = scored.score(metric)
    loss = scored.loss if scored.loss is not None and math.isfinite(scored.loss) else math.inf
    return (-value if metric in LOWER_IS_BETTER else value, -loss)


def _save(run: _Run) -> None:
    run.log.sync()
    run.position = replace(run.position, done=run.training.done)
    run.checkpoints.save(run.position, *run.training.state(), run.log.path)
