"""`luthier.check`: everything that can be seen before a training, of files, of a trainer, or of rows with settings.

    luthier.check("reviews.csv")
    luthier.check(trainer)                                    # transformers.Trainer, trl.SFTTrainer, …
    luthier.check(dataset, args=args, model=model, collator=collator)

Nothing is trained and nothing is changed: a trainer is left as it was found.
"""

import time
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from luthier.errors import InputError
from luthier.facts.event import Event, Watch, unwatched
from luthier.facts.finding import Moment
from luthier.facts.report import Evidence, Report
from luthier.facts.request import Request
from luthier.failures._engine import all_failures, ask
from luthier.integrations.evidence import evidence, evidence_of
from luthier.integrations.opened import undisturbed
from luthier.integrations.rows import opened_rows
from luthier.integrations.subject import subject_of
from luthier.run import check as check_files
from luthier.stages.trial.battery import run_battery


def check(
    what: Any,
    watch: Watch = unwatched,
    *,
    model: Any = None,
    args: Any = None,
    collator: Any = None,
    trial: bool = False,
    ignore: Collection[str] = (),
    only: Collection[str] = (),
) -> Report:
    """Look before training.

    Args:
        what: a `Request`, or the path of labelled text; or a trainer that has a model, settings and rows; or rows as a
            data set or a list of mappings, with `args` at least.
        watch: told of progress.
        model: with rows: the model in memory that will be trained.
        args: with rows: TrainingArguments or what derives from them.
        collator: with rows: what makes batches of them; None means Trainer's own choice.
        trial: also run the ten-second battery of small experiments.
        ignore: ids of failures of which not to hear.
        only: ids of the failures to ask; empty means all.

    Returns:
        A report whose verdicts say of every failure: seen, clear, or not looked and why.

    Raises:
        LuthierError: what was given cannot be checked.
    """
    if isinstance(what, str | Request):
        asked = Request(what) if isinstance(what, str) else what
        asked = replace(asked, ignore=(*asked.ignore, *ignore), only=(*asked.only, *only))
        return check_files(asked, watch, trial=trial)
    started = time.perf_counter()
    if is_trainer(what):
        watch(Event("stage", "check", f"looking into the {type(what).__name__}"))
        found, name = evidence_of(what), type(what).__name__
        if trial:
            found = _tried(what, found, watch)
    elif args is not None:
        watch(Event("stage", "check", "looking at the rows"))
        with undisturbed(collator):
            found, name = evidence(opened_rows(what, model, args, collator)), "rows"
    else:
        raise InputError(
            f"a {type(what).__name__} is neither a path, a Request nor a trainer",
            next_step="pass a trainer, or rows together with args=TrainingArguments(...)",
        )
    return _report(name, found, ignore, only, time.perf_counter() - started)


def _tried(trainer: Any, found: Evidence, watch: Watch) -> Evidence:
    """The evidence with what the battery measured; without a batch there is nothing to try."""
    if found.census is None:
        return replace(found, missing={**found.missing, "trial": found.missing["census"]})
    return replace(found, trial=run_battery(subject_of(trainer), watch))


def is_trainer(thing: Any) -> bool:
    """Whether this has what a `transformers.Trainer` has."""
    return all(hasattr(thing, name) for name in ("model", "args", "get_train_dataloader"))


def _report(name: str, found: Evidence, ignore: Collection[str], only: Collection[str], seconds: float) -> Report:
    asked = [failure for one, failure in all_failures().items() if not only or one in only]
    verdicts = ask(asked, Moment.BEFORE, found, silenced=ignore)
    return Report(name=name, evidence=found, verdicts=verdicts, seconds={"check": seconds})
