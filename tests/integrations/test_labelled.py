"""Labelled texts of a trainer's data sets."""

from pathlib import Path
from typing import Any

import pytest
from datasets import ClassLabel, Dataset, Features, Value

from luthier.errors import InputError
from luthier.facts.scene import LiveScene
from luthier.integrations.labelled import data_of
from luthier.integrations.opened import Opened
from luthier.integrations.stage import build


def opened(rows: Any, model: Any = None) -> Opened:
    """Rows without a trainer around them."""
    columns = tuple(rows.column_names) if isinstance(rows, Dataset) else tuple(rows[0])
    return Opened(model, None, rows, columns, lambda: (rows, list))


ROWS = [{"text": f"text number {one}", "label": one % 2} for one in range(10)]


def test_names_of_classes() -> None:
    """Class names come from the features of the data set; else ids are told as they are."""
    features = Features({"text": Value("string"), "label": ClassLabel(names=["ham", "spam"])})

    assert data_of(opened(Dataset.from_list(ROWS, features=features)), None, None).classes == ("ham", "spam")
    assert data_of(opened(ROWS), None, None).classes == ("0", "1")


def test_names_from_the_config(tmp_path: Path) -> None:
    """Names of the model's config are used where it has any of its own."""
    model = build(LiveScene(), tmp_path).model
    assert data_of(opened(ROWS, model), None, None).classes == ("0", "1")
    model.config.id2label = {0: "ham", 1: "spam", 2: "c", 3: "d"}
    assert data_of(opened(ROWS, model), None, None).classes == ("ham", "spam")


def test_overlap() -> None:
    """Rows of the evaluation that stand in training too are found."""
    found = data_of(opened(ROWS), Dataset.from_list(ROWS[:3]), None)

    assert [(one.split, one.other, one.rows) for one in found.overlaps] == [("validation", "train", 3)]
    assert found.rows == {"train": 10, "validation": 3, "test": 0}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"input_ids": [1], "label": 0}], "no longer has its texts"),
        ([{"text": ["a", "b"], "label": 0}, {"text": ["a"], "label": 1}], "does not hold texts"),
        ([{"text": "a", "label": [0, 1]}, {"text": "b", "label": [1, 1]}], "does not hold texts"),
    ],
)
def test_other_rows(rows: list[dict[str, Any]], says: str) -> None:
    """Rows that are not labelled texts are refused with the reason."""
    with pytest.raises(InputError, match=says):
        data_of(opened(rows), None, None)
