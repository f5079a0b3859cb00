"""Lengths, cuts, ends and markers in tokens."""

import json
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from luthier.facts.pairs import LengthFacts, PairFacts
from luthier.stages.data.pair_tokens import Model, in_tokens
from tests.stages.data.words import Words

CHATML = (
    "{{ bos_token }}{% for m in messages %}<end>{{ m.role }} {{ m.content }}{% if m.role == 'assistant' %}</s>\n"
    "{% endif %}{% endfor %}"
)


def pairs(*rows: tuple[str, str]) -> pa.Table:
    """Rows as `halves` gives them."""
    count = len(rows)
    return pa.table(
        {
            "row": list(range(1, count + 1)),
            "line": list(range(1, count + 1)),
            "file": ["x.jsonl"] * count,
            "source": [source for source, _ in rows],
            "target": [target for _, target in rows],
        }
    )


def chats(*rows: list[tuple[str, str]]) -> pa.Table:
    """Conversations as `halves` gives them."""
    cells = [json.dumps([[{"role": role, "content": content} for role, content in row]]) for row in rows]
    return pairs(*[("", "")] * len(rows)).append_column("turns", pa.array(cells))


PLAIN = PairFacts("x.jsonl", "text", {"train": 9}, target=LengthFacts(9, {100: 99}))


def measured(table: pa.Table, marker: str = "", **model: Any) -> Any:
    """Facts of rows that can be measured."""
    found = in_tokens(replace(PLAIN, marker=marker), table, Model(**{"tokenizer": Words(), **model}))
    assert found.unit == "tokens"
    return found


def test_lengths() -> None:
    """Of the whole with special tokens, of both sides without."""
    found = measured(pairs(("a b ", "c"), ("a ", "b c d")), tokenizer=Words(bos=True))

    assert (found.whole.quantiles[0], found.whole.quantiles[100]) == (4, 5)
    assert (found.source.quantiles[0], found.source.quantiles[100]) == (1, 2)
    assert (found.target.quantiles[0], found.target.quantiles[100]) == (1, 3)
    assert found.target.limit is None


def test_one_limit_for_both() -> None:
    """What stands late is cut: of four targets one stays, one is cut, two are gone, one of them with its source."""
    rows = pairs(("a ", "b"), ("a ", "b c d e"), ("a b c ", "d e"), ("a b c d ", "e"))
    found = measured(rows, limit=4, tokenizer=Words(bos=True))

    assert (found.whole.cut, found.source.cut, found.target.cut) == (3, 1, 3)
    assert (found.target.gone, found.target.lost) == (2, 5 / 8)
    assert [place.row for place in found.target.places] == [3, 4]
    assert [place.row for place in found.source.places] == [4]


def test_two_limits() -> None:
    """Source and target are cut apart, each with its own special tokens."""
    found = measured(
        pairs(("a b c", "d"), ("a", "b c d")), apart=True, limit=3, target_limit=3, tokenizer=Words(eos=True)
    )

    assert found.whole is None
    assert (found.source.cut, found.target.cut) == (1, 1)
    assert found.target.quantiles[100] == 4
    assert found.ends == 1.0


def test_turns() -> None:
    """Every turn of the assistant is a target, wherever it stands; the last is cut first."""
    chat = [("user", "a b"), ("assistant", "c"), ("user", "d"), ("assistant", "e f")]
    found = measured(chats(chat), limit=5)

    assert (found.target.quantiles[100], found.source.quantiles[100]) == (3, 3)
    assert (found.target.cut, found.target.gone, found.target.lost) == (1, 0, 1 / 3)
    assert (found.ends, found.two_bos) == (None, None)


def test_rendered() -> None:
    """With a template its words count, ends are seen, and no other special tokens are added."""
    chat = [("user", "a b"), ("assistant", " c ")]
    found = measured(chats(chat), template=CHATML, tokenizer=Words(bos=True))

    assert found.whole.quantiles[100] == 9
    assert found.target.quantiles[100] == 1
    assert (found.ends, found.two_bos, found.not_rendered) == (1.0, 0.0, 0)


def test_template_without_end() -> None:
    """Where nothing follows the last words, there is no end."""
    found = measured(chats([("user", "a"), ("assistant", "b")]), template=CHATML.replace("</s>", ""))

    assert found.ends == 0.0


def test_template_that_refuses() -> None:
    """Refused rows are counted and told; where all are refused lengths stay as they were, and the reason is told."""
    template = "{% if messages | length < 2 %}{{ raise_exception('too short') }}{% endif %}" + CHATML
    short, long = [("user", "a")], [("user", "a"), ("assistant", "b")]
    found = measured(chats(short, long), template=template)

    assert (found.not_rendered, found.refused) == (1, "too short")
    assert in_tokens(PLAIN, chats(short), Model(Words(), template)) == replace(
        PLAIN, not_rendered=1, refused="too short"
    )


def test_template_that_changes_words() -> None:
    """An answer that the template does not write as it is cannot be found again; nothing was refused."""
    template = CHATML.replace("{{ m.content }}", "{{ m.content | upper }}")
    found = measured(chats([("user", "a"), ("assistant", "b")], [("user", "a"), ("assistant", "B")]), template=template)

    assert (found.target.rows, found.not_rendered, found.refused) == (1, 1, "")


@pytest.mark.parametrize(
    ("target", "eos", "ends"), [("b", False, 0.0), ("b", True, 1.0), ("b</s>", False, 1.0), ("b</s>.", False, 0.0)]
)
def test_ends(target: str, eos: bool, ends: float) -> None:
    """The tokenizer's end token, or one in the text."""
    assert measured(pairs(("a ", target)), tokenizer=Words(eos=eos)).ends == ends


@pytest.mark.parametrize(("source", "bos", "two"), [("a ", True, 0.0), ("<s>a ", True, 1.0), ("<s>a ", False, 0.0)])
def test_two_bos(source: str, bos: bool, two: float) -> None:
    """A text that brings its BOS to a tokenizer that adds one."""
    assert measured(pairs((source, "b")), tokenizer=Words(bos=bos)).two_bos == two


def test_no_special_tokens() -> None:
    """Of a tokenizer that has neither, nothing is said."""
    plain = Words()
    plain.special = {}
    found = measured(pairs(("a ", "b")), tokenizer=plain)

    assert (found.ends, found.two_bos) == (None, None)


def test_marker() -> None:
    """Its text stands in two rows of three; its ids in one, because a letter joins its last word."""
    rows = pairs(("a\n### Answer:", " b"), ("a\n### Answer:", "b"), ("a ", "b"))
    found = measured(rows, marker="### Answer:")

    assert (found.marker_found, found.marker_written) == (1 / 3, 2 / 3)


def test_nothing() -> None:
    """Of no rows nothing is measured."""
    assert in_tokens(PLAIN, pairs(), Model(Words())) == PLAIN
