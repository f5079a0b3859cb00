"""The first half of a run: what is known before training. Read, split, profile, plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import torch

from luthier.errors import ModelError, RunError
from luthier.facts.data import DataFacts, SplitName
from luthier.facts.event import Event, Watch, unwatched
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.facts.report import OUTSIDE_OWN_RUNS, Evidence
from luthier.facts.request import Request
from luthier.facts.rows import Splits
from luthier.files import sha256, write_file
from luthier.folder import RunFolder
from luthier.models import load as models
from luthier.models.tokenizer import TextTokenizer
from luthier.registry import plug_ins
from luthier.stages.data import store
from luthier.stages.data.columns import Wish
from luthier.stages.data.profile import profile, with_cut
from luthier.stages.data.read import Read, read_rows
from luthier.stages.data.split import make_splits
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
    _tell(watch, wanted.notices)
    read = _read(wanted, watch)
    model_folder = models.locate(wanted.plan.model.id)
    model, tokenizer = models.facts(wanted.plan.model.id, model_folder), TextTokenizer.load(model_folder)
    splits = _split(read, wanted, watch)
    watch(Event("stage", "profile", f"measuring {sum(splits[name].num_rows for name in _NAMES):,} rows"))
    cut = min(model.usable_positions, model.trained_tokens or model.usable_positions)
    near = wanted.plan.data.near_duplicates
    data = profile(read, splits, tokenizer=tokenizer, max_tokens=cut, near_duplicates=near, seed=wanted.plan.seed)
    watch(Event("stage", "plan", "deriving the plan"))
    plan, notices = derive(wanted, _facts(data, model))
    _tell(watch, notices)
    if plan.model.max_tokens != cut:
        data = with_cut(data, splits, tokenizer, plan.model.max_tokens, plan.seed)
    known = Known(plan, data, model, splits, model_folder, tokenizer)
    return _within_budget(known, wanted, watch) if wanted.budget_seconds is not None else known


def look_before(request: Request, watch: Watch) -> Evidence:
    """What a check may know: all that `look` knows, or the data alone where the default model is not at hand.

    Raises:
        LuthierError: as `look`; a model that the user named must be there.
    """
    try:
        return look(request, watch).evidence
    except ModelError:
        wanted = wishes(request)
        if wanted.fixed("model.id"):
            raise
        _tell(watch, (f"the model {wanted.plan.model.id} is not at hand: looking at the data alone",))
    read = _read(wanted, unwatched)
    near = wanted.plan.data.near_duplicates
    data = profile(read, _split(read, wanted, unwatched), near_duplicates=near, seed=wanted.plan.seed)
    reasons = dict.fromkeys(("trace", "validation", "test", "artifact"), "nothing was trained")
    no_model = "no model was at hand: name one with --model"
    missing = OUTSIDE_OWN_RUNS | reasons | {"model": no_model, "plan": no_model, "trial": no_model}
    return Evidence(data, missing=missing, outside=frozenset(OUTSIDE_OWN_RUNS))


_NAMES: tuple[SplitName, ...] = ("train", "validation", "test")


def _read(wanted: Wishes, watch: Watch) -> Read:
    data = wanted.plan.data
    watch(Event("stage", "read", f"reading {data.path}"))
    named = {role: getattr(data, role) for role in ("text", "label", "group", "time") if wanted.fixed(f"data.{role}")}
    read = read_rows(data.path, Wish(**named), steps=data.clean)
    _tell(watch, read.notices, "read")
    for role, how in read.columns.how.items():
        watch(Event("notice", "read", f"{role}: {how}"))
    return read


def _split(read: Read, wanted: Wishes, watch: Watch) -> Splits:
    data = wanted.plan.data
    split = make_splits(
        read,
        seed=wanted.plan.seed,
        validation_share=data.validation_share,
        test_share=data.test_share,
        near_duplicates=data.near_duplicates,
    )
    _tell(watch, split.notices, "read")
    return split.splits


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
    _tell(watch, said)
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
    model_folder = models.locate(plan.model.id)
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
        model={name: sha256(path) for name, path in models.files(model_folder).items()},
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


def _tell(watch: Watch, lines: tuple[str, ...], stage: str = "plan") -> None:
    for line in lines:
        watch(Event("notice", stage, line))
