"""What the callback wrote, read with suspicion."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.recorded import FINDINGS, LOG, read, read_census


def line(number: int, **others: Any) -> str:
    """A step as the callback writes it."""
    values = {
        "kind": "step",
        "step": number,
        "number": number,
        "epoch": 0.1,
        "rows": 8,
        "tokens": 80,
        "padded_tokens": 96,
        "loss": 1.0,
        "rates": {"all": 0.1},
        "grad_norms": {"all": 1.0},
        "update_ratios": {"head": "NaN"},
        "clipped": False,
        "seconds": 0.1,
    }
    return json.dumps({**values, **others}) + "\n"


def home(folder: Path, log: str, findings: str = "") -> Home:
    """A folder with these files."""
    (folder / LOG).write_text(log)
    if findings:
        (folder / FINDINGS).write_text(findings)
    return Home(folder)


def test_steps_and_evaluations(tmp_path: Path) -> None:
    """Steps become columns, NaN stays NaN, and evaluations keep their step; the length of the run is known."""
    scored = {"kind": "evaluation", "step": 2, "name": "model", "split": "validation", "rows": 5}
    scores = {"accuracy": {"value": 0.5, "low": 0.5, "high": 0.5}}
    log = line(1) + line(2, loss="NaN") + json.dumps({**scored, "scores": scores}) + "\n" + line(3)
    found = read(home(tmp_path, log, json.dumps({"total_steps": 9, "steps_per_epoch": 3, "finished": True})))

    assert found is not None
    assert found.steps.tolist() == [1, 2, 3]
    assert [str(loss) for loss in found.losses] == ["1.0", "nan", "1.0"]
    assert found.evaluations[0][0] == 2
    assert (found.total_steps, found.steps_per_epoch, found.finished) == (9, 3, True)
    assert (found.interval, found.filtered) == (1, False)


def test_not_there(tmp_path: Path) -> None:
    """Without the files there is nothing, and the diary does not speak of them."""
    empty = Home(tmp_path)

    assert read(empty) is None
    assert read_census(empty) is None
    assert empty.sources == ()


@pytest.mark.parametrize(
    "bad",
    ["{", "[]", "null", '{"kind": "step"}', '{"kind": "step", "step": "x"}', line(7, loss={}), line(8, rates={"b": 1})],
)
def test_damaged_lines(bad: str, tmp_path: Path) -> None:
    """A damaged line, or one whose groups differ, is left out, and the diary counts it."""
    where = home(tmp_path, line(1) + bad.strip() + "\n" + line(2))
    found = read(where)

    assert found is not None
    assert found.steps.tolist() == [1, 2]
    assert len(found.rates["all"]) == 2
    assert "1 lines are damaged" in where.sources[-1].note


def test_nothing_usable(tmp_path: Path) -> None:
    """A log without a step is no log."""
    where = home(tmp_path, "garbage\n")

    assert read(where) is None
    assert where.sources[-1].note == "no line of it is a step"


@pytest.mark.parametrize("findings", ["{", "[]", '{"census": 3}', '{"census": {"kind": "xyzzy"}}', '{"finished": 1}'])
def test_damaged_findings(findings: str, tmp_path: Path) -> None:
    """Damaged findings cost the length of the run and the census, not the log."""
    where = home(tmp_path, line(1), findings)
    found = read(where)

    assert found is not None
    assert (found.total_steps, found.finished) == (0, False)
    assert read_census(where) is None


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=st.binary(max_size=300), findings=st.binary(max_size=300))
def test_any_bytes(log: bytes, findings: bytes, tmp_path: Path) -> None:
    """No content of the files raises."""
    (tmp_path / LOG).write_bytes(log)
    (tmp_path / FINDINGS).write_bytes(findings)
    where = Home(tmp_path)

    read(where)
    read_census(where)
