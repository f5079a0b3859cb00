"""The corpora of runs of other tools: right without options, and wrong as asked."""

import json
import unicodedata
from collections import Counter

import pytest

from luthier.errors import PlanError
from luthier.failures._conversations import CONSTANT, CORPORA, OPTIONS, REFUSALS, make


def turns(**options: float | str) -> list[list[dict[str, str]]]:
    """Turns of forty conversations."""
    return [row["messages"] for row in make("conversations", {"rows": 40, **options})]


def answers(corpus: str = "completions", **options: float | str) -> list[str]:
    """Targets of forty rows."""
    name = {"completions": "completion", "summaries": "summary"}[corpus]
    return [row[name].strip() for row in make(corpus, {"rows": 40, **options})]


@pytest.mark.parametrize("corpus", CORPORA)
def test_same_arguments_same_rows(corpus: str) -> None:
    """And another seed gives others; JSON can hold them."""
    rows = make(corpus)

    assert rows == make(corpus)
    assert rows != make(corpus, seed=1)
    assert len(rows) == 120
    assert len({json.dumps(row) for row in rows}) > 110


def test_conversations() -> None:
    """System, user, assistant; every other one goes on."""
    roles = [tuple(turn["role"] for turn in one) for one in turns()]

    assert Counter(roles) == {
        ("system", "user", "assistant"): 20,
        ("system", "user", "assistant", "user", "assistant"): 20,
    }
    assert {turn["role"] for one in turns(role="bot") for turn in one} == {"system", "user", "bot"}
    assert sum(one[-1]["role"] == "user" for one in turns(unanswered=0.25)) == 10


@pytest.mark.parametrize("corpus", ["completions", "summaries"])
def test_faulty_targets(corpus: str) -> None:
    """Each fault strikes its share of the rows."""
    assert sum(not text for text in answers(corpus, empty=0.25)) == 10
    assert sum(text in REFUSALS for text in answers(corpus, refusals=0.25)) == 10
    assert answers(corpus, constant=0.25).count(CONSTANT) == 10
    assert not any(text in ("", CONSTANT, *REFUSALS) for text in answers(corpus))


def test_copied() -> None:
    """A target that repeats its source."""
    rows = make("summaries", {"rows": 40, "copied": 0.25})

    assert sum(row["document"] == row["summary"] for row in rows) == 10


def test_letterhead() -> None:
    """Words before some sources, and behind all targets."""
    rows = make("summaries", {"rows": 40, "before": 9, "long": 0.25, "behind": 5})
    plain = make("summaries", {"rows": 40})
    longer = [len(row["document"].split()) - len(old["document"].split()) for row, old in zip(rows, plain, strict=True)]

    assert Counter(longer) == {0: 30, 9: 10}
    assert {len(r["summary"].split()) - len(o["summary"].split()) for r, o in zip(rows, plain, strict=True)} == {5}


def test_tokens_around_texts() -> None:
    """Begin and end stand where a text has them."""
    (text,) = (row["text"] for row in make("texts", {"rows": 1, "begin": "<s>", "end": "</s>"}))

    assert text.startswith("<s>### Question: ")
    assert text.endswith("</s>")
    assert "\n### Answer: " in text


def test_given_splits() -> None:
    """Eight, one and one in ten; copies of training rows where asked for."""
    rows = make("completions", {"given": 1, "overlap": 0.5})
    prompts = {split: [row["prompt"] for row in rows if row["split"] == split] for split in ("train", "test")}

    assert Counter(row["split"] for row in rows) == {"train": 96, "validation": 12, "test": 12}
    assert sum(row["prompt"] in prompts["train"] for row in rows if row["split"] != "train") == 12


@pytest.mark.parametrize(("options", "moved"), [({}, 0), ({"shift": 3}, 3), ({"units": "utf16"}, 1)])
def test_questions(options: dict[str, float | str], moved: int) -> None:
    """Places are right, or off by what was asked for: one bicycle is two units."""
    for row in make("questions", {"rows": 40, **options}):
        (text,), (start,) = row["answers"]["text"], row["answers"]["answer_start"]
        assert row["context"][start - moved :].startswith(text)


def test_questions_in_bytes_and_other_forms() -> None:
    """Bytes count two for each accent; the other form is another text."""
    for row in make("questions", {"rows": 10, "units": "bytes"}):
        start = row["answers"]["answer_start"][0]
        assert row["context"].encode()[start:].decode().startswith(row["answers"]["text"][0])
    for row in make("questions", {"rows": 10, "form": 1}):
        text = row["answers"]["text"][0]
        assert text not in row["context"]
        assert unicodedata.normalize("NFC", text) in row["context"]


@pytest.mark.parametrize(
    ("corpus", "options", "words"), [("poems", {}, "no corpus is called poems"), ("texts", {"hue": 1}, "no option hue")]
)
def test_unknown(corpus: str, options: dict[str, int], words: str) -> None:
    """No such corpus, no such option."""
    with pytest.raises(PlanError, match=words):
        make(corpus, options)
    assert "rows" in OPTIONS
