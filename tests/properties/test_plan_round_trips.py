"""Any plan survives its file."""

import math
import tempfile
import typing
from pathlib import Path
from types import NoneType
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from luthier.errors import PlanError
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason
from luthier.stages.plan.file import load, to_text
from luthier.stages.plan.settings import KINDS, RANGES, Value, value_of, with_value

WORDS = st.text(min_size=1, max_size=20) | st.sampled_from(["null", "true", "1e5", "~", "a: b", "# x", "- y", "'", "é"])


def values(name: str) -> st.SearchStrategy[Any]:
    """Values that a setting takes."""
    kind = KINDS[name]
    allowed = RANGES.get(name)
    if typing.get_origin(kind) is typing.Literal:
        return st.sampled_from(typing.get_args(kind))
    if typing.get_origin(kind) is tuple:
        return st.lists(WORDS, max_size=4).map(tuple)
    if kind is bool:
        return st.booleans()
    if kind is float and allowed:
        return st.floats(allowed.low, allowed.high, exclude_min=allowed.open_low, exclude_max=allowed.open_high)
    optional = NoneType in typing.get_args(kind)
    some = st.integers(int(allowed.low), int(allowed.high)) if allowed else WORDS
    return some | st.none() if optional else some


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans in which any value may be anything that it may be, set by anybody for any reason."""
    plan = Plan(DataPlan("a.csv"), ModelPlan("m"))
    names = draw(st.sets(st.sampled_from(sorted(KINDS)), max_size=12))
    for name in sorted(names):
        reason = Reason(draw(st.text(max_size=20)), draw(st.sampled_from(["user", "luthier", "repair"])))
        plan = with_value(plan, name, draw(values(name)), reason)
    return plan


@given(plans())
@settings(max_examples=200, deadline=None)
def test_round_trip(plan: Plan) -> None:
    """Written, read, equal; the user's values stay the user's; other YAML readers see the same values."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.yaml"
        text = to_text(plan)
        path.write_bytes(text.encode("utf-8"))

        again = load(path)

    assert again == plan
    assert [name for name in KINDS if again.set_by_user(name)] == [name for name in KINDS if plan.set_by_user(name)]
    seen = yaml.safe_load(text)
    assert seen["data"]["path"] == plan.data.path
    assert math.isclose(seen["train"]["rate"], plan.train.rate, rel_tol=0)


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=30) | st.none() | st.floats() | st.lists(st.text()))
@settings(max_examples=300, deadline=None)
def test_only_plan_errors(name: str, raw: object) -> None:
    """Whatever is written for a setting, it becomes a value that stays itself, or a plan error."""
    try:
        value: Value = value_of(name, raw, where="x")
    except PlanError:
        return
    assert value_of(name, value, where="x") == value
