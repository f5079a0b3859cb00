"""Scores of a run that another tool made."""

import json
from pathlib import Path

import numpy as np
import pytest

from luthier.facts.evaluation import Evaluation
from luthier.facts.trace import Trace
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import scores

NOTHING = np.zeros(0)


def test_the_last_evaluation(tmp_path: Path) -> None:
    """The log goes before the files."""
    (tmp_path / "eval_results.json").write_text('{"eval_accuracy": 0.1}')
    first, last = (Evaluation("model", "validation", 10, {}, loss=loss) for loss in (0.5, 0.4))
    found = scores.read(Home(tmp_path), Trace(NOTHING, NOTHING, {}, {}, evaluations=((5, first), (9, last))))

    assert found is not None
    assert found.model is last


def test_files_of_example_scripts(tmp_path: Path) -> None:
    """Scores of validation and test, with the rows that the scripts write beside them."""
    values = {
        "eval_loss": 0.5,
        "eval_f1_macro": 0.7,
        "eval_samples": 120,
        "eval_runtime": 3,
        "epoch": 2,
        "train_loss": 9,
    }
    (tmp_path / "all_results.json").write_text(json.dumps(values))
    (tmp_path / "predict_results.json").write_text('{"predict_accuracy": 0.9, "predict_runtime": 2}')
    home = Home(tmp_path)
    validation, test = scores.read(home, None), scores.test_read(home)

    assert validation is not None
    assert (validation.model.rows, validation.model.loss, validation.model.split) == (120, 0.5, "validation")
    assert {name: score.value for name, score in validation.model.scores.items()} == {"macro_f1": 0.7}
    assert test is not None
    assert (test.model.split, test.model.score("accuracy")) == ("test", 0.9)
    assert [source.part for source in home.sources] == ["validation", "test"]


@pytest.mark.parametrize("text", ["", "[]", '{"eval_runtime": 1}', '{"eval_accuracy": "good"}', '{"eval_loss": null}'])
def test_no_scores(tmp_path: Path, text: str) -> None:
    """Files without a score give nothing."""
    (tmp_path / "eval_results.json").write_text(text)

    assert scores.read(Home(tmp_path), None) is None
    assert scores.test_read(Home(tmp_path)) is None
