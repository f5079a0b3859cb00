"""The checkpoints of a run: which are whole, which is best, and from which training can go on."""

from collections.abc import Sequence

from luthier.facts.arguments import Arguments
from luthier.facts.checkpoints import Checkpoint, CheckpointFacts, Injury
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import card
from luthier.stages.diagnose.readers.arguments import changed
from luthier.stages.diagnose.readers.config import CONFIG, checkpoint_folders, checkpoint_step
from luthier.stages.diagnose.readers.history import (
    LARGEST,
    State,
    metric_of,
    parting,
    read_state,
    resumes,
    values_of,
)
from luthier.stages.diagnose.readers.injuries import (
    HARMLESS,
    OPTIMIZER,
    PART,
    STATE,
    Opened,
    all_weights,
    open_checkpoint,
)
from luthier.stages.diagnose.readers.weights import same

DEEP = 3
"""Newest checkpoints whose weights are searched for NaN and whose checksums are compared."""


def read(home: Home, arguments: Arguments | None = None) -> CheckpointFacts | None:
    """The checkpoints in a folder, or the folder itself where it is one; None where there is none.

    Args:
        home: what the user named.
        arguments: settings of the run: how the best checkpoint was chosen, and whether whole states were saved.
    """
    names = checkpoint_folders(home) or ([""] if _is_checkpoint(home) else [])
    if not names:
        return None
    opened = _open_all(home, names, arguments)
    top = _top_state(home) if names != [""] else None
    states = [one.state for one in opened if one.state] + ([top] if top else [])
    newest = max(states, key=lambda state: state.step or 0, default=State())
    _part_from_other_runs(opened, newest)
    metric, greater = _metric(newest, arguments)
    values = values_of(newest.entries, metric) if metric else {}
    resumed, again = resumes(newest.entries, arguments.text("lr_scheduler_type") if arguments else "")
    best = _best(values, metric, greater) or newest.best_step
    replayed = {*again, *(step for one in opened if one.state and (step := parting(one.state.entries, newest.entries)))}
    return CheckpointFacts(
        all=tuple(_checkpoint(home, one, values) for one in opened),
        best_named=newest.best_named,
        best_there=_base_name(newest.best_named) in names if newest.best_named else None,
        best_step=best,
        metric=metric,
        greater_is_better=greater,
        final_is_best=_final_is_best(home, names, newest, best),
        replayed=tuple(sorted(replayed)),
        resumed_at=tuple(sorted({*resumed, *_asked(arguments)})),
        patience=newest.patience,
        reported=card.reported(home),
        changed=changed(home, arguments),
    )


def _is_checkpoint(home: Home) -> bool:
    """Whether the folder that was named is a checkpoint itself."""
    named = checkpoint_step(home.path.resolve().name) is not None
    return bool(home.named(OPTIMIZER)) or (named and bool(home.named(STATE)))


def _open_all(home: Home, names: Sequence[str], arguments: Arguments | None) -> list[Opened]:
    """All folders, oldest first. The newest are looked into deeply; logs are parsed while the budget lasts."""
    with_config = any(home.named(CONFIG, below=folder) for folder in ("", *names))
    only_model = arguments.flag("save_only_model") if arguments else None
    opened, budget = [], 2 * LARGEST
    for rank, name in enumerate(reversed(names)):
        one = open_checkpoint(
            home.aside(),
            name,
            deep=rank < DEEP,
            with_config=with_config,
            only_model=only_model,
            most=min(budget, LARGEST),
        )
        budget -= min(_size(home, name), budget)
        opened.append(one)
        home.note(name, PART, _told(one.injuries))
    return opened[::-1]


def _size(home: Home, name: str) -> int:
    found = home.named(STATE, below=name)
    try:
        return (home.path / found[0]).stat().st_size if found else 0
    except OSError:
        return 0


def _told(injuries: Sequence[Injury]) -> str:
    return "; ".join(f"{one.kind}: {one.file}" for one in injuries[:3])


def _top_state(home: Home) -> State | None:
    read = read_state(home.path / STATE) if home.named(STATE) else None
    return read if isinstance(read, State) else None


def _part_from_other_runs(opened: Sequence[Opened], newest: State) -> None:
    """A log that differs from the newest from its first entry on was left behind by another run."""
    for one in opened:
        if one.state and parting(one.state.entries, newest.entries) == 0:
            one.hurt("inconsistent", "state", STATE, "its log is another run's: it differs from the first entry on")


def _checkpoint(home: Home, one: Opened, values: dict[int, float]) -> Checkpoint:
    step = one.state.step if one.state and one.state.step is not None else checkpoint_step(one.name)
    step = (checkpoint_step(home.path.resolve().name) or 0) if step is None else step
    harmful = [injury for injury in one.injuries if injury.part not in HARMLESS]
    return Checkpoint(
        name=one.name or home.path.resolve().name,
        step=step,
        files=one.files,
        injuries=tuple(one.injuries),
        loads=not any(injury.part in {"weights", "config", "folder"} for injury in harmful),
        resumes=not harmful and not one.weights_only and one.state is not None,
        metric=values.get(step),
    )


def _metric(newest: State, arguments: Arguments | None) -> tuple[str, bool | None]:
    """Name of the metric that chose the best checkpoint, and the direction that was used, as stored."""
    metric = arguments.text("metric_for_best_model") if arguments else ""
    if not metric and arguments and arguments.flag("load_best_model_at_end"):
        metric = "loss"  # Trainer's default
    metric = metric or metric_of(newest)
    return metric.removeprefix("eval_"), arguments.flag("greater_is_better") if arguments else None


def _best(values: dict[int, float], metric: str, greater: bool | None) -> int | None:
    """First step with the best value. Without a stored direction Trainer's rule holds: greater, unless it is a loss."""
    if not values:
        return None
    sign = 1 if (greater if greater is not None else not metric.endswith("loss")) else -1
    return max(values, key=lambda step: (sign * values[step], -step))


def _base_name(path: str) -> str:
    """Last part of a path that may come from another system."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _asked(arguments: Arguments | None) -> list[int]:
    """The step of the checkpoint that the settings name as the one to resume from."""
    named = arguments.text("resume_from_checkpoint") if arguments else ""
    step = checkpoint_step(_base_name(named)) if named else None
    return [] if step is None else [step]


def _final_is_best(home: Home, names: Sequence[str], newest: State, best: int | None) -> bool | None:
    folder = _base_name(newest.best_named) or f"checkpoint-{best}"
    if folder not in names:
        return None
    aside = home.aside()
    return same(all_weights(aside, ""), all_weights(aside, folder))
