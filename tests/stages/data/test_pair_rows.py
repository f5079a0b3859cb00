"""Sources and targets with their places."""

import json
from collections import Counter

import pyarrow as pa
import pytest

from luthier.errors import InputError
from luthier.stages.data.forms import Shape
from luthier.stages.data.pair_rows import halves, turns_in

COMPLETION = Shape("prompt_completion", ("instruction", "input"), "output")
CHATS = Shape("messages", ("messages",))


def table(**columns: list[str | None]) -> pa.Table:
    """Rows as a format gives them; row i stands on line i + 1."""
    count = len(next(iter(columns.values())))
    places = {"row": range(1, count + 1), "line": range(2, count + 2), "file": ["x.csv"] * count}
    texts = {f"extra:{name}": pa.array(values, pa.string()) for name, values in columns.items()}
    return pa.table({**{name: list(values) for name, values in places.items()}, **texts})


def read(rows: pa.Table, shape: Shape, marker: str = "") -> list[tuple[str, str]]:
    """Pairs of source and target."""
    made = halves(rows, shape, marker, Counter())
    return list(zip(made["source"].to_pylist(), made["target"].to_pylist(), strict=True))


def chat(*turns: tuple[str, str]) -> str:
    """A conversation as it stands in a cell."""
    return json.dumps([{"role": role, "content": content} for role, content in turns])


def test_sources_are_joined() -> None:
    """With a blank line between; empty and missing ones leave none."""
    rows = table(instruction=["Add", "Add", "Add"], input=["1 2", "", None], output=["3", "0", None])

    assert read(rows, COMPLETION) == [("Add\n\n1 2", "3"), ("Add", "0"), ("Add", "")]


def test_several_answers() -> None:
    """Of a list of texts the first is taken; a text in brackets stays."""
    rows = table(source=["a", "b"], target=['["one", "two"]', "[one]"])

    assert read(rows, Shape("source_target", ("source",), "target")) == [("a", "one"), ("b", "[one]")]


def test_translation() -> None:
    """An object of languages; a language that lacks is empty."""
    rows = table(translation=['{"en": "Hi", "de": "Hallo"}', '{"en": "Hi", "de": null}', None])

    assert read(rows, Shape("source_target", ("translation",), keys=("en", "de"))) == [
        ("Hi", "Hallo"),
        ("Hi", ""),
        ("", ""),
    ]


def test_plain_texts() -> None:
    """All target; with a marker, what follows it."""
    rows = table(text=["Q: 1\nA: 2\nA: 3", "no answer"])

    assert read(rows, Shape("text", (), "text")) == [("", "Q: 1\nA: 2\nA: 3"), ("", "no answer")]
    assert read(rows, Shape("text", (), "text"), "A:") == [("Q: 1\nA:", " 2\nA: 3"), ("", "no answer")]


def test_conversations() -> None:
    """The assistant's words are the target; roles are counted; turns can be read again."""
    first = chat(("system", "Be brief"), ("user", "Hi"), ("assistant", "Hello"), ("user", "Bye"), ("assistant", "Ciao"))
    rows = table(messages=[first, chat(("user", "Hi"), ("model", "Hello")), None])
    roles: Counter[str] = Counter()
    made = halves(rows, CHATS, "", roles)

    assert made["source"].to_pylist() == ["Be brief\nHi\nBye", "Hi\nHello", ""]
    assert made["target"].to_pylist() == ["Hello\nCiao", "", ""]
    assert made["empty"].to_pylist() == [False, True, True]
    assert made["line"].to_pylist() == [2, 3, 4]
    assert roles == {"system": 1, "user": 3, "assistant": 2, "model": 1}
    assert made["silent"].to_pylist() == [False, True, True]
    assert [turn.text for turn in turns_in(made["turns"][0].as_py())] == ["Be brief", "Hi", "Hello", "Bye", "Ciao"]


def test_prompt_and_completion_as_turns() -> None:
    """Two columns of turns follow each other."""
    rows = table(prompt=[chat(("user", "Hi"))], completion=[chat(("assistant", "Hello"))])
    made = halves(rows, Shape("messages", ("prompt", "completion")), "", Counter())

    assert [turn.role for turn in turns_in(made["turns"][0].as_py())] == ["user", "assistant"]


@pytest.mark.parametrize(
    ("cell", "what"),
    [("Hello", "is not a list of turns"), ("[{'role': 'user', 'content': 'Hi'}]", "as Python prints it")],
)
def test_refused(cell: str, what: str) -> None:
    """A cell without turns is told with line and column."""
    with pytest.raises(InputError, match=what) as caught:
        halves(table(messages=[chat(("user", "Hi")), cell]), CHATS, "", Counter())
    assert caught.value.where == "x.csv, line 3, column 'messages'"


def test_missing_column() -> None:
    """A split without the columns of the others is refused."""
    with pytest.raises(InputError, match="column 'output'"):
        halves(table(instruction=["Add"], input=["1"]), COMPLETION, "", Counter())


def test_a_silent_turn() -> None:
    """One turn of the assistant without words makes a row empty, whatever else it says."""
    rows = table(messages=[chat(("user", "Hi"), ("assistant", " "), ("user", "Hi?"), ("assistant", "Hello"))])

    assert halves(rows, CHATS, "", Counter())["empty"].to_pylist() == [True]
