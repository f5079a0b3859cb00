"""Settings of a run that another tool made, from whichever file of its folder holds them.

The order of sources is the order of trust: `training_args.bin` holds everything and was written by the run itself; a
JSON or YAML file may be what somebody meant to run; a model card holds a dozen values. The first source wins, and
where a later one says otherwise the diary says so.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

import yaml

from luthier.errors import RunError
from luthier.facts.arguments import Arguments, Plain, Tool
from luthier.stages.diagnose import current_names
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import card
from luthier.stages.diagnose.readers.config import checkpoint_folders, checkpoint_step
from luthier.stages.diagnose.readers.inert import MOST_DEPTH, Made, Named, Table, TooMuch, plain, table_of
from luthier.stages.diagnose.readers.torch_files import read_torch

PART = "arguments"
PICKLED = "training_args.bin"
NAMED = ("training_args.json", "training_args.yaml", "training_args.yml", "hparams.yaml", "args.json")
"""Files that hold settings and nothing else, in the order of trust."""
OF_SCHEDULE = (
    "learning_rate",
    "lr_scheduler_type",
    "num_train_epochs",
    "max_steps",
    "warmup_steps",
    "per_device_train_batch_size",
    "gradient_accumulation_steps",
)
"""Settings from which the rate of a step follows."""
MOST_SETTINGS = 256 * 2**10
"""Bytes of a file of settings; the YAML of a run has some thousand, and the parser reads about 1 MB a second."""
"""Bytes of a model card; Axolotl puts whole configs into it."""
MOST_YAML = 20
"""Files of YAML in the folder that are looked at."""

_YAML_FAULTS = (
    yaml.YAMLError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    TooMuch,
)
_TRL_TAG = re.compile(r"^\s*- trl\s*$", re.MULTILINE)


def read(home: Home) -> Arguments | None:
    """The settings of a run.

    Args:
        home: an output folder of Trainer, TRL, Axolotl, LLaMA-Factory or Lightning, or a checkpoint in one.

    Returns:
        Settings under today's names; None where no file holds any. Every file that was looked at is in the diary.
    """
    found = list(_all(home))
    for other in found[1:]:
        _note_disagreements(home, found[0], other)
    return _with_losses(home, found[0]) if found else None


def _with_losses(home: Home, found: Arguments) -> Arguments:
    """The settings, and the losses that a card of Sentence Transformers names."""
    texts = (home.aside().text(file, PART, card.LARGEST) for file in home.named(card.FILE))
    names = next((names for text in texts if text and (names := card.losses(text))), ())
    return replace(found, values={**found.values, "loss": names}) if names else found


def _all(home: Home) -> Iterator[Arguments]:
    for file in _pickled(home):
        arguments = _of_pickle(home, file)
        if arguments is not None:
            yield arguments
            break
    for file in _files(home):
        arguments = _of_file(home, file)
        if arguments is not None:
            yield arguments
    for file in home.named(card.FILE):
        arguments = _of_card(home, file)
        if arguments is not None:
            yield arguments


def changed(home: Home, arguments: Arguments | None) -> dict[str, tuple[Plain, Plain]]:
    """Settings of the schedule in which the oldest checkpoint differs from the run, each as (then, now): the run was
    resumed with other ones.
    """
    files = _pickled(home)
    if arguments is None or len(files) < 2 or arguments.source != files[0]:
        return {}
    oldest = _of_pickle(home.aside(), min(files[1:], key=lambda file: checkpoint_step(file.partition("/")[0]) or 0))
    if oldest is None:
        return {}
    pairs = {name: (oldest.values[name], arguments.values.get(name)) for name in OF_SCHEDULE if name in oldest}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _pickled(home: Home) -> list[str]:
    """training_args.bin of the folder itself, then of its checkpoints, newest first."""
    folders = ("", *reversed(checkpoint_folders(home)))
    return [file for folder in folders for file in home.named(PICKLED, below=folder)]


def _of_pickle(home: Home, file: str) -> Arguments | None:
    try:
        held = read_torch(home.path / file)
        table = table_of(held)
        values = plain(table) if table is not None else None
    except RunError as error:
        home.note(file, PART, error.what)
        return None
    known = current_names.current(_settings(values, table)) if table is not None and isinstance(values, dict) else {}
    if not known:
        home.note(file, PART, "no settings in it")
        return None
    name = held.name if isinstance(held, Made) else ""
    home.note(file, PART)
    return Arguments(name.rpartition(".")[2], current_names.tool_of(name, known), known, file)


def _settings(values: Mapping[str, Plain], table: Table) -> dict[str, Plain]:
    """Without what is no setting: private attributes, and objects that have no plain value; counts of devices are kept
    under the names that TrainingArguments gives them, `n_gpu` and `world_size`.
    """
    objects = {name for name, value in table.pairs if isinstance(name, str) and isinstance(value, Named | Made | bytes)}
    known = {
        name: value
        for name, value in values.items()
        if not name.startswith("_") and not (name in objects and str(value).startswith("<"))
    }
    state = known.pop("distributed_state", None)
    if isinstance(state, dict) and isinstance(processes := state.get("num_processes"), int):
        known["world_size"] = processes
    if isinstance(devices := values.get("_n_gpu"), int):
        known["n_gpu"] = devices
    return known


def _files(home: Home) -> list[str]:
    """Files that hold settings by their names, those of the folder itself first, then any YAML in it."""
    named = [file for file in home.files if PurePosixPath(file).name in NAMED]
    named.sort(key=lambda file: (file.count("/"), NAMED.index(PurePosixPath(file).name), file))
    others = [f for f in home.files if "/" not in f and f.endswith((".yaml", ".yml")) and f not in named]
    return [*named[:MOST_YAML], *others[:MOST_YAML]]


def _of_file(home: Home, file: str) -> Arguments | None:
    text = home.text(file, PART, MOST_SETTINGS)
    if text is None:
        return None
    try:
        values = plain(json.loads(text) if file.endswith(".json") else _yaml(text))
    except _YAML_FAULTS as error:
        reason = error.what if isinstance(error, RunError) else "damaged"
        home.note(file, PART, f"not {'JSON' if file.endswith('.json') else 'YAML'} that can be read: {reason}")
        return None
    known = current_names.of_any_tool(_with_numbers(values)) if isinstance(values, dict) else None
    if known is None:
        home.note(file, PART, "no settings of a training in it")
        return None
    home.note(file, PART)
    return Arguments(known[1], known[2], known[0], file)


def _yaml(text: str) -> object:
    """YAML without references and not nested deeply: both can make a small file mean an endless value.

    Raises:
        TooMuch: it has either.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise TooMuch(f"it refers to another value (*{event.anchor}), which is not followed")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise TooMuch(f"nested more than {MOST_DEPTH} levels deep")
    return yaml.safe_load(text)


def _with_numbers(values: Mapping[str, Plain]) -> dict[str, Plain]:
    """`1e-5` without a point is text in YAML 1.1, and a number in everybody's mind."""
    known = dict(values)
    for name, value in values.items():
        if isinstance(value, str) and "e" in value.lower() and (number := card.number(value)) is not None:
            known[name] = number
    return known


def _of_card(home: Home, file: str) -> Arguments | None:
    text = home.text(file, PART, card.LARGEST)
    values = current_names.current(card.settings(text)) if text is not None else {}
    if text is None or not values:
        return None
    home.note(file, PART)
    tool: Tool = "trl" if _TRL_TAG.search(text.partition("\n---")[0]) else "transformers"
    return Arguments("", tool, values, file)


def _note_disagreements(home: Home, first: Arguments, other: Arguments) -> None:
    for name in sorted(first.values.keys() & other.values.keys()):
        ours, theirs = first.values[name], other.values[name]
        if not _same(ours, theirs):
            home.note(other.source, PART, f"says {name}={_shown(theirs)} where {first.source} says {_shown(ours)}")


def _same(one: Plain, other: Plain) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other or math.isclose(one, other, rel_tol=1e-6) or (one != one and other != other)
    return one == other


def _shown(value: Plain) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
