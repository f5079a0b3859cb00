"""The files of the callback: kept lines of a run that goes on, and findings as a whole or not at all."""

import json
from pathlib import Path

from luthier.facts.evaluation import Evaluation, Interval
from luthier.facts.finding import Moment, Verdict, Verdicts
from luthier.facts.trace import Step
from luthier.integrations.record import Record
from luthier.stages.diagnose.readers.recorded import FINDINGS, LOG


def step(number: int) -> Step:
    """A step."""
    return Step(number, number / 10, 8, 80, 96, 1.0 / number, {"all": 0.1}, {"all": 1.0}, {}, False, 0.1)


def filled(folder: Path, steps: range, done: int = 0) -> Record:
    """A record with these steps, closed."""
    record = Record(folder, 20, 10, done)
    for number in steps:
        record.step(step(number))
    record.close()
    return record


def test_anew(tmp_path: Path) -> None:
    """A run from the start replaces the log."""
    filled(tmp_path, range(1, 9))
    filled(tmp_path, range(1, 3))

    assert len((tmp_path / LOG).read_text().splitlines()) == 2


def test_going_on(tmp_path: Path) -> None:
    """A run that goes on keeps what came before its step, evaluations included, and has it in its columns."""
    record = Record(tmp_path, 20, 10)
    for number in range(1, 6):
        record.step(step(number))
        record.evaluation(Evaluation("model", "validation", 5, {"accuracy": Interval(0.5, 0.5, 0.5)}), number)
    record.close()

    again = filled(tmp_path, range(4, 7), done=3)

    assert again.trace().steps.tolist() == [1, 2, 3, 4, 5, 6]
    assert [place for place, _ in again.trace().evaluations] == [1, 2, 3]
    assert len((tmp_path / LOG).read_text().splitlines()) == 9


def test_a_cut_line(tmp_path: Path) -> None:
    """What a crash cut, and what stands behind it, is not kept."""
    filled(tmp_path, range(1, 6))
    path = tmp_path / LOG
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:2], lines[2][:20]]))

    assert filled(tmp_path, range(3, 4), done=5).trace().steps.tolist() == [1, 2, 3]


def test_findings(tmp_path: Path) -> None:
    """Answers and the length of the run are written; a second writing replaces the first."""
    record = Record(tmp_path, 20, 10)
    verdicts = Verdicts((Verdict("one_class_predicted", Moment.DURING, "clear"),))
    record.findings(verdicts, None)
    record.findings(verdicts, None, finished=True)
    record.close()
    found = json.loads((tmp_path / FINDINGS).read_text())

    assert found["finished"] is True
    assert (found["total_steps"], found["steps_per_epoch"]) == (20, 10)
    assert found["verdicts"]["all"][0]["failure"] == "one_class_predicted"
    assert sorted(path.name for path in tmp_path.iterdir()) == [FINDINGS, LOG]


def test_nothing_is_written_without_a_folder(tmp_path: Path) -> None:
    """A process that does not write keeps its columns."""
    record = Record(None, 20, 10)
    record.step(step(1))
    record.sync()
    record.findings(Verdicts(), None)
    record.close()

    assert record.trace().steps.tolist() == [1]
    assert list(tmp_path.iterdir()) == []
