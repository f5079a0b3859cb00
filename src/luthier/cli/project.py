"""Defaults of a project: the table `[tool.luthier]` of pyproject.toml, and luthier.yaml beside it, which wins.

They are looked for in the folder in which the command is run, then in those above it; the first that has any counts.
They hold `ignore` and `only`, and the settings that are options: the command line wins over all of them.
"""

import argparse
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from luthier.cli.catalogue import failure_named
from luthier.cli.parser import nearest
from luthier.errors import LuthierError, PlanError

YAML, TOML, TABLE = "luthier.yaml", "pyproject.toml", "tool.luthier"
KINDS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "model": (str, "a word"),
    "text": (str, "a word"),
    "label": (str, "a word"),
    "group": (str, "a word"),
    "time": (str, "a word"),
    "strategy": (str, "a word"),
    "budget": (str, "a time such as 5m"),
    "epochs": (float, "a number"),
    "rate": (float, "a number"),
    "max_tokens": (int, "a whole number"),
    "seed": (int, "a whole number"),
    "out": (str, "a word"),
}
"""Settings that a project may fix, each with what turns its text into a value."""
LISTS = ("ignore", "only")


@dataclass(frozen=True, slots=True)
class Said:
    """A value, and where it stands: "pyproject.toml, line 12"."""

    value: object
    where: str


def with_defaults(wanted: argparse.Namespace, start: Path | None = None) -> dict[str, str]:
    """Fill what the command line left open from the files of the project.

    A plan file that is repeated decides all settings by itself; then only `ignore` and `only` are taken.

    Args:
        wanted: values of the command line; changed.
        start: folder to begin with; None means the one in which the command runs.

    Returns:
        Option to the place where the project sets it, for those that were filled.

    Raises:
        PlanError: a file cannot be read, or holds an unknown name or a wrong value.
    """
    filled: dict[str, str] = {}
    for name, said in defaults(start or Path.cwd()).items():
        if name == "ignore":
            wanted.ignore = [*wanted.ignore, *_names(name, said)]
        elif name == "only":
            wanted.only = wanted.only or _names(name, said)
        elif not getattr(wanted, "plan", None) and name in wanted and getattr(wanted, name) is None:
            setattr(wanted, name, _value(name, said))
            filled[name] = said.where
    return filled


def defaults(start: Path) -> dict[str, Said]:
    """What the nearest project says, by the names of options.

    Raises:
        PlanError: as `with_defaults`.
    """
    for folder in (start, *start.parents):
        said = {**_from_toml(folder / TOML), **_from_yaml(folder / YAML)}
        if said:
            return said
    return {}


def _from_toml(path: Path) -> dict[str, Said]:
    text = _text(path)
    if "luthier" not in text:
        return {}
    try:
        table = tomllib.loads(text).get("tool", {}).get("luthier", {})
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"this is not TOML: {error}", where=str(path)) from None
    lines = text.splitlines()
    head = next((i for i, line in enumerate(lines) if TABLE in line), 0)

    def where(name: str) -> str:
        key = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
        line = next((i for i in range(head, len(lines)) if key.match(lines[i])), head)
        return f"{path.name}, line {line + 1}"

    return {_known(name, where(name)): Said(value, where(name)) for name, value in table.items()}


def _from_yaml(path: Path) -> dict[str, Said]:
    text = _text(path)
    if not text:
        return {}
    import yaml

    try:
        root, values = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise PlanError("this is not YAML", where=f"{path.name}{line}") from None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode) or not isinstance(values, dict):
        raise PlanError("the file holds names with values, such as `ignore: [too_few_steps]`", where=path.name)
    lines = {str(key.value): f"{path.name}, line {key.start_mark.line + 1}" for key, _ in root.value}
    return {
        _known(str(name), lines.get(str(name), path.name)): Said(value, lines.get(str(name), path.name))
        for name, value in values.items()
    }


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError("the file cannot be read as UTF-8 text", where=str(path), next_step=str(error)) from None


def _known(name: str, where: str) -> str:
    plain = name.replace("-", "_")
    if plain not in KINDS and plain not in LISTS:
        hint = nearest(plain, [*KINDS, *LISTS]) or f"names: {', '.join([*KINDS, *LISTS])}"
        raise PlanError(f"there is no setting {name} for a project", where=where, next_step=hint)
    return plain


def _value(name: str, said: Said) -> object:
    convert, kind = KINDS[name]
    value = said.value
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError
        return convert(str(value))
    except ValueError:
        raise PlanError(f"{name} is {kind}, not {value!r}", where=said.where) from None


def _names(name: str, said: Said) -> list[str]:
    """Ids of failures as the file writes them, each of which is known."""
    values = said.value if isinstance(said.value, list) else [said.value]
    found = [value for value in values if isinstance(value, str)]
    if len(found) < len(values):
        raise PlanError(f"{name} is a list of failures", where=said.where, next_step=f'{name} = ["too_few_steps"]')
    for word in found:
        try:
            failure_named(word)
        except LuthierError as error:
            raise PlanError(error.what, where=said.where, next_step=error.next_step) from None
    return found
