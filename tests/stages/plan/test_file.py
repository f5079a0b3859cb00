"""plan.yaml: reasons for people, values for the next run, errors with a line."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from luthier.errors import PlanError
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason, TrainPlan
from luthier.stages.plan.file import load, read_values, to_text

PLAN = Plan(
    DataPlan("my reviews: all.csv", group="null", clean=()),
    ModelPlan("some/model"),
    train=TrainPlan(rate=3e-5),
    reasons={
        "train.rate": Reason("set with --rate", "user"),
        "model.max_tokens": Reason("99 % of the rows\nhave at most 61 tokens"),
    },
)


def test_each_value_has_its_reason_behind_it() -> None:
    """A reason is a comment on the line of its value, and never breaks the line."""
    lines = to_text(PLAN, "runs/x/plan.yaml").splitlines()

    assert "  max_tokens: 128                     # 99 % of the rows have at most 61 tokens" in lines
    assert "#   luthier fit --plan runs/x/plan.yaml" in lines
    assert "set_by_user: [train.rate]" in lines


def test_round_trip(tmp_path: Path) -> None:
    """Written and read again, the plan is equal, and the user's values are still the user's."""
    path = tmp_path / "plan.yaml"
    path.write_text(to_text(PLAN), encoding="utf-8")

    again = load(path)

    assert again == PLAN
    assert again.data.group == "null"
    assert again.set_by_user("train.rate")
    assert not again.set_by_user("train.epochs")


def test_other_readers_agree() -> None:
    """A plain YAML reader sees the same values: numbers are numbers, words are words."""
    seen = yaml.safe_load(to_text(replace(PLAN, train=TrainPlan(rate=3e-5, clip=1e16))))

    assert seen["train"]["rate"] == 3e-5
    assert seen["train"]["clip"] == 1e16
    assert seen["data"]["group"] == "null"
    assert seen["data"]["time"] is None
    assert seen["data"]["path"] == "my reviews: all.csv"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("train:\n  rate: abc\n", r"plan.yaml, line 2: train.rate: train.rate is a number, not 'abc'"),
        ("train:\n  rte: 1\n", r"line 2: train.rte: there is no setting(.|\n)*did you mean train.rate"),
        ("trian:\n  rate: 1\n", r"line 2: trian: there is no setting trian(.|\n)*did you mean train\?"),
        ("train: {rate: {a: 1}}", "is a number"),
        ("train: {rate: [1]}", "is a number"),
        ("train: 5", "train holds settings, indented below it"),
        ("seed: 1\nseed: 2", "line 2: seed: seed is set twice"),
        ("seed: !!python/object:os.system {}", "seed is a whole number"),
        ("set_by_user: [train.x]", "there is no setting train.x"),
        ("format: 2", "this plan has format 2"),
        ("a: [", r"plan.yaml, line 1, column 5: this is not YAML"),
        ("- a", "a plan file holds settings"),
        ("", "a plan file holds settings"),
        ("? [1]\n: 2", "there is no setting"),
        ("seed: 1", "the plan has no data.path"),
        ("data:\n  path: x", "the plan has no model.id"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, text: str, message: str) -> None:
    """Each kind of damage is a plan error with its place."""
    path = tmp_path / "plan.yaml"
    path.write_text(text)

    with pytest.raises(PlanError, match=message):
        load(path)


@pytest.mark.parametrize(("content", "message"), [(None, "No such file"), (b"\xff\xfe\x00", "not UTF-8 text")])
def test_unreadable_files(tmp_path: Path, content: bytes | None, message: str) -> None:
    """No file, and a file that is not text."""
    path = tmp_path / "plan.yaml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(PlanError, match=message):
        load(path)


def test_a_part_of_a_plan_is_enough(tmp_path: Path) -> None:
    """A file may hold a few values; the others are absent, to be derived."""
    path = tmp_path / "plan.yaml"
    path.write_text("seed: 7\ntrain:\n  epochs: 2\nset_by_user: seed\n")

    written = read_values(path)

    assert written.values == {"seed": 7, "train.epochs": 2.0}
    assert written.set_by_user == {"seed"}
