"""Generated texts are found under the names that scripts give them, and measured."""

import json
from pathlib import Path

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.generations import GenerationFacts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import generations
from luthier.stages.diagnose.readers.generations import read

TEXTS = ["A film about a dog.", "Two men meet and", "no no no no no no no no no no", "", "A film about a dog."]
WANTED = ["A dog runs home.", "Two men meet and part.", "No one comes.", "Nothing happens here.", "A dog is lost."]


def facts(folder: Path, name: str, content: str, arguments: Arguments | None = None) -> GenerationFacts | None:
    """Write a file and read it."""
    (folder / name).write_text(content)
    return read(Home(folder), arguments)


def lines(texts: list[str], wanted: list[str], written: str = "predict", gold: str = "label") -> str:
    """JSON lines."""
    pairs = zip(texts, wanted, strict=True)
    return "\n".join(json.dumps({"prompt": "Write a summary", written: text, gold: want}) for text, want in pairs)


def test_lines_of_text(tmp_path: Path) -> None:
    """One text a line, as the examples of Transformers write them."""
    found = facts(tmp_path, "generated_predictions.txt", "\n".join(TEXTS))

    assert found is not None
    assert (found.source, found.rows) == ("generated_predictions.txt", 5)
    assert (found.empty, found.repeating, found.unfinished) == (1, 1, 2)
    assert found.same == 0.4
    assert found.mean_words == pytest.approx((5 + 4 + 10 + 0 + 5) / 5)
    assert found.quantiles[100] == 10
    assert found.scripts == {"Latin": 1.0}
    assert (found.reference_words, found.reference_unfinished, found.at_limit, found.limit) == (None, None, None, None)


@pytest.mark.parametrize(
    ("written", "gold"), [("predict", "label"), ("prediction", "reference"), ("generated_text", "target")]
)
def test_lines_of_json(written: str, gold: str, tmp_path: Path) -> None:
    """Records with what was wanted beside."""
    found = facts(tmp_path, "generated_predictions.jsonl", lines(TEXTS, WANTED, written, gold))

    assert found is not None
    assert found.reference_words == pytest.approx((4 + 5 + 3 + 3 + 4) / 5)
    assert found.reference_unfinished == 0
    assert found.reference_scripts == {"Latin": 1.0}


@pytest.mark.parametrize(
    "content", [[{"output": text} for text in TEXTS], {"rows": [{"output": text} for text in TEXTS]}, TEXTS]
)
def test_lists(content: object, tmp_path: Path) -> None:
    """A JSON list of records or of texts, alone or under a key."""
    found = facts(tmp_path, "predictions.json", json.dumps(content))

    assert found is not None
    assert found.rows == 5


def test_copied_prompts(tmp_path: Path) -> None:
    """Texts that begin with what was asked are counted."""
    records = [{"prompt": "Write a summary of it:", "response": f"Write a summary of it: {text}"} for text in TEXTS]
    found = facts(tmp_path, "outputs.jsonl", "\n".join(map(json.dumps, records)))

    assert found is not None
    assert found.copied_prompt == 5


def test_compared(tmp_path: Path) -> None:
    """With what was wanted: the same, the same but for white space, and words in common; not where nothing is known."""
    found = facts(tmp_path, "predictions.jsonl", lines(["A dog.", " A dog.\n", "One cat."], ["A dog."] * 3))
    assert found is not None
    assert (found.exact, found.exact_trimmed) == (1, 2)
    assert found.overlap == pytest.approx(2 / 3)

    alone = facts(tmp_path, "generated_predictions.txt", "A dog.")
    assert alone is not None
    assert (alone.exact, alone.overlap) == (None, None)


def test_tags_are_no_texts(tmp_path: Path) -> None:
    """What the example for token classification writes under the same name."""
    assert facts(tmp_path, "predictions.txt", "O B-PER I-PER O\nO O\n\nB-LOC\n") is None


def test_reasons_of_the_end(tmp_path: Path) -> None:
    """Where records say why a text ended, the limit is counted."""
    records = [
        {"text_": 1, "generated": text, "finish_reason": why}
        for text, why in zip(TEXTS, ["length", "stop", "length", "stop", "stop"], strict=True)
    ]
    arguments = Arguments("Seq2SeqTrainingArguments", "transformers", {"generation_max_length": 64})
    found = facts(tmp_path, "generations.jsonl", "\n".join(map(json.dumps, records)), arguments)

    assert found is not None
    assert (found.at_limit, found.limit) == (2, 64)


def test_labels_are_no_texts(tmp_path: Path) -> None:
    """Predicted classes are not taken for texts; a model that writes one word only is."""
    labels = [{"prediction": ("ham", "spam")[number % 2]} for number in range(40)]
    (tmp_path / "predictions.jsonl").write_text("\n".join(map(json.dumps, labels)))
    home = Home(tmp_path)
    assert read(home) is None
    assert home.sources[-1].note == "holds labels, not texts"

    silent = facts(tmp_path, "predictions.jsonl", "\n".join(json.dumps({"prediction": "the"}) for _ in range(40)))
    assert silent is not None
    assert silent.same == 1.0


@pytest.mark.parametrize(
    "content", ["", "{", "[1, 2]", '{"prediction": 3}', "\x00\xff", '[{"prediction": null}]', "[" * 100_000, "NaN"]
)
def test_what_holds_no_texts(content: str, tmp_path: Path) -> None:
    """Files of other things give nothing."""
    assert facts(tmp_path, "predictions.json", content) is None


def test_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than the first rows, and the diary says so; too large a file is not read."""
    monkeypatch.setattr(generations, "MOST_ROWS", 3)
    (tmp_path / "predictions.txt").write_text("\n".join(TEXTS))
    home = Home(tmp_path)
    found = read(home)
    assert found is not None
    assert found.rows == 3
    assert home.sources[-1].note == "the first 3 texts"

    monkeypatch.setattr(generations, "MOST_TEXT", 10)
    home = Home(tmp_path)
    assert read(home) is None
    assert "more than" in home.sources[-1].note


def test_nothing(trainer_run: Path) -> None:
    """A run that wrote no texts has no facts of them."""
    assert read(Home(trainer_run)) is None
