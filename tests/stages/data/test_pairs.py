"""Facts of pairs, from files."""

import json
from pathlib import Path

import pytest

from luthier.errors import InputError
from luthier.stages.data.pairs import read_pairs
from tests.stages.data.words import Words


def written(path: Path, rows: list[dict[str, object]]) -> str:
    """As JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    return str(path)


def pair(number: int, **changes: str) -> dict[str, object]:
    """A row without fault."""
    return {
        "prompt": f"What follows the number {number}?",
        "completion": f"It is {number + 1} that follows.",
        **changes,
    }


def test_healthy(tmp_path: Path) -> None:
    """Nothing is found; lengths are told in characters."""
    facts = read_pairs(written(tmp_path / "x.jsonl", [pair(i) for i in range(30)]))

    assert (facts.form, facts.rows, facts.unit) == ("prompt_completion", {"train": 30}, "characters")
    assert facts.columns == ("prompt", "completion")
    assert [facts.empty_targets.count, facts.refusals.count, facts.without_assistant.count] == [0, 0, 0]
    assert facts.target is not None
    assert facts.target.quantiles[100] == len("It is 30 that follows.")
    assert (facts.source_language, facts.target_scripts) == ("en", {"Latin": 1.0})
    assert (facts.whole, facts.ends, facts.overlaps) == (None, None, ())


def test_faults_with_places(tmp_path: Path) -> None:
    """Empty targets and refusals, each with the lines on which they stand."""
    rows = [*(pair(i) for i in range(6)), pair(6, completion=" "), pair(7)]
    rows += [pair(i, completion="As an AI language model, I cannot count.") for i in (8, 9)]
    facts = read_pairs(written(tmp_path / "x.jsonl", rows))

    assert [place.line for place in facts.empty_targets.places] == [7]
    assert [place.line for place in facts.refusals.places] == [9, 10]


def test_places_are_bounded(tmp_path: Path) -> None:
    """All are counted and twenty are named."""
    facts = read_pairs(written(tmp_path / "x.jsonl", [pair(i, completion="") for i in range(40)]))

    assert (facts.empty_targets.count, len(facts.empty_targets.places)) == (40, 20)


def test_repeats(tmp_path: Path) -> None:
    """Times that a source or a target stands in the training rows; pairs of Sentence Transformers are read."""
    rows: list[dict[str, object]] = [{"anchor": f"question {i % 4}", "positive": "yes" if i else ""} for i in range(6)]
    facts = read_pairs(written(tmp_path / "x.jsonl", rows))

    assert facts.columns == ("anchor", "positive")
    assert (facts.source_repeats, facts.target_repeats) == ({1: 2, 2: 2}, {5: 1})


def test_overlaps(tmp_path: Path) -> None:
    """Sources of scored rows that stand in train; the target may be another."""
    written(tmp_path / "train.jsonl", [pair(i) for i in range(30)])
    written(tmp_path / "test.jsonl", [pair(3), pair(4, completion="Five."), pair(40), pair(41, prompt="")])
    facts = read_pairs(str(tmp_path))

    (found,) = facts.overlaps
    assert facts.rows == {"test": 4, "train": 30}
    assert (found.split, found.other, found.rows, found.same_label) == ("test", "train", 2, 1)
    assert [place.row for _, place in found.examples] == [4, 5]


def test_conversations(tmp_path: Path) -> None:
    """Roles over all splits."""
    chat = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
    odd = {"messages": [{"role": "user", "content": "Hi"}, {"role": "bot", "content": "Hello"}]}
    facts = read_pairs(written(tmp_path / "x.jsonl", [chat, chat, odd]))

    assert facts.roles == {"user": 3, "assistant": 2, "bot": 1}
    assert (facts.without_assistant.count, facts.without_assistant.places[0].line) == (1, 3)


def test_in_tokens(tmp_path: Path) -> None:
    """With a tokenizer lengths are told in tokens, and a limit shows what it cuts."""
    rows = [pair(i) for i in range(9)] + [pair(9, prompt="word " * 20)]
    facts = read_pairs(written(tmp_path / "x.jsonl", rows), tokenizer=Words(eos=True), limit=16)

    assert facts.unit == "tokens"
    assert facts.whole is not None
    assert facts.target is not None
    assert (facts.whole.limit, facts.whole.cut, facts.target.gone) == (16, 1, 1)
    assert facts.target.places[0].line == 10
    assert facts.ends == 1.0


def test_a_model_that_writes_the_target_apart(tmp_path: Path) -> None:
    """Whatever the columns are called, its limit is that of the source alone."""
    path = written(tmp_path / "x.jsonl", [pair(i) for i in range(9)])
    apart, together = (read_pairs(path, tokenizer=Words(), limit=8, apart=value) for value in (True, False))

    assert (apart.whole, together.whole is None) == (None, False)
    assert apart.target is not None
    assert together.target is not None
    assert (apart.target.cut, together.target.cut) == (0, 9)


def test_a_column_names_the_splits(tmp_path: Path) -> None:
    """Data in one piece are taken apart by it."""
    rows = [{**pair(i), "split": "train" if i else "test"} for i in range(4)]

    assert read_pairs(written(tmp_path / "x.jsonl", rows)).rows == {"train": 3, "test": 1}


def test_refused(tmp_path: Path) -> None:
    """Labelled rows without text are no pairs."""
    with pytest.raises(InputError, match="no source and target"):
        read_pairs(written(tmp_path / "x.jsonl", [{"a": "b", "c": "d"}] * 3))
