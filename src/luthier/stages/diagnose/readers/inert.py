"""What a pickle holds, as values that can do nothing; and any parsed value as a plain one, within bounds.

A pickle names what it wants imported, called and built. Here a name is a `Named`, a call a `Made` with its arguments:
nobody looks the name up. Dictionaries are lists of pairs until they are made plain, so that no key of a hostile file
is ever hashed. Conversion counts what it makes: a file of a few hundred bytes can mean a value of billions of parts
when each list holds the one before it several times ("billion laughs"), in pickles and in YAML.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from luthier.errors import RunError
from luthier.facts.arguments import Plain
from luthier.stages.diagnose.home import clean

MOST_VALUES = 100_000
"""Parts of a plain value; the settings of a run have some hundred."""
MOST_CHARACTERS = 4 * 2**20
"""Characters of all its texts; the longest setting is a chat template of some thousand."""
MOST_DEPTH = 32
"""Levels of nesting; settings have three or four (a DeepSpeed config inside TrainingArguments)."""
MOST_BITS = 256
"""Bits of a whole number; the largest that a healthy file holds is 10**30, "no limit" in tokenizers (100 bits)."""

SECRET = frozenset({"hub_token", "push_to_hub_token", "use_auth_token", "token", "auth_token", "api_key", "password"})
"""Names of settings whose values stay where they are: a report may be shared."""

ENUMS = frozenset(
    {
        "DebugOption",
        "DistributedType",
        "EvaluationStrategy",
        "FSDPOption",
        "HPSearchBackend",
        "HubStrategy",
        "IntervalStrategy",
        "LoggingStrategy",
        "OptimizerNames",
        "ParallelMode",
        "SaveStrategy",
        "SchedulerType",
        "ShardedDDPOption",
        "BatchSamplers",
        "MultiDatasetBatchSamplers",
    }
)
"""Enumerations of Transformers (4.x and 5.x), Accelerate and Sentence Transformers whose members are words."""
_ENUM_HOMES = ("transformers.", "accelerate.", "trl.", "sentence_transformers.")
_UNLIKE_THEIR_NAMES = {
    "REDUCE_ON_PLATEAU": "reduce_lr_on_plateau",
    "ADAMW_BNB": "adamw_bnb_8bit",
    "LION": "lion_32bit",
    "PAGED_ADAMW": "paged_adamw_32bit",
    "PAGED_LION": "paged_lion_32bit",
}
_BUILTINS = ("builtins.", "__builtin__.")
_LISTS = frozenset({"list", "tuple", "set", "frozenset", "collections.deque"})
_TABLES = frozenset({"dict", "collections.OrderedDict", "collections.defaultdict"})


class TooMuch(RunError):
    """A value that is larger or deeper than any settings are."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Something that the pickle wants imported: "module.qualname"."""

    name: str


@dataclass(slots=True, eq=False)
class Table:
    """A dictionary, as pairs in the order in which they were set; later ones win."""

    pairs: list[tuple[object, object]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Made:
    """Something that the pickle wants built.

    Attributes:
        name: what it wants called: "module.qualname", or a word in angle brackets where that is no import.
        args: arguments of the call.
        state: what it wants handed to `__setstate__`, or the object's attributes; None where there is none.
        listed, table: what it wants appended or set afterwards.
    """

    name: str
    args: tuple[object, ...] = ()
    state: object = None
    listed: list[object] = field(default_factory=list)
    table: Table = field(default_factory=Table)


def plain(value: object) -> Plain:
    """Any value out of a pickle, JSON or YAML as a plain one.

    Objects become the dictionary of their attributes, enumerations, devices, data types and paths become text, and
    what has no plain value becomes its name in angle brackets. Secrets are left out.

    Raises:
        TooMuch: more than MOST_VALUES parts, or more than MOST_DEPTH levels.
    """
    return _Plain().of(value, 0)


def table_of(value: object) -> Table | None:
    """The attributes of an object, or the pairs of a dictionary; None for anything else."""
    if isinstance(value, Table):
        return value
    if isinstance(value, dict):
        return Table(list(value.items()))
    if not isinstance(value, Made):
        return None
    if _short(value.name) in _TABLES:
        given = [arg for arg in value.args[:1] if isinstance(arg, Table)]
        return Table([*(pair for table in given for pair in table.pairs), *value.table.pairs])
    states = value.state[:2] if isinstance(value.state, tuple) else (value.state,)
    found = [state for state in states if isinstance(state, Table)]
    return Table([pair for state in found for pair in state.pairs]) if found else None


class _Plain:
    """One conversion, with its counts."""

    def __init__(self) -> None:
        self._values = 0
        self._characters = 0

    def of(self, value: object, depth: int) -> Plain:
        self._count(1)
        if depth > MOST_DEPTH:
            raise TooMuch(f"nested more than {MOST_DEPTH} levels deep")
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int):
            return int(value) if value.bit_length() <= MOST_BITS else "<int>"
        if isinstance(value, list | tuple | set | frozenset):
            return tuple(self.of(one, depth + 1) for one in value)
        if isinstance(value, Table | dict):
            return self._dict(table_of(value) or Table(), depth)
        if isinstance(value, Named):
            return self._text(value.name if value.name.startswith("torch.") else f"<{value.name}>")
        return self._object(value, depth) if isinstance(value, Made) else f"<{type(value).__name__}>"

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > MOST_VALUES:
            raise TooMuch(f"more than {MOST_VALUES:,} values")

    def _text(self, text: str) -> str:
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS:
            raise TooMuch(f"more than {MOST_CHARACTERS:,} characters")
        return clean(text)

    def _dict(self, table: Table, depth: int) -> dict[str, Plain]:
        made: dict[str, Plain] = {}
        for key, value in table.pairs:
            self._count(1)
            name = self._text(key) if isinstance(key, str) else str(self.of(key, depth + 1))
            if name not in SECRET:
                made[name] = self.of(value, depth + 1)
        return made

    def _object(self, made: Made, depth: int) -> Plain:
        short = _short(made.name)
        if short in _LISTS:
            first = made.args[0] if made.args else ()
            given = first if isinstance(first, list | tuple) else ()
            return tuple(self.of(one, depth + 1) for one in (*given, *made.listed))
        table = table_of(made)
        if table is not None:
            return self._dict(table, depth)
        self._count(len(made.args))
        return self._text(_words(made, short) or f"<{made.name}>")


def _short(name: str) -> str:
    for builtins in _BUILTINS:
        name = name.removeprefix(builtins)
    return name


def _words(made: Made, short: str) -> str | None:
    """Enumerations, paths and devices as text."""
    words = made.args
    if short == "getattr" and len(words) == 2 and isinstance(words[0], Named) and isinstance(words[1], str):
        member = _UNLIKE_THEIR_NAMES.get(words[1], words[1].lower())
        return member if _is_enum(words[0].name) else None
    if _is_enum(made.name) and len(words) == 1 and isinstance(words[0], str):
        return words[0]
    if short.startswith("pathlib.") and short.endswith("Path"):
        return _path(words)
    if short == "torch.device":
        return ":".join(str(word) for word in words if isinstance(word, str | int))
    return None


def _is_enum(name: str) -> bool:
    return name.startswith(_ENUM_HOMES) and name.rpartition(".")[2] in ENUMS


def _path(parts: Iterable[object]) -> str:
    """Parts as pathlib pickles them: ("/", "home", "me")."""
    return "/".join(str(part) for part in parts if isinstance(part, str)).replace("//", "/", 1)
