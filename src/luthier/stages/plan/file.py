"""plan.yaml: a plan that a person can read, change and run again.

Each value stands on a line of its own with its reason behind it. The reasons are comments: reading gives the values and
who set them. Written by hand, because a general YAML writer cannot put a comment behind a value.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from luthier.errors import PlanError
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason
from luthier.stages.plan.settings import KINDS, Value, closest, value_in, value_of, with_value

FORMAT = 1
_GROUPS = ("data", "model", "strategy", "train")
_HEAD = """\
# Everything that decides this run, each value with its reason. To run it again:
#   luthier fit --plan {name}
# A value that you leave out is derived again; a value listed under set_by_user is never changed.
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What a plan file says.

    Attributes:
        values: dotted name to value, for the values that are there.
        set_by_user: names of the values that a person chose.
    """

    values: dict[str, Value] = field(default_factory=dict)
    set_by_user: frozenset[str] = frozenset()


def to_text(plan: Plan, name: str = "plan.yaml") -> str:
    """A plan as the text of a plan file; `name` is the path that the header tells people to run."""
    lines = [_HEAD.format(name=_visible(name)), f"format: {FORMAT}"]
    lines += [_line(plan, name, "") for name in KINDS if "." not in name]
    for group in _GROUPS:
        lines += ["", f"{group}:"]
        lines += [_line(plan, name, "  ") for name in KINDS if name.startswith(f"{group}.")]
    chosen = [name for name in KINDS if plan.set_by_user(name)]
    lines += ["", f"set_by_user: [{', '.join(chosen)}]", ""]
    return "\n".join(lines)


def read_values(path: Path) -> Written:
    """Read the values of a plan file.

    Raises:
        PlanError: the file cannot be read, is not YAML, or holds an unknown setting or a wrong value; it names file,
            line and setting.
    """
    root = _compose(path)
    if not isinstance(root, yaml.MappingNode):
        raise PlanError("a plan file holds settings, one a line, such as `seed: 42`", where=path.name)
    values: dict[str, Value] = {}
    chosen: frozenset[str] = frozenset()
    for key, node in _entries(root, path):
        if key == "format":
            _refuse_other_format(node, path)
        elif key == "set_by_user":
            chosen = _chosen(node, path)
        elif key in _GROUPS:
            values |= _group(key, node, path)
        else:
            _refuse_unknown(key, node, path)
            values[key] = value_of(key, _plain(node), where=_where(path, node, key))
    return Written(values, chosen)


def load(path: Path) -> Plan:
    """Read a plan file that holds a whole plan; values that are left out take Luthier's defaults.

    Raises:
        PlanError: as `read_values`, or the file names no data or no model.
    """
    written = read_values(path)
    for name in ("data.path", "model.id"):
        if name not in written.values:
            raise PlanError(f"the plan has no {name}", where=path.name, next_step=f"add {name} to the file")
    plan = Plan(DataPlan(path=str(written.values["data.path"])), ModelPlan(id=str(written.values["model.id"])))
    for name, value in written.values.items():
        by_user = name in written.set_by_user
        plan = with_value(plan, name, value, Reason(f"as in {path.name}", "user" if by_user else "luthier"))
    return plan


def _compose(path: Path) -> yaml.Node | None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise PlanError(
            f"the plan file cannot be read: {reason}", where=str(path), next_step="name the plan.yaml of a run"
        ) from None
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}, line {mark.line + 1}, column {mark.column + 1}" if mark else path.name
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "something unexpected"
        raise PlanError(f"this is not YAML: {problem}", where=where) from None


def _where(path: Path, node: yaml.Node, name: str) -> str:
    return f"{path.name}, line {node.start_mark.line + 1}: {name}"


def _entries(mapping: yaml.MappingNode, path: Path, prefix: str = "") -> list[tuple[str, yaml.Node]]:
    found: dict[str, yaml.Node] = {}
    for key, node in mapping.value:
        name = f"{prefix}{key.value}" if isinstance(key, yaml.ScalarNode) else "?"
        if name in found:
            raise PlanError(f"{name} is set twice", where=_where(path, key, name), next_step="keep one of the two")
        found[name] = node
    return list(found.items())


def _group(group: str, node: yaml.Node, path: Path) -> dict[str, Value]:
    if not isinstance(node, yaml.MappingNode):
        raise PlanError(f"{group} holds settings, indented below it", where=_where(path, node, group))
    entries = _entries(node, path, f"{group}.")
    return {name: value_of(name, _plain(value), where=_where(path, value, name)) for name, value in entries}


def _plain(node: yaml.Node) -> object:
    """A scalar or a flat list as Python values; anything deeper stays a node, which no setting takes."""
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child) if isinstance(child, yaml.ScalarNode) else child for child in node.value]
    if not isinstance(node, yaml.ScalarNode):
        return "a group of settings"
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return node.value


def _refuse_unknown(key: str, node: yaml.Node, path: Path) -> None:
    known = [*_GROUPS, *(name for name in KINDS if "." not in name), "format", "set_by_user"]
    if key not in known:
        hint = closest(key, known) or f"known here are {', '.join(known)}"
        raise PlanError(f"there is no setting {key}", where=_where(path, node, key), next_step=hint)


def _refuse_other_format(node: yaml.Node, path: Path) -> None:
    if _plain(node) != str(FORMAT):
        raise PlanError(
            f"this plan has format {_plain(node)}, and this Luthier reads format {FORMAT}",
            where=_where(path, node, "format"),
            next_step="use the version of Luthier that wrote it; environment.json beside it tells which",
        )


def _chosen(node: yaml.Node, path: Path) -> frozenset[str]:
    names = _plain(node)
    for name in names if isinstance(names, list) else [names]:
        if name not in KINDS:
            hint = closest(str(name), KINDS)
            raise PlanError(f"there is no setting {name}", where=_where(path, node, "set_by_user"), next_step=hint)
    return frozenset(names) if isinstance(names, list) else frozenset({str(names)})


def _line(plan: Plan, name: str, indent: str) -> str:
    value = value_in(plan, name)
    written = f"{indent}{name.rpartition('.')[2]}: {_yaml(value)}"
    reason = plan.reasons.get(name)
    if reason is None:
        return written
    return f"{written.ljust(36)}  # {_visible(reason.text)}"


def _yaml(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(_word(part) for part in value)}]"
    if isinstance(value, float):
        # YAML 1.1 takes a number with an exponent only where the mantissa has a point.
        return re.sub(r"^(-?\d+)e", r"\1.0e", repr(value))
    return _word(value) if isinstance(value, str) else repr(value)


_PLAIN = re.compile(r"[A-Za-z_./][\w./-]*", re.ASCII)
_NOT_WORDS = {"true", "false", "yes", "no", "on", "off", "y", "n", "null", "none", ".inf", ".nan"}


def _word(text: str) -> str:
    """A string as YAML: bare where nobody can mistake it, quoted with escapes elsewhere."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_WORDS:
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
