"""Options, --set and a plan file become one draft that remembers what was asked for."""

from pathlib import Path

import pytest

from luthier.errors import PlanError
from luthier.facts.request import Request
from luthier.stages.plan.file import to_text
from luthier.stages.plan.wishes import DEFAULT_MODEL, wishes


def test_options_are_the_users() -> None:
    """Values from options and --set are marked as the user's; the rest is free."""
    found = wishes(Request("a.csv", epochs=2.0, near_duplicates=False, settings={"train.rate": "1e-4"}))

    assert (found.plan.train.epochs, found.plan.train.rate, found.plan.data.near_duplicates) == (2.0, 1e-4, False)
    assert {"train.epochs", "train.rate", "data.near_duplicates"} == set(found.plan.reasons)
    assert all(found.plan.set_by_user(name) for name in found.plan.reasons)
    assert not found.fixed("train.batch_size")
    assert found.plan.model.id == DEFAULT_MODEL


def test_foreign_names_bring_notices() -> None:
    """Old spellings are used and told."""
    found = wishes(Request("a.csv", settings={"learning_rate": "3e-5", "no_cuda": "true", "warmup_steps": "100"}))

    assert found.plan.train.rate == 3e-5
    assert found.in_steps == {"train.warmup": 100.0}
    assert found.fixed("train.warmup")
    assert len(found.notices) == 3


def test_said_twice_is_refused() -> None:
    """Two names for one setting are a contradiction, not a race."""
    with pytest.raises(PlanError, match=r"train\.rate is set twice"):
        wishes(Request("a.csv", settings={"train.rate": "1e-5", "learning_rate": "2e-5"}))


def test_set_wins_over_an_option() -> None:
    """Later words win: plan file, then options, then --set."""
    assert wishes(Request("a.csv", epochs=2.0, settings={"train.epochs": "5"})).plan.train.epochs == 5.0


def test_an_option_is_checked_like_a_setting() -> None:
    """A wrong option names itself."""
    with pytest.raises(PlanError, match="--max-tokens 0"):
        wishes(Request("a.csv", max_tokens=0))


def test_a_plan_file_is_repeated(tmp_path: Path) -> None:
    """Every value of a plan file is fixed, the user's stay the user's, and an option still wins."""
    first = wishes(Request("a.csv", epochs=2.0, seed=3))
    path = tmp_path / "plan.yaml"
    path.write_text(to_text(first.plan))

    again = wishes(Request("", plan_file=str(path)))
    other = wishes(Request("b.csv", plan_file=str(path), seed=4))

    assert again.plan == first.plan
    assert again.fixed("train.batch_size")
    assert again.plan.set_by_user("seed")
    assert not again.plan.set_by_user("train.batch_size")
    assert (other.plan.data.path, other.plan.seed, other.plan.train.epochs) == ("b.csv", 4, 2.0)
