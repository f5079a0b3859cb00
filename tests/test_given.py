"""Rows beside a run of another tool."""

import json
from pathlib import Path

import pytest

from luthier.errors import InputError
from luthier.facts.report import Evidence
from luthier.facts.scene import RunScene
from luthier.run import diagnose
from luthier.scenes.folder import Written, act, write


def evidence(path: Path, **rows: object) -> Evidence:
    """What diagnosis knows of a run with rows."""
    return diagnose(str(path), **rows).evidence  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A healthy classifier whose rows come in three files, some of the scored ones twice."""
    scene = RunScene(rows="topics", options={"given": 1, "overlap": 0.5})
    return write(scene, tmp_path_factory.mktemp("scene"))


def test_splits_stay_as_they_are(classifier: Written) -> None:
    """The user's three files are the three splits; nothing is moved, and what leaks is seen."""
    found = diagnose(str(classifier.run), data=classifier.rows)

    assert found.evidence.data is not None
    assert found.evidence.data.rows == {"train": 192, "validation": 24, "test": 24}
    assert "train_test_overlap" in {one.failure for one in found.verdicts.seen}


def test_one_file_makes_no_split(classifier: Written, tmp_path: Path) -> None:
    """All rows are train, and no overlap is claimed."""
    rows = "".join(path.read_text() for path in sorted(Path(classifier.rows).iterdir()))
    (tmp_path / "rows.jsonl").write_text(rows)
    facts = evidence(classifier.run, data=str(tmp_path / "rows.jsonl")).data

    assert facts is not None
    assert facts.rows == {"train": 240, "validation": 0, "test": 0}
    assert facts.overlaps == ()


def test_columns_are_named(classifier: Written, tmp_path: Path) -> None:
    """As in a check."""
    lines = [json.dumps({"body": f"word {i} {i * 3}", "kind": "ab"[i % 2], "n": i}) for i in range(40)]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines) + "\n")
    facts = evidence(classifier.run, data=str(tmp_path / "rows.jsonl"), text="body", label="kind").data

    assert facts is not None
    assert facts.classes == ("a", "b")


def test_pairs(tmp_path: Path) -> None:
    """Conversations are measured with the run's template and limit; the other kinds say what the rows are not."""
    found = act(RunScene("causal", rows="conversations"), tmp_path).evidence

    assert found.pairs is not None
    assert (found.pairs.form, found.pairs.unit) == ("messages", "tokens")
    assert found.missing["data"] == "the rows given are no labelled texts"
    assert "pairs" not in found.missing


def test_spans(tmp_path: Path) -> None:
    """Questions with answers."""
    found = act(RunScene(rows="questions"), tmp_path).evidence

    assert found.spans is not None
    assert found.spans.limit == 128


def test_an_adapter_brings_its_tokenizer(tmp_path: Path) -> None:
    """It counts; without one the base model's does; without either the diary says what is missing."""
    written = write(RunScene("adapter", rows="conversations", base=True), tmp_path)
    own = evidence(written.run, data=written.rows)
    for path in written.run.rglob("tokenizer*.json"):
        path.unlink()
    beside = evidence(written.run, data=written.rows, base=written.base)
    alone = evidence(written.run, data=written.rows)

    units = [one.pairs.unit for one in (own, beside, alone) if one.pairs is not None]
    assert units == ["tokens", "tokens", "characters"]
    assert "not told in tokens" in alone.sources[-1].note


def test_rows_that_cannot_be_read(classifier: Written, tmp_path: Path) -> None:
    """Are the user's to mend."""
    (tmp_path / "rows.csv").write_text("")

    with pytest.raises(InputError):
        diagnose(str(classifier.run), data=str(tmp_path / "rows.csv"))


@pytest.mark.parametrize(
    "row", [{"words": ["a", "b"], "tags": ["O", "B-NAME"]}, {"text": "a text {number}", "label": "{number}.5"}]
)
def test_rows_of_another_form(row: dict[str, object], classifier: Written, tmp_path: Path) -> None:
    """Tags and ratings are no classes: the rest of the run is looked at, and the reason is told."""
    lines = [json.dumps(row).replace("{number}", str(number)) for number in range(30)]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines) + "\n")
    found = evidence(classifier.run, data=str(tmp_path / "rows.jsonl"))

    assert found.data is None
    assert "no labelled texts" in found.missing["data"]
    assert found.trace is not None


def test_no_rows(classifier: Written) -> None:
    """The reason says how to give them."""
    assert "--data" in evidence(classifier.run).missing["data"]


def test_a_template_that_refuses_is_told(tmp_path: Path) -> None:
    """Lengths are told in characters, and the diary says why."""
    scene = RunScene("causal", rows="conversations", files={"chat_template.jinja": "{{ raise_exception('no') }}"})
    found = act(scene, tmp_path).evidence

    assert found.pairs is not None
    assert found.pairs.unit == "characters"
    assert "refuses or changes them (no)" in found.sources[-1].note


def test_targets_apart(tmp_path: Path) -> None:
    """A model with an encoder and a decoder does not cut the target behind the source, whatever the columns' names."""
    run = write(RunScene("sequence_to_sequence", arguments={"max_length": 16}), tmp_path).run
    lines = [json.dumps({"prompt": "word " * 12, "completion": "word " * 12}) for _ in range(20)]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines) + "\n")
    facts = evidence(run, data=str(tmp_path / "rows.jsonl")).pairs

    assert facts is not None
    assert facts.target is not None
    assert (facts.unit, facts.whole, facts.target.cut) == ("tokens", None, 0)


def test_baselines_stand_beside_the_scores(classifier: Written, tmp_path: Path) -> None:
    """Fitted on the training rows given and scored on the validation rows; too few of these, and there are none."""
    parts = {"train": 120, "validation": 60}
    for name, count in parts.items():
        rows = [{"text": f"{('good', 'bad')[i % 2]} thing {i}", "label": ("yes", "no")[i % 2]} for i in range(count)]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    known = evidence(classifier.run, data=str(tmp_path)).validation
    few = evidence(classifier.run, data=classifier.rows).validation

    assert known is not None
    assert few is not None
    assert [(one.name, one.rows) for one in known.baselines] == [("tfidf", 60), ("majority", 60)]
    assert known.baselines[0].score("accuracy") == 1.0
    assert few.baselines == ()
