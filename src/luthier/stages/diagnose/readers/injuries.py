"""What is wrong with one checkpoint folder, file by file, as `transformers.Trainer` writes and reads it.

What each injury does to a resume was measured with Transformers 5.24: without weights, with anything cut, or without
trainer_state.json it stops with an error; without optimizer.pt, scheduler.pt or rng_state.pth it goes on in silence and
ends in other weights; training_args.bin is not read at all.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from luthier.facts.checkpoints import Injury, InjuryKind
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.archives import injury_of
from luthier.stages.diagnose.readers.config import ADAPTER, CONFIG, checkpoint_step
from luthier.stages.diagnose.readers.history import State, read_state
from luthier.stages.diagnose.readers.weights import INDEX, SINGLE, Found, find, not_finite, open_files

PART = "checkpoints"
STATE, OPTIMIZER, SCHEDULE, SETTINGS = "trainer_state.json", "optimizer.pt", "scheduler.pt", "training_args.bin"
MOST_WEIGHTS = 512 * 2**20
"""Bytes of the weights of one checkpoint that are read in search of NaN."""
MOST_SUMMED = 512 * 2**20
"""Bytes of an archive whose checksums are compared; about half a second."""
_RANDOM = re.compile(r"rng_state(?:_([0-9]{1,6}))?\.pth")
_WEIGHTS = re.compile(
    r"(pytorch_model|adapter_model)[^/]*\.(bin|safetensors)|pytorch_model_fsdp.*/.*|[^/]+/adapter_model\.\w+"
)
_ADAPTER = re.compile(r"([^/]+/)?adapter_model\.safetensors")
_SHARDED_STATE = re.compile(
    r"global_step[0-9]+/.*optim_states\.pt|optimizer(_[0-9]+)?/.*|optimizer\.bin|rank.*optimizer\.pt"
)
_DEEPSPEED = re.compile(r"global_step[0-9]+/.*")
_SETTLED: dict[str, str] = {
    OPTIMIZER: "optimizer",
    SCHEDULE: "schedule",
    SETTINGS: "arguments",
    "scaler.pt": "optimizer",
    "pytorch_model.bin": "weights",
    "adapter_model.bin": "weights",
}
_WHOLE = {CONFIG: "config", "tokenizer.json": "tokenizer", "tokenizer_config.json": "tokenizer"}
"""JSON files whose end is looked at, and their part."""
HARMLESS = frozenset({"arguments", "tokenizer"})
"""Parts without which a resume ends in the same weights."""


@dataclass(slots=True)
class Opened:
    """A checkpoint folder that was looked at.

    Attributes:
        name: the folder; empty where it is the one that the user named.
        files: names of its files, below it.
        state: its state; None where it cannot be read.
        injuries: what is wrong with it.
        weights_only: it was saved without what a resume needs, on purpose (`save_only_model`).
    """

    name: str
    files: tuple[str, ...]
    state: State | None = None
    injuries: list[Injury] = field(default_factory=list)
    weights_only: bool = False

    def hurt(self, kind: InjuryKind, part: str, file: str = "", detail: str = "") -> None:
        """Write down an injury of a file below the folder."""
        path = "/".join(piece for piece in (self.name, file) if piece)
        self.injuries.append(Injury(kind, part, path, detail))

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether a file is called like that."""
        return any(pattern.fullmatch(name) for name in self.files)


def open_checkpoint(
    home: Home, name: str, *, deep: bool, with_config: bool, only_model: bool | None, most: int
) -> Opened:
    """Look at a checkpoint folder.

    Args:
        home: what the user named.
        name: the folder; empty for the top.
        deep: whether weights are searched for NaN and checksums compared.
        with_config: whether other folders of the run have a config.json, so that one has to be here.
        only_model: `save_only_model` of the run; None where it is not known.
        most: bytes of the state up to which it is parsed as a whole.
    """
    files = home.below(name)
    opened = Opened(name, files)
    if not files:
        opened.hurt("empty folder", "folder")
        return opened
    state_there = STATE in files
    unsaved = not {OPTIMIZER, SCHEDULE} & set(files) and not opened.has(_RANDOM) and not opened.has(_SHARDED_STATE)
    opened.weights_only = unsaved and (only_model or (only_model is None and state_there))
    _look_at_weights(home, opened, deep)
    _look_at_config(home, opened, with_config)
    if not opened.weights_only:
        _look_for_state_of_training(opened)
    for file in files:
        _look_at_archive(home, opened, file, deep)
    _look_at_state(home, opened, most)
    return opened


def _look_at_weights(home: Home, opened: Opened, deep: bool) -> None:
    files = opened.files
    if not {SINGLE, INDEX} & set(files) and not opened.has(_WEIGHTS) and not opened.has(_DEEPSPEED):
        opened.hurt("missing", "weights", SINGLE if ADAPTER not in files else "adapter_model.safetensors")
        return
    found = all_weights(home, opened.name)
    for file, what in found.injuries.items():
        kind: InjuryKind = "cut" if what.startswith("cut") else "unreadable"
        opened.hurt(kind, "weights", file.removeprefix(f"{opened.name}/"), what.removeprefix("cut: "))
    for file in sorted(set(found.absent.values())):
        opened.hurt("missing", "weights", file.removeprefix(f"{opened.name}/"), "named by the index")
    bad = not_finite(home, found, MOST_WEIGHTS) if deep else ()
    if bad:
        opened.hurt("not finite", "weights", (SINGLE if SINGLE in files else ""), f"{len(bad)} tensors, {bad[0]} first")


def all_weights(home: Home, folder: str) -> Found:
    """The safetensors files of a model and of every adapter in a folder."""
    prefix = f"{folder}/" if folder else ""
    model = find(home, folder)
    inside = [f"{prefix}{name}" for name in home.below(folder) if _ADAPTER.fullmatch(name)]
    adapters = [name for name in inside if folder or checkpoint_step(name.partition("/")[0]) is None]
    more = open_files(home, adapters, {})
    return Found(model.tensors | more.tensors, model.files + more.files, model.absent, model.injuries | more.injuries)


def _look_at_config(home: Home, opened: Opened, expected: bool) -> None:
    cut = [file for file in _WHOLE if file in opened.files and _is_cut(home.path / opened.name / file)]
    for file in cut:
        opened.hurt("cut", _WHOLE[file], file, "without an end")
    if CONFIG not in opened.files and expected and ADAPTER not in opened.files:
        opened.hurt("missing", "config", CONFIG)
    elif CONFIG in opened.files and CONFIG not in cut and home.json(CONFIG, PART, below=opened.name) is None:
        opened.hurt("unreadable", "config", CONFIG, "not a JSON object")


def _is_cut(path: Path) -> bool:
    """Whether a JSON file does not end as one does; the rest of it is not looked at."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - 64))
            return not stream.read(64).rstrip().endswith((b"}", b"]"))
    except OSError:
        return False


def _look_for_state_of_training(opened: Opened) -> None:
    files, sharded = opened.files, opened.has(_SHARDED_STATE)
    if OPTIMIZER not in files and not sharded:
        opened.hurt("missing", "optimizer", OPTIMIZER)
    if SCHEDULE not in files and not opened.has(_DEEPSPEED):
        opened.hurt("missing", "schedule", SCHEDULE)
    found = [match for name in files if (match := _RANDOM.fullmatch(name))]
    ranks = {int(match[1]) for match in found if match[1] is not None}
    if not found:
        opened.hurt("missing", "random state", "rng_state.pth")
    for rank in sorted(set(range(max(ranks, default=-1) + 1)) - ranks)[:8]:
        opened.hurt("missing", "random state", f"rng_state_{rank}.pth", "of a process between others")


def _look_at_archive(home: Home, opened: Opened, file: str, deep: bool) -> None:
    part = "random state" if _RANDOM.fullmatch(file) else _SETTLED.get(file, "")
    if part and (found := injury_of(home.path / opened.name / file, MOST_SUMMED if deep else 0)):
        opened.hurt(found[0], part, file, found[1])


def _look_at_state(home: Home, opened: Opened, most: int) -> None:
    if STATE not in opened.files:
        opened.hurt("missing", "state", STATE)
        return
    read = read_state(home.path / opened.name / STATE, most)
    if not isinstance(read, State):
        opened.hurt(read[0], "state", STATE, read[1])
        return
    opened.state = read
    named = checkpoint_step(opened.name)
    if read.step is not None and named is not None and read.step != named:
        opened.hurt("inconsistent", "state", STATE, f"step {read.step:,} in the folder of step {named:,}")
