"""report.md and the terminal's report, letter by letter.

The files in `report/` were read by people. `LUTHIER_GOLDEN=write python -m pytest tests/golden/test_report_texts.py`
writes them anew; read the difference before you commit it. The one finding of the sample speaks through texts that are
fixed here, so that a better wording in a failure file changes its own golden file and not these.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from luthier.facts.report import Report
from luthier.failures._engine import all_failures
from luthier.stages.report import told
from luthier.stages.report.assemble import assemble
from luthier.stages.report.card import card
from luthier.stages.report.markdown import markdown
from luthier.stages.report.terminal import terminal
from tests.samples import overlap_finding, sample_report, sample_scores

HERE = Path(__file__).parent / "report"


@pytest.fixture(autouse=True)
def _fixed_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = replace(
        all_failures()["train_test_overlap"],
        message="{rows} of {total} {split} rows also stand in {other}.",
        why="A row that was trained on is scored by memory.",
        next_step="Drop these rows from {split}.",
    )
    monkeypatch.setattr(told, "all_failures", lambda: {"train_test_overlap": fixed})


def failed() -> Report:
    """A run whose test rows stand in train."""
    return sample_report(findings=(replace(overlap_finding(200), severity="error"),))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cannot_tell.md", lambda: markdown(assemble(sample_report()))),
        ("cannot_tell.txt", lambda: terminal(assemble(sample_report()), report_path="runs/sms-spam-1/report.html")),
        ("ready.txt", lambda: terminal(assemble(sample_report(sample_scores(3000, tfidf=0.96), findings=())))),
        ("not_better.txt", lambda: terminal(assemble(sample_report(sample_scores(3000, model=0.96, tfidf=0.98))))),
        ("failed.txt", lambda: terminal(assemble(failed()))),
        ("card.md", lambda: card(sample_report())),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_as_read_by_people(name: str, text: object) -> None:
    """The text equals its file."""
    assert callable(text)
    found = text()
    path = HERE / name
    if os.environ.get("LUTHIER_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")

    assert found == path.read_text(encoding="utf-8")
