"""The story of a run, from labelled text to a tested and explained model. Start reading here.

    fit = look (read, split, profile, plan) -> (check -> train under guard -> judge on validation -> repair the plan)*
          -> score -> save and verify -> judge -> report

Each step is one stage; facts flow from left to right and every failure in the catalogue is asked at the moments at
which it can be seen. The test split is scored once, at the end.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from luthier.errors import RunError
from luthier.facts.attempt import Attempt
from luthier.facts.event import Event, Watch, unwatched
from luthier.facts.finding import Change, Moment, Verdicts
from luthier.facts.report import Evidence, Report
from luthier.facts.request import Request
from luthier.failures._engine import all_failures, ask, last_word
from luthier.folder import RunFolder, existing, in_use, is_run, new, refuse_finished, request_of

if TYPE_CHECKING:
    from luthier.facts.plan import Plan
    from luthier.known import Known
    from luthier.predict import Predictor


def fit(request: Request, watch: Watch = unwatched) -> Report:
    """Fine-tune a model on labelled text.

    Args:
        request: what to do; see `Request`.
        watch: told of progress.

    Raises:
        LuthierError: the data, the plan, the model or the run folder cannot be used.
        KeyboardInterrupt: Ctrl-C; its argument is the run folder, with which `resume` goes on.
    """
    with new(request) as folder:
        return _run(folder, request, watch)


def resume(path: str, watch: Watch = unwatched) -> Report:
    """Go on with a run that was interrupted, to the same weights that it would have reached undisturbed.

    Raises:
        RunError: the run is finished, or what it began with was changed.
        KeyboardInterrupt: as in `fit`.
    """
    folder = existing(path)
    refuse_finished(folder)
    with in_use(folder):
        return _run(folder, request_of(folder), watch)


def check(request: Request, watch: Watch = unwatched, *, trial: bool = False) -> Report:
    """Look at data and plan without training: everything that can be seen before.

    Args:
        request: what would be done.
        watch: told of progress.
        trial: also try the model on its first batches, which takes about ten seconds; the model must be at hand.
    """
    clock = Clock(watch)
    evidence = _tried(request, clock.watch) if trial else _looked(request, clock.watch)
    before = _ask(request, Moment.BEFORE, evidence)
    return Report(name=request.data, evidence=evidence, verdicts=before, seconds=clock.seconds())


def _looked(request: Request, watch: Watch) -> Evidence:
    """What is known before training; of the data alone where no model is at hand, which needs no heavy library."""
    from luthier.rows import alone, lacks_model

    if lacks_model(request):
        return alone(request, watch)
    from luthier.known import look

    return look(request, watch).evidence


def _tried(request: Request, watch: Watch) -> Evidence:
    from luthier.known import look
    from luthier.trying import try_out

    known = look(request, watch)
    return replace(known.evidence, trial=try_out(known, watch))


def diagnose(
    path: str,
    watch: Watch = unwatched,
    *,
    data: str | None = None,
    base: str | None = None,
    text: str | None = None,
    label: str | None = None,
    ignore: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
) -> Report:
    """Ask every failure about a run that is there: a run of Luthier, finished or not, or the folder of another tool.

    Args:
        path: run folder, or the output folder of Trainer, TRL, PEFT, or whatever left a log or a model behind.
        watch: told of progress.
        data: rows that the run was trained on; a run of Luthier has its own.
        base: folder or hub id of the model that was fine-tuned.
        text, label: columns of these rows, where they are labelled texts.
        ignore, only: as in `Request`.

    Raises:
        RunError: there is no such folder, or a run of Luthier is damaged.
        InputError: the rows cannot be read.
        ModelError: the base model is not at hand.
    """
    wanted = Request(data or "", text=text, label=label, ignore=ignore, only=only)
    if is_run(path):
        own = request_of(existing(path))
        wanted = replace(wanted, ignore=own.ignore + ignore, only=only or own.only)
    evidence = evidence_of(path, wanted, base or "", watch)
    rounds = [_ask(wanted, moment, evidence) for moment in Moment]
    name = Path(path).resolve().name
    return Report(name=name, evidence=evidence, verdicts=last_word(*rounds), folder=path)


def evidence_of(path: str, rows: Request, base: str, watch: Watch) -> Evidence:
    """What is known of a run that is there.

    Args:
        path: as in `diagnose`.
        rows: names the rows that go with it, and their columns; without `data` there are none.
        base: folder or hub id of the base model; empty where it is not at hand.
        watch: told of progress.
    """
    watch(Event("stage", "check", f"reading {path}"))
    if is_run(path):
        from luthier.stages.diagnose.own import of_run
        from luthier.stages.plan import file as plan_file

        folder = existing(path)
        return of_run(folder, plan_file.load(folder.plan) if folder.plan.is_file() else None)
    from luthier.stages.diagnose.foreign import of_folder

    beside = _located(base) if base else None
    evidence = of_folder(Path(path), beside)
    if not rows.data:
        return evidence
    from luthier.given import with_rows

    return with_rows(evidence, rows, Path(path), beside, watch)


def mend(report: Report, data: str, base: str = "") -> tuple[Plan, tuple[Change, ...]]:
    """The plan of a run that is over with the fixes of what was seen in it, ready for `luthier fit --plan`.

    Args:
        report: of `diagnose`.
        data: rows that the plan is to name.
        base: model that it is to name; empty means the one that the run names.

    Raises:
        RunError: the settings of the run are not known, nothing that was seen can be mended by a plan, or it is a run
            of a kind that Luthier does not train.
    """
    from luthier.stages.diagnose.remedy import mended
    from luthier.stages.diagnose.runnable import runnable

    if report.evidence.plan is None:
        raise RunError(
            "the settings of this run are not known, so that there is nothing to change",
            where=report.folder,
            next_step="keep training_args.bin beside the model, or start anew: luthier fit FILE",
        )
    plan, remedies = mended(report.verdicts, all_failures(), report.evidence.plan)
    if not remedies:
        raise RunError(
            "nothing that was seen in this run can be mended by a change of its plan",
            where=report.folder,
            next_step="take the next step of the first finding",
        )
    return runnable(plan, data, base, report.folder), tuple(change for one in remedies for change in one.changes)


def _located(base: str) -> Path:
    """A folder as it is: nothing of it is loaded. A hub id is looked up, which needs more libraries."""
    if Path(base).is_dir():
        return Path(base)
    from luthier.models.locate import locate

    return locate(base)


def load(path: str) -> Predictor:
    """The model of a finished run, ready to predict."""
    from luthier.predict import Predictor

    return Predictor.load(existing(path))


def predict_file(path: str, source: str, target: str, watch: Watch = unwatched, text: str | None = None) -> int:
    """Predict a file row by row into another; returns the number of rows. See `predict.predict_file`."""
    from luthier.predict import predict_file as predict

    return predict(load(path), source, target, watch, text)


def _run(folder: RunFolder, request: Request, watch: Watch) -> Report:
    """The whole story; who is interrupted learns with which folder to go on, where there is one."""
    try:
        return _story(folder, request, watch)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(*([str(folder.path)] if folder.inputs.is_file() else [])) from None


def _story(folder: RunFolder, request: Request, watch: Watch) -> Report:
    """A step that an earlier process finished is read back instead of done again."""
    from luthier.known import look_or_remember
    from luthier.repair import attempts
    from luthier.trained import save, score, verify

    clock = Clock(watch)
    begun = look_or_remember(request, folder, clock.watch)
    best, made = attempts(begun, folder, request, clock.watch)
    scored = score(best.trained, best.known, folder, clock.watch, best.validated)
    save(scored, best.known, folder, clock.watch)
    evidence = verify(scored, best.known, folder, clock.watch)
    after = _ask(request, Moment.AFTER, evidence)
    verdicts = last_word(best.watched, after)
    report = _report(folder, best.known, evidence, verdicts, made, clock)
    if best.known.plan != begun.plan:
        best.known.remember(folder)
    return report


def _report(
    folder: RunFolder,
    known: Known,
    evidence: Evidence,
    verdicts: Verdicts,
    made: tuple[Attempt, ...],
    clock: Clock,
) -> Report:
    from luthier.stages.evaluate.verdict import decide
    from luthier.stages.report.environment import environment
    from luthier.stages.report.write import write_reports

    clock.watch(Event("stage", "report", "writing the report"))
    report = Report(
        name=folder.path.name,
        evidence=evidence,
        verdicts=verdicts,
        attempts=made,
        changes=_changes(made),
        outcome=decide(known.plan.train.metric, evidence.test, verdicts, evidence.artifact),
        environment=environment(),
        seconds=clock.seconds(),
        folder=str(folder.path),
    )
    write_reports(report, folder.path)
    return report


def _changes(made: tuple[Attempt, ...]) -> tuple[Change, ...]:
    """What all fixes up to the chosen attempt changed."""
    chosen = next(one.number for one in made if one.chosen)
    return tuple(change for one in made if one.number <= chosen for change in one.changes)


def _ask(request: Request, moment: Moment, evidence: Evidence) -> Verdicts:
    failures = all_failures()
    asked = [failure for name, failure in failures.items() if not request.only or name in request.only]
    return ask(asked, moment, evidence, silenced=request.ignore)


class Clock:
    """Passes events on and counts the seconds of each stage."""

    def __init__(self, watch: Watch) -> None:
        self._watch, self._stage, self._started = watch, "", time.perf_counter()
        self._seconds: dict[str, float] = {}

    def watch(self, event: Event) -> None:
        """Pass an event on; one that opens a stage closes the last."""
        if event.kind == "stage":
            self._close(event.stage)
        self._watch(event)

    def _close(self, next_stage: str) -> None:
        now = time.perf_counter()
        if self._stage:
            self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._started
        self._stage, self._started = next_stage, now

    def seconds(self) -> dict[str, float]:
        """Stage to seconds so far."""
        self._close(self._stage)
        return dict(self._seconds)
