"""Runs that repair themselves: the same rows, a broken plan, and what is left of it."""

import json
from pathlib import Path

import pytest

from luthier.facts.event import unwatched
from luthier.facts.finding import Verdicts
from luthier.facts.report import Report
from luthier.facts.request import Repair, Request
from luthier.known import look
from luthier.run import fit
from luthier.scenes.rows import write_rows
from luthier.stages.report.blocks import Pairs
from luthier.stages.report.sections.data import data

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


def test_leaked_rows_are_taken_out(minilm: Path, tmp_path: Path) -> None:
    """Of what is scored, where the user allows it; the rows that train stay, and the report says what went."""
    given = {"train": range(80), "validation": range(70, 100), "test": (*range(10), *range(100, 120))}
    for name, numbers in given.items():
        rows = [{"text": f"{('good', 'bad')[i % 2]} thing number {i}", "label": ("yes", "no")[i % 2]} for i in numbers]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    wanted = Request(str(tmp_path), model=str(minilm), near_duplicates=False, repair="data")
    known = look(wanted, unwatched)

    assert known.data.rows == {"train": 80, "validation": 20, "test": 20}
    assert {(one.failure, one.split, one.before, one.after) for one in known.data.repairs} == {
        ("train_test_overlap", "validation", 30, 20),
        ("train_test_overlap", "test", 30, 20),
    }
    section = data(Report("run", known.evidence, Verdicts()))
    assert section is not None
    told = [pair for block in section.blocks if isinstance(block, Pairs) for pair in block.pairs]
    assert ("10", "train_test_overlap") in [(pair.value, pair.note) for pair in told]
