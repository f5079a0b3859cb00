"""Runs that repair themselves: the same rows, a broken plan, and what is left of it."""

import json
from pathlib import Path

import pytest

from luthier.facts.report import Report
from luthier.facts.request import Repair, Request
from luthier.run import fit
from luthier.scenes.rows import write_rows

BROKEN = {"train.head_rate": "2e-5", "train.epochs": "3"}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reviews."""
    return write_rows("reviews", 200, {}, 0, tmp_path_factory.mktemp("rows"))


def run(rows: Path, model: Path, out: Path, repair: Repair, **more: object) -> Report:
    """A frozen encoder whose head hardly moves."""
    wanted = Request(str(rows), model=str(model), strategy="frozen_body", settings=BROKEN, out=str(out), repair=repair)
    return fit(wanted if not more else Request(**{**_plain(wanted), **more}))  # type: ignore[arg-type]


def _plain(wanted: Request) -> dict[str, object]:
    return {name: getattr(wanted, name) for name in wanted.__slots__}


def test_what_the_user_set_stays(rows: Path, minilm: Path, tmp_path: Path) -> None:
    """The cause is told, and nothing is changed."""
    report = run(rows, minilm, tmp_path / "run", "own")

    assert [(one.number, one.causes, one.chosen) for one in report.attempts] == [(1, (), True)]
    assert report.changes == ()
    assert "frozen_encoder_tiny_rate" in {one.failure for one in report.verdicts.seen}


def test_repaired_before_a_step_is_made(rows: Path, minilm: Path, tmp_path: Path) -> None:
    """The plan shows the error, so that no training is spent on it; what is written repeats the repaired run."""
    report = run(rows, minilm, tmp_path / "run", "plan")

    assert "frozen_encoder_tiny_rate" in report.attempts[0].causes
    assert ("train.head_rate", 2e-5, 0.01) in [(one.name, one.before, one.after) for one in report.changes]
    assert "frozen_encoder_tiny_rate" not in {one.failure for one in report.verdicts.seen}
    assert "head_rate: 0.01" in (tmp_path / "run/plan.yaml").read_text()
    assert sum(one.chosen for one in report.attempts) == 1
    written = json.loads((tmp_path / "run/report.json").read_text())["attempts"]
    assert [one["number"] for one in written] == list(range(1, len(report.attempts) + 1))


def test_a_single_attempt(rows: Path, minilm: Path, tmp_path: Path) -> None:
    """As many trainings as the user grants."""
    assert len(run(rows, minilm, tmp_path / "run", "plan", attempts=1).attempts) == 1
