"""Labels of whole data sets, and columns that code of the user reads in vain."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from datasets import ClassLabel, Dataset, Features, Sequence, Value
from transformers import BertForSequenceClassification

from luthier.facts.census import LabelColumn
from luthier.facts.scene import LiveScene
from luthier.integrations import given as columns
from luthier.integrations.census import census_of
from luthier.integrations.given import label_column, label_runs, labels_of, unread
from luthier.integrations.opened import Opened, columns_of
from luthier.integrations.stage import build


def column(train: list[Any], evaluation: list[Any] | None = None, *, tags: bool = False) -> LabelColumn:
    """What is read of these labels."""
    rows, scored = ([{"label": one} for one in some] for some in (train, evaluation or []))
    given = Opened(None, None, rows, ("label",), lambda: (rows, list), evaluation=scored)
    return label_column(given, labels_of(rows) or [], tags=tags)


@pytest.mark.parametrize(
    ("train", "says"),
    [
        ([0, 1, 1, -100], LabelColumn({0: 1, 1: 2})),
        ([2.0, 1.0], LabelColumn({1: 1, 2: 1})),
        ([0.5, 1.0], LabelColumn()),
        (["a", "b"], LabelColumn()),
        ([True, False], LabelColumn()),
        ([[0, 1], [1, 0]], LabelColumn(several=0)),
        ([[0.0, 1.0], [1.0, 1.0]], LabelColumn(several=1)),
        ([[1], [0]], LabelColumn({0: 1, 1: 1})),
    ],
)
def test_labels(train: list[Any], says: LabelColumn) -> None:
    """Whole numbers are counted, truth values are looked at, anything else is neither."""
    assert column(train) == replace(says, rows=len(train))


@pytest.mark.parametrize(("labels", "runs"), [([0, 0, 1, 1, 0], 3), ([0.5, 1.0], None), ([[0], [1]], None), ([], None)])
def test_runs(labels: list[Any], runs: int | None) -> None:
    """Equal labels that follow each other are one run."""
    assert label_runs(labels) == runs


@pytest.mark.parametrize("made", [list, Dataset.from_list])
def test_many_rows(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are drawn from all of the data set, which may be sorted, and keep their order."""
    monkeypatch.setattr(columns, "MOST_ROWS", 20)
    rows = made([{"label": one // 50} for one in range(100)])
    found = labels_of(rows)

    assert found is not None
    assert (set(found), len(found), label_runs(found)) == ({0, 1}, 20, 2)


def test_tags() -> None:
    """Lists of tags are counted one by one."""
    assert column([[0, 1, -100], [1]], [[2]], tags=True) == LabelColumn({0: 1, 1: 2}, {2: 1}, rows=2)


def test_no_labels() -> None:
    """Without a column, or where rows are made when they are asked for."""
    assert labels_of([{"text": "a"}]) is None
    assert labels_of(None) is None


def test_names() -> None:
    """Of the label column; of tags, of the one column that lists named classes."""
    tagged = Features({"labels": Sequence(Value("int64")), "ner_tags": Sequence(ClassLabel(names=["O", "B-X"]))})
    rows = Dataset.from_list([{"labels": [-100, 1], "ner_tags": [1]}], features=tagged)
    given = Opened(None, None, rows, columns_of(rows), lambda: (rows, list))

    assert label_column(given, [[-100, 1]], tags=True) == LabelColumn({1: 1}, names=("O", "B-X"), rows=1)
    assert label_column(given, [[-100, 1]]) == LabelColumn({1: 1}, rows=1)


def test_scene(tmp_path: Path) -> None:
    """A trainer's rows, all of them."""
    given = census_of(build(LiveScene(options={"named_labels": 1}), tmp_path)).given

    assert given is not None
    assert given.names == ("cooking", "money", "sport", "travel")
    assert (sum(given.train.values()), sum(given.evaluation.values())) == (40, 10)


def test_unread_columns(tmp_path: Path) -> None:
    """Seen where Trainer takes the column out; not where it leaves it in."""
    scene = LiveScene(options={"weights_read": 1})
    kept = LiveScene(options={"weights_read": 1}, arguments={"remove_unused_columns": False})

    assert census_of(build(scene, tmp_path)).unread_columns == {"weight": "compute_loss"}
    assert census_of(build(kept, tmp_path)).unread_columns == {}


def test_repeats(tmp_path: Path) -> None:
    """Of a trainer with a loss of its own kind, the first two columns of texts."""
    rows = [{"label": 0, "anchor": f"question {one % 3}", "positive": "the answer"} for one in range(4)]
    rows = [{**row, "input_ids": [1]} for row in rows]
    made = build(LiveScene(), tmp_path)
    made.train_dataset = Dataset.from_list(rows)
    assert census_of(made).repeats == {}
    made.loss = torch.nn.Identity()

    assert census_of(made).repeats == {"anchor": {1: 2, 2: 1}, "positive": {4: 1}}


class Own(BertForSequenceClassification):  # type: ignore[misc]
    """A model of the user."""

    def forward(self, input_ids: Any, attention_mask: Any, labels: Any) -> Any:
        """As usual."""
        return super().forward(input_ids=input_ids, attention_mask=attention_mask, labels=labels)


def test_own_loss(tmp_path: Path) -> None:
    """A method or a function of the user, or a model of one's own; the libraries' own do not count."""
    made = build(LiveScene(), tmp_path)
    assert not census_of(made).own_loss
    made.compute_loss_func = lambda outputs, labels, num_items_in_batch=None: outputs.logits.sum()
    assert census_of(made).own_loss
    assert census_of(build(LiveScene(options={"weights_read": 1}), tmp_path)).own_loss
    assert not census_of(build(LiveScene("instruction"), tmp_path)).own_loss
    own = build(LiveScene(), tmp_path)
    own.model.__class__ = Own
    assert census_of(own).own_loss


def drops_by_name(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A collator that throws texts away by their name and looks at nothing."""
    for row in features:
        row.pop("text", None)
    return [{name: value for name, value in row.items() if name not in ("text", "other")} for row in features]


def reads(features: list[dict[str, Any]]) -> list[Any]:
    """A collator that looks at them."""
    return [row["text"] for row in features if "other" in row] + [row.get("third") for row in features]


@pytest.mark.parametrize(("code", "names"), [(drops_by_name, set()), (reads, {"text", "third"}), (list, set())])
def test_code(code: Any, names: set[str]) -> None:
    """Only what is read counts."""
    rows = [{"input_ids": [1], "text": "a", "other": 1, "third": 2}]
    given = [{"input_ids": [1]}]
    opened = Opened(None, None, rows, columns_of(rows), lambda: (given, list), code={"the collator": code})

    assert set(unread(opened)) == names
