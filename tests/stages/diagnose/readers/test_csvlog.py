"""Logs in tables."""

import csv
from pathlib import Path

import pytest

from luthier.facts.trace import Trace
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import log


def read(folder: Path, text: str, name: str = "log.csv") -> Trace | None:
    """The trace of a folder with one table."""
    (folder / name).write_text(text)
    return log.read(Home(folder), None)


def test_export_of_weights_and_biases(tmp_path: Path) -> None:
    """Names behind the run's, minima and maxima beside them; Trainer's step goes before the counter of calls."""
    trace = read(
        tmp_path,
        '"Step","run-7 - train/global_step","run-7 - train/loss","run-7 - train/loss__MIN","run-7 - eval/accuracy"\n'
        '"1","10","0.9","0.1",""\n"2","10","","","0.7"\n"3","20","0.8","0.1",""\n',
    )

    assert trace is not None
    assert trace.steps.tolist() == [10, 20]
    assert trace.losses.tolist() == [0.9, 0.8]
    assert [(step, one.score("accuracy")) for step, one in trace.evaluations] == [(10, 0.7)]


def test_metrics_of_lightning(tmp_path: Path) -> None:
    """Rows of the same step are joined; epochs counted from 0 do not tell how long an epoch is."""
    trace = read(
        tmp_path,
        "epoch,lr-AdamW,step,train_loss,val_acc,val_loss\n"
        ",0.001,49,,,\n0,,49,1.5,,\n0,,49,,0.5,1.2\n,0.002,99,,,\n1,,99,0.9,,\n1,,149,0.8,,\n",
        "metrics.csv",
    )

    assert trace is not None
    assert trace.steps.tolist() == [49, 99, 149]
    assert trace.rates["all"][:2].tolist() == [0.001, 0.002]
    assert (trace.evaluations[0][1].loss, trace.evaluations[0][1].score("accuracy")) == (1.2, 0.5)
    assert (trace.steps_per_epoch, trace.interval) == (0, 50)


def test_table_of_a_notebook(tmp_path: Path) -> None:
    """Columns beside the two losses are scores of the evaluation; "No log" is no number."""
    trace = read(
        tmp_path,
        "Step\tTraining Loss\tValidation Loss\tAccuracy\tF1\n100\tNo log\t0.9\t0.5\t0.4\n200\t0.7\t0.8\t0.6\t0.5\n",
        "log.tsv",
    )

    assert trace is not None
    assert trace.losses.tolist() == [0.7]
    assert [step for step, _ in trace.evaluations] == [100, 200]
    assert trace.evaluations[1][1].score("f1") == 0.5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text,label\na,1\n",
        "step,text\n1,a\n",
        "loss\n1\n",
        "step,loss\n",
        '"step,loss\n1,2\n',
        "\0,\0\n1,2\n",
        "step,loss\n" + "x" * 200_000 + ",1\n",
        ",".join(f"c{number}" for number in range(10**6)) + "\n",
    ],
)
def test_what_is_no_log(tmp_path: Path, text: str) -> None:
    """Tables without a step and a loss, and broken ones, give nothing."""
    assert read(tmp_path, text) is None


def test_a_million_cells_in_a_row(tmp_path: Path) -> None:
    """A row far longer than its header does no harm."""
    trace = read(tmp_path, "step,loss\n1,0.5\n" + "2," * 10**6 + "\n3,0.4\n")

    assert trace is not None
    assert trace.losses[[0, -1]].tolist() == [0.5, 0.4]


def test_a_field_that_is_too_long(tmp_path: Path) -> None:
    """What stands before a field beyond the limit of the csv module is read, and the diary tells."""
    limit = csv.field_size_limit(131_072)
    (tmp_path / "log.csv").write_text("step,loss\n1,0.5\n2," + "9" * 200_000 + "\n3,0.4\n")
    home = Home(tmp_path)
    try:
        trace = log.read(home, None)
    finally:
        csv.field_size_limit(limit)

    assert trace is not None
    assert trace.losses.tolist() == [0.5]
    assert home.sources[0].note.startswith("damaged after 1 rows")
