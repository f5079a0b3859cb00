"""Texts and files to labels with probabilities."""

import csv
import gzip
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

import luthier.predict as module
from luthier.errors import InputError, ModelError, RunError
from luthier.facts.event import Event, unwatched
from luthier.folder import RunFolder
from luthier.models.load import load_saved
from luthier.predict import Prediction, Predictor, predict_file
from tests.finished_runs import CLASSES, TEXTS, write_run

LABELS = ("spam", "ham", "spam", "ham", "ham")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A finished run."""
    return write_run(tmp_path_factory.mktemp("runs") / "sms-1")


@pytest.fixture(scope="module")
def predictor(run: RunFolder) -> Predictor:
    """Its model."""
    return Predictor.load(run)


def predicted(predictor: Predictor, source: Path, **options: Any) -> tuple[list[dict[str, str]], list[Event]]:
    """Rows of the result, and what was told."""
    target = source.with_name(f"out{source.suffix}")
    events: list[Event] = []
    predict_file(predictor, str(source), str(target), events.append, **options)
    content = target.read_text(encoding="utf-8")
    if source.suffix in {".jsonl", ".json", ".ndjson"}:
        return [json.loads(line) for line in content.splitlines()], events
    delimiter = "\t" if "\t" in content.splitlines()[0] else ";" if ";" in content.splitlines()[0] else ","
    return list(csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter)), events


def notices(events: list[Event]) -> str:
    """All notices."""
    return "\n".join(event.text for event in events if event.kind == "notice")


def as_csv(path: Path, rows: list[list[str]], delimiter: str = ",") -> Path:
    """Write a file with every text in quotes."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    return path


def test_predict_equals_plain_transformers(run: RunFolder, predictor: Predictor) -> None:
    """Labels and probabilities are those that anyone gets from the saved folder, one text at a time."""
    model = AutoModelForSequenceClassification.from_pretrained(run.model).eval()
    tokenizer = AutoTokenizer.from_pretrained(run.model)

    found = predictor.predict(list(TEXTS))

    for text, said in zip(TEXTS, found, strict=True):
        with torch.no_grad():
            expected = torch.softmax(model(**tokenizer(text, return_tensors="pt")).logits[0], -1)
        assert list(said.probabilities) == list(CLASSES)
        assert torch.allclose(torch.tensor(list(said.probabilities.values())), expected, atol=1e-6)
        assert said.label == CLASSES[int(expected.argmax())]
        assert sum(said.probabilities.values()) == pytest.approx(1.0, abs=1e-12)


def test_neighbours_and_order_do_not_matter(predictor: Predictor) -> None:
    """A text gets the same answer alone, beside others and in another order, within 1e-6."""
    together = predictor.predict(list(TEXTS))
    turned = predictor.predict(list(TEXTS)[::-1])[::-1]
    alone = [predictor.predict([text])[0] for text in TEXTS]

    for one, two, three in zip(together, turned, alone, strict=True):
        assert one.label == two.label == three.label
        assert one.probabilities == pytest.approx(two.probabilities, abs=1e-6)
        assert one.probabilities == pytest.approx(three.probabilities, abs=1e-6)


def test_texts_are_cleaned_as_in_training(predictor: Predictor) -> None:
    """What the plan's steps fold is folded here too."""
    assert predictor.predict(["  win   a\t prize now "]) == predictor.predict(["win a prize now"])


def test_empty_and_odd_texts(predictor: Predictor) -> None:
    """Empty texts, long texts, half surrogate pairs and NUL are predicted like any other."""
    found = predictor.predict(["", " ", "win " * 10_000, "\ud83d", "a\0b", "数据"])

    assert len(found) == 6
    assert all(isinstance(one, Prediction) for one in found)
    assert predictor.predict([]) == []


@pytest.mark.parametrize(
    ("texts", "said"),
    [("win", "one text where a list"), (["a", None], "text 1 is a NoneType"), ([1.5], "text 0 is a float")],
)
def test_what_is_no_list_of_texts(texts: Any, said: str, predictor: Predictor) -> None:
    """A single string would be read letter by letter, and a missing value is no text."""
    with pytest.raises(InputError, match=said):
        predictor.predict(texts)


def test_stop_words_ask_for_no_language(tmp_path: Path) -> None:
    """A model that was trained without stop words predicts single words, which hold no sign of their language."""
    run = write_run(tmp_path / "r", clean=("stop_words",))

    assert len(Predictor.load(run).predict(["prize"])) == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimited_files(delimiter: str, predictor: Predictor, tmp_path: Path) -> None:
    """Every row comes out with its own cells as they were, then the label, then a probability per class."""
    rows = [["id", "text"], *([str(i), text] for i, text in enumerate(TEXTS)), ["9", 'a "quote"\nand a line, too']]

    found, events = predicted(predictor, as_csv(tmp_path / "in.csv", rows, delimiter))

    assert list(found[0]) == ["id", "text", "predicted", "probability:ham", "probability:spam"]
    assert [[row["id"], row["text"]] for row in found] == rows[1:]
    for row, said in zip(found, predictor.predict([row[1] for row in rows[1:]]), strict=True):
        assert row["predicted"] == said.label
        assert float(row["probability:spam"]) == pytest.approx(said.probabilities["spam"], abs=1e-6)
    progress = [event for event in events if event.kind == "progress"]
    assert progress[-1].done == progress[-1].total
    assert progress[-1].numbers == {"rows": 6}


def test_json_lines(predictor: Predictor, tmp_path: Path) -> None:
    """Values keep their types, and whatever cannot be spelled in UTF-8 stays spelled as JSON does."""
    rows = [{"id": 1, "text": "win"}, {"id": None, "text": "数据 \ud83d", "more": {"a": [1.5]}}, {"id": 3, "text": 7}]
    source = tmp_path / "in.jsonl"
    source.write_text("\n\n".join(map(json.dumps, rows)) + "\n")

    found, _ = predicted(predictor, source)

    for row, before in zip(found, rows, strict=True):
        assert {name: row[name] for name in before} == before
        assert row["predicted"] in CLASSES
        assert row["probability:ham"] + row["probability:spam"] == pytest.approx(1.0, abs=2e-6)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings(encoding: str, packed: bool, predictor: Predictor, tmp_path: Path) -> None:
    """Encodings are found as for training; the result is UTF-8."""
    content = "text,id\n" + "".join(f"un café très déjà vu à Genève,{i}\n" for i in range(40))
    source = tmp_path / ("in.csv.gz" if packed else "in.csv")
    raw = content.encode(encoding)
    source.write_bytes(gzip.compress(raw) if packed else raw)

    predict_file(predictor, str(source), str(tmp_path / "out.csv"), unwatched)

    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "text,id,predicted,probability:ham,probability:spam"
    assert lines[40].startswith("un café très déjà vu à Genève,39,")
    assert len(lines) == 41


def test_damage_is_told(predictor: Predictor, tmp_path: Path) -> None:
    """A few bytes that are no UTF-8, late in a file, become U+FFFD and are counted."""
    good = "text\n" + "déjà vu, encore une fois, et puis encore\n".replace(",", "") * 7_000
    (tmp_path / "in.csv").write_bytes(good.encode() + b"caf\xe9\n")

    found, events = predicted(predictor, tmp_path / "in.csv")

    assert len(found) == 7_001
    assert found[-1]["text"] == "caf\ufffd"
    assert notices(events).startswith("1 characters are U+FFFD")


def test_the_column_of_training_comes_first(predictor: Predictor, tmp_path: Path) -> None:
    """Where it is there, nothing else is looked at; where it is not, one is found, and that is said."""
    trained = as_csv(tmp_path / "a.csv", [["review", "text"], *[["x" * 30, text] for text in TEXTS]])
    other = as_csv(tmp_path / "b.csv", [["id", "Review"], *[[str(i), text] for i, text in enumerate(TEXTS)]])
    labels = [one.label for one in predictor.predict(list(TEXTS))]

    first, quiet = predicted(predictor, trained)
    second, said = predicted(predictor, other)

    assert [row["predicted"] for row in first] == labels
    assert [row["predicted"] for row in second] == labels
    assert notices(quiet) == ""
    assert "there is no column 'text'; 'Review' is read, by its name" in notices(said)


def test_the_column_that_is_named(predictor: Predictor, tmp_path: Path) -> None:
    """The user's word beats the plan's; a name that is not there is refused with the names that are."""
    source = as_csv(tmp_path / "a.csv", [["other", "text"], *[[text, "ok"] for text in TEXTS]])

    found, _ = predicted(predictor, source, text="other")

    assert [row["predicted"] for row in found] == [one.label for one in predictor.predict(list(TEXTS))]
    with pytest.raises(InputError, match="no column 'body'") as caught:
        predicted(predictor, source, text="body")
    assert "other, text" in caught.value.next_step


def test_no_text_column(predictor: Predictor, tmp_path: Path) -> None:
    """Where none can be told, the way to name one is said, and nothing is written."""
    source = as_csv(tmp_path / "a.csv", [["a", "b"], *[[str(i), str(i * 7)] for i in range(30)]])

    with pytest.raises(InputError, match="no column 'text', from which the model learned") as caught:
        predict_file(predictor, str(source), str(tmp_path / "out.csv"), unwatched)

    assert "--text COLUMN" in caught.value.next_step
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_columns_that_are_taken(predictor: Predictor, tmp_path: Path) -> None:
    """A file that was predicted before keeps its columns; ours get a number, and a third time the next one."""
    source = as_csv(tmp_path / "in.csv", [["text", "predicted"], *[[text, "mine"] for text in TEXTS]])

    found, events = predicted(predictor, source)
    again, _ = predicted(predictor, (tmp_path / "out.csv").rename(tmp_path / "next.csv"))

    assert list(found[0])[1:] == ["predicted", "predicted_2", "probability_2:ham", "probability_2:spam"]
    assert {row["predicted"] for row in found} == {"mine"}
    assert "the file has a column 'predicted' already; ours are numbered 2" in notices(events)
    assert [row["predicted_3"] for row in again] == [row["predicted_2"] for row in found]


def test_a_key_that_comes_late(predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON lines whose later row has our key are refused rather than overwritten."""
    monkeypatch.setattr(module, "_CHUNK_ROWS", 2)
    lines = ['{"text": "a"}'] * 5 + ['{"text": "b", "predicted": "mine"}']
    (tmp_path / "in.jsonl").write_text("\n".join(lines))

    with pytest.raises(InputError, match=r"line 6: this row has a 'predicted' already"):
        predicted(predictor, tmp_path / "in.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_missing_texts_are_told(predictor: Predictor, tmp_path: Path) -> None:
    """Rows without a text are predicted, so that rows stay aligned, and counted."""
    (tmp_path / "in.jsonl").write_text('{"text": "a"}\n{"text": null}\n{"text": " "}\n{"other": 1}\n')

    found, events = predicted(predictor, tmp_path / "in.jsonl")

    assert len(found) == 4
    assert "3 rows have no text in 'text'" in notices(events)


def test_chunks_do_not_show(predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The result is the same file however many rows are predicted at once."""
    source = as_csv(tmp_path / "in.csv", [["text"], *[[text * (i % 7)] for i, text in enumerate(TEXTS * 9)]])
    predict_file(predictor, str(source), str(tmp_path / "one.csv"), unwatched)
    monkeypatch.setattr(module, "_CHUNK_ROWS", 4)
    events: list[Event] = []
    predict_file(predictor, str(source), str(tmp_path / "two.csv"), events.append)

    one, two = (list(csv.reader((tmp_path / name).read_text().splitlines())) for name in ("one.csv", "two.csv"))
    assert [row[:2] for row in one] == [row[:2] for row in two]
    for a, b in zip(one[1:], two[1:], strict=True):
        assert [float(x) for x in a[2:]] == pytest.approx([float(x) for x in b[2:]], abs=2e-6)
    assert len([event for event in events if event.kind == "progress"]) == 12


def test_memory_does_not_grow_with_the_file(
    predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifteen times the rows, the same peak: nothing is kept but a chunk."""
    monkeypatch.setattr(module, "_CHUNK_CHARACTERS", 50_000)
    monkeypatch.setattr(
        Predictor, "predict", lambda _, texts: [Prediction("ham", {"ham": 1.0, "spam": 0.0}) for _ in texts]
    )
    peaks = []
    for rows in (4_000, 60_000):
        source = tmp_path / "in.csv"
        source.write_text("id,text\n" + "".join(f"{i},a text of some length to fill the row\n" for i in range(rows)))
        tracemalloc.start()
        assert predict_file(predictor, str(source), str(tmp_path / "out.csv"), unwatched) == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 500_000  # the larger file holds 2.7 MB


BAD_FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("in.csv", b"", "is empty"),
    "blank": ("in.csv", b" \n \n", "is empty"),
    "binary": ("in.csv", bytes(range(256)) * 8, "binary|not text"),
    "zip": ("in.csv", b"PK\x03\x04" + bytes(100), "zip archive"),
    "parquet": ("in.parquet", b"PAR1", r"a \.parquet cannot be predicted"),
    "no suffix": ("in", b"text\na\n", "file without suffix"),
    "ragged": ("in.csv", b"text,id\na,1\nb,2,3\n", "line 3: 3 fields"),
    "short": ("in.csv", b"text,id\na,1\nb\n", "line 3: 1 fields"),
    "twin columns": ("in.csv", b"text,text\na,1\n", "2 columns are called 'text'"),
    "open quote": ("in.csv", b'text,id\na,1\n"b,2\nc,3\n', "line 3.*never closed"),
    "bad JSON": ("in.jsonl", b'{"text": "a"}\n{"text": \n', "line 2"),
    "JSON of a list": ("in.jsonl", b'{"text": "a"}\n["b"]\n', "line 2: a JSON list"),
    "one JSON value": ("in.json", b'[{"text": "a"}]', "one JSON value"),
    "no lines": ("in.jsonl", b"\n\n", "is empty"),
    "cut gzip": ("in.csv.gz", gzip.compress(b"text\n" + b"abc\n" * 500)[:-12], "cannot be read"),
    "no gzip": ("in.csv.gz", b"text\nabc\n", "cannot be read"),
}


@pytest.mark.parametrize(("name", "content", "said"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_files(name: str, content: bytes, said: str, predictor: Predictor, tmp_path: Path) -> None:
    """Each is one error with file, place and next step; no result and no half of one is left."""
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InputError, match=said) as caught:
        predict_file(predictor, str(tmp_path / name), str(tmp_path / "out.csv"), unwatched)

    assert str(tmp_path / name) in caught.value.where
    assert caught.value.next_step
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_row_that_never_ends(predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quote left open early in a huge file does not take all memory before it is told."""
    monkeypatch.setattr("luthier.stages.data.stream._LONGEST_RECORD", 10_000)
    source = tmp_path / "in.csv"
    source.write_text("text,id\n" + f"{'a' * 60},1\n" * 5_000 + '"b,2\n' + "c,3\n" * 5_000)

    with pytest.raises(InputError, match="a row of more than 10,000 characters: a quote was opened"):
        predict_file(predictor, str(source), str(tmp_path / "out.csv"), unwatched)


def test_no_such_file(predictor: Predictor, tmp_path: Path) -> None:
    """A missing file and a folder are told apart from a file."""
    (tmp_path / "dir.csv").mkdir()

    with pytest.raises(InputError, match="no such file"):
        predict_file(predictor, str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), unwatched)
    with pytest.raises(InputError, match="cannot be read"):
        predict_file(predictor, str(tmp_path / "dir.csv"), str(tmp_path / "out.csv"), unwatched)


@pytest.mark.parametrize("target", ["file/out.csv", "none/out.csv", "folder"])
def test_results_that_cannot_be_written(target: str, predictor: Predictor, tmp_path: Path) -> None:
    """One clear error, and what was there is as it was."""
    source = as_csv(tmp_path / "in.csv", [["text"], ["a"]])
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()

    with pytest.raises(RunError, match="cannot write") as caught:
        predict_file(predictor, str(source), str(tmp_path / target), unwatched)

    assert "--out" in caught.value.next_step
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder", "in.csv"]


def test_no_space_left(predictor: Predictor, tmp_path: Path) -> None:
    """A full disk ends in one error, and an older result stays whole."""
    source = as_csv(tmp_path / "in.csv", [["text"], *[["a"]] * 3])

    with pytest.raises(RunError, match="No space left"), module._staged(tmp_path / "out.csv"):
        raise OSError(28, "No space left on device")
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


def test_the_old_result_stays_when_the_new_one_fails(predictor: Predictor, tmp_path: Path) -> None:
    """A file that turns bad half-way does not take an earlier result with it."""
    (tmp_path / "out.csv").write_text("old")
    (tmp_path / "in.csv").write_text("text,id\na,1\nb\n")

    with pytest.raises(InputError):
        predict_file(predictor, str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), unwatched)

    assert (tmp_path / "out.csv").read_text() == "old"


def test_a_run_without_a_model(tmp_path: Path) -> None:
    """An unfinished run says how to finish it."""
    run = write_run(tmp_path / "r")
    run.model.rename(tmp_path / "elsewhere")

    with pytest.raises(RunError, match="no model yet") as caught:
        Predictor.load(run)

    assert "--resume" in caught.value.next_step


def test_a_model_that_was_changed(tmp_path: Path) -> None:
    """A flipped bit in the weights is not predicted with."""
    run = write_run(tmp_path / "r")
    path = run.model / "model.safetensors"
    raw = bytearray(path.read_bytes())
    raw[-5] ^= 1
    path.write_bytes(raw)

    with pytest.raises(RunError, match=r"not the model that was tested: model\.safetensors was changed"):
        Predictor.load(run)


def test_a_model_without_its_tokenizer(tmp_path: Path) -> None:
    """A missing tokenizer is named, by the run and by the door to models."""
    run = write_run(tmp_path / "r")
    (run.model / "tokenizer.json").unlink()

    with pytest.raises(RunError, match=r"tokenizer\.json is missing"):
        Predictor.load(run)
    load_saved(run.model)
    with pytest.raises(ModelError, match="tokenizer"):
        module.TextTokenizer.load(run.model)
