"""The first half of a run: what is known before training. Read, split, profile, plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import torch

from luthier.errors import RunError
from luthier.facts.data import DataFacts, RowRepair, SplitName
from luthier.facts.event import Event, Watch
from luthier.facts.finding import Moment
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.facts.report import OUTSIDE_OWN_RUNS, Evidence
from luthier.facts.request import Request
from luthier.facts.rows import Splits
from luthier.failures._engine import all_failures, ask
from luthier.files import sha256, write_file
from luthier.folder import RunFolder
from luthier.models import load as models
from luthier.models.locate import files, locate
from luthier.models.tokenizer import TextTokenizer
from luthier.registry import plug_ins
from luthier.rows import read_wanted, split_wanted, tell
from luthier.stages.data import store
from luthier.stages.data.profile import profile, with_cut
from luthier.stages.data.read import Read
from luthier.stages.plan import file as plan_file
from luthier.stages.plan.budget import fit_budget
from luthier.stages.plan.defaults import Facts, candidates, derive
from luthier.stages.plan.wishes import Wishes, wishes
from luthier.stages.train.probe import measure_speed
from luthier.stages.train.setup import SetUp, set_up
from luthier.strategies import _contract as strategy_contract
from luthier.strategies._contract import Strategy
from luthier.tasks import _contract as task_contract
from luthier.tasks._contract import Task


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that training starts from.

    Attributes:
        plan: the decisions.
        data, model: facts.
        splits: the rows.
        model_folder: files of the pretrained model.
        tokenizer: the model's own.
    """

    plan: Plan
    data: DataFacts
    model: ModelFacts
    splits: Splits
    model_folder: Path
    tokenizer: TextTokenizer

    @property
    def evidence(self) -> Evidence:
        """What failures may read now."""
        missing = {
            **OUTSIDE_OWN_RUNS,
            "trial": "the model was not tried: luthier check --try",
            "trace": "no training yet",
            "validation": "no scores yet",
            "test": "no scores yet",
            "artifact": "no model was saved yet",
        }
        return Evidence(self.data, self.model, self.plan, missing=missing, outside=frozenset(OUTSIDE_OWN_RUNS))

    def remember(self, folder: RunFolder) -> None:
        """Write the plan that was chosen, and its rows, over those that the run began with."""
        store.save(folder.data, self.splits, self.data)
        write_file(folder.plan, plan_file.to_text(self.plan))

    def set_up(self) -> SetUp:
        """Model and encoded rows for this plan."""
        strategy = strategies()[self.plan.strategy.name]
        task = tasks()[self.plan.task]
        return set_up(self.plan, task, strategy, self.model_folder, self.tokenizer, self.splits, self.data.classes)


def strategies() -> dict[str, Strategy]:
    """Every strategy by id."""
    return plug_ins("luthier.strategies", strategy_contract.load)


def tasks() -> dict[str, Task]:
    """Every task by id."""
    return plug_ins("luthier.tasks", task_contract.load)


def look(request: Request, watch: Watch) -> Known:
    """Read, split, profile and plan. Nothing is written.

    Raises:
        LuthierError: the data, the plan or the model cannot be used.
    """
    wanted = wishes(request)
    tell(watch, wanted.notices)
    read = read_wanted(wanted, watch)
    model_folder = locate(wanted.plan.model.id)
    model, tokenizer = models.facts(wanted.plan.model.id, model_folder), TextTokenizer.load(model_folder)
    splits = split_wanted(read, wanted, watch)
    watch(Event("stage", "profile", f"measuring {sum(splits[name].num_rows for name in _NAMES):,} rows"))
    cut = min(model.usable_positions, model.trained_tokens or model.usable_positions)
    near = wanted.plan.data.near_duplicates
    data = profile(read, splits, tokenizer=tokenizer, max_tokens=cut, near_duplicates=near, seed=wanted.plan.seed)
    watch(Event("stage", "plan", "deriving the plan"))
    plan, notices = derive(wanted, _facts(data, model))
    tell(watch, notices)
    if plan.model.max_tokens != cut:
        data = with_cut(data, splits, tokenizer, plan.model.max_tokens, plan.seed)
    known = Known(plan, data, model, splits, model_folder, tokenizer)
    if request.repair == "data":
        known = _rows_repaired(known, read, request, watch)
    return _within_budget(known, wanted, watch) if wanted.budget_seconds is not None else known


def _rows_repaired(known: Known, read: Read, request: Request, watch: Watch) -> Known:
    """Take out of the splits that are scored what the fixes of failures name; the rows that train stay as they are."""
    splits, repairs = known.splits, []
    for failure in all_failures().values():
        if failure.fix_rows is None or failure.id in request.ignore:
            continue
        finding = ask([failure], Moment.BEFORE, known.evidence).all[0].finding
        if finding is None:
            continue
        fixed = failure.fix_rows(splits, finding)
        for name in _NAMES:
            before, after = splits[name].num_rows, fixed[name].num_rows
            if after != before:
                repairs.append(RowRepair(failure.id, name, before, after))
                watch(Event("notice", "repair", f"{failure.id}: {before - after} rows taken out of {name}"))
        splits = fixed
    if not repairs:
        return known
    plan = known.plan
    data = profile(
        read,
        splits,
        tokenizer=known.tokenizer,
        max_tokens=plan.model.max_tokens,
        near_duplicates=plan.data.near_duplicates,
        seed=plan.seed,
    )
    return replace(known, splits=splits, data=replace(data, repairs=tuple(repairs)))


def replanned(known: Known, plan: Plan, request: Request, watch: Watch) -> Known:
    """The same rows and the same model under another plan; what the plan decides about rows is done anew."""
    if plan.data != known.plan.data:
        wanted = replace(wishes(request), plan=plan)
        read = read_wanted(wanted, watch)
        splits = split_wanted(read, wanted, watch)
        near, tokens = plan.data.near_duplicates, plan.model.max_tokens
        data = profile(read, splits, tokenizer=known.tokenizer, max_tokens=tokens, near_duplicates=near, seed=plan.seed)
        return replace(known, plan=plan, splits=splits, data=data)
    if plan.model.max_tokens != known.plan.model.max_tokens:
        data = with_cut(known.data, known.splits, known.tokenizer, plan.model.max_tokens, plan.seed)
        return replace(known, plan=plan, data=data)
    return replace(known, plan=plan)


_NAMES: tuple[SplitName, ...] = ("train", "validation", "test")


def _facts(data: DataFacts, model: ModelFacts) -> Facts:
    reasons: Mapping[str, str] = {name: s.suits(data, model) for name, s in strategies().items()}
    unsuited = {name: reason for name, reason in reasons.items() if reason}
    return Facts(data, model, {name: s.defaults for name, s in strategies().items()}, unsuited)


def _within_budget(known: Known, wanted: Wishes, watch: Watch) -> Known:
    watch(Event("stage", "probe", "measuring this machine's speed"))
    whole = replace(known.plan, strategy=replace(known.plan.strategy, name="full", layers=None))
    speed = measure_speed(replace(known, plan=whole).set_up())
    plans = candidates(wanted, _facts(known.data, known.model))
    plan, said = fit_budget(plans, known.data, speed, wanted.budget_seconds or 0.0)
    tell(watch, said)
    return replace(known, plan=plan)


def look_or_remember(request: Request, folder: RunFolder, watch: Watch) -> Known:
    """Look, and write down what was decided; where an earlier process did so already, read it back.

    Raises:
        RunError: what the run began with was changed since.
    """
    if folder.inputs.is_file():
        return _remember(folder, watch)
    known = look(request, watch)
    store.save(folder.data, known.splits, known.data)
    write_file(folder.plan, plan_file.to_text(known.plan))
    write_file(folder.inputs, msgspec.json.format(msgspec.json.encode(_inputs(folder, known.model_folder))))
    return known


def _remember(folder: RunFolder, watch: Watch) -> Known:
    plan = plan_file.load(folder.plan)
    model_folder = locate(plan.model.id)
    _refuse_changed(folder, model_folder, watch)
    splits, data = store.load(folder.data)
    model = models.facts(plan.model.id, model_folder)
    return Known(plan, data, model, splits, model_folder, TextTokenizer.load(model_folder))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run began with.

    Attributes:
        run: file below the run folder to its SHA-256.
        model: file below the model's folder to its SHA-256.
        machine: what decides the last bits of a sum: torch and the number of its threads.
    """

    run: dict[str, str]
    model: dict[str, str]
    machine: dict[str, str]


def _inputs(folder: RunFolder, model_folder: Path) -> Inputs:
    own = [folder.plan, *sorted(path for path in folder.data.iterdir() if path.is_file())]
    return Inputs(
        run={path.relative_to(folder.path).as_posix(): sha256(path) for path in own},
        model={name: sha256(path) for name, path in files(model_folder).items()},
        machine={"torch": str(torch.__version__), "threads": str(torch.get_num_threads())},
    )


def _refuse_changed(folder: RunFolder, model_folder: Path, watch: Watch) -> None:
    """Another plan, other rows or another model would go on to other weights, and nobody would notice."""
    try:
        begun = msgspec.json.decode(folder.inputs.read_bytes(), type=Inputs)
        now = _inputs(folder, model_folder)
    except (OSError, msgspec.MsgspecError) as error:
        raise RunError(f"cannot be read: {error}", where=str(folder.inputs), next_step="start the run anew") from error
    for home, then, today in ((folder.path, begun.run, now.run), (model_folder, begun.model, now.model)):
        for name in sorted({*then, *today}):
            if then.get(name) != today.get(name):
                what = "is gone" if name not in today else "is new" if name not in then else "was changed"
                raise RunError(
                    f"{name} {what} since the run began; going on would not lead to the weights that it was to reach",
                    where=str(home / name),
                    next_step="put back what was there, or start a new run",
                )
    for name, value in begun.machine.items():
        if now.machine.get(name) != value:
            line = f"the run began with {name} {value} and goes on with {now.machine.get(name)}"
            watch(Event("notice", "train", f"{line}: weights may differ in their last bits from an undisturbed run"))
