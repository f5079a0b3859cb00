"""Cleaning: each step alone, counted."""

import pyarrow as pa
import pytest

from luthier.errors import PlanError
from luthier.stages.data.clean import STEPS, clean_texts


def cleaned(step: str, *texts: str | None) -> list[str | None]:
    """Texts after one step."""
    return clean_texts(pa.chunked_array([pa.array(texts, pa.string())]), (step,))[0].to_pylist()  # type: ignore[no-any-return]


CASES = [
    ("encoding", "cafÃ© â€œgoodâ€\x9d", "café “good”"),
    ("encoding", "café 很好 plain", "café 很好 plain"),
    ("html", "<p>Hello<br/>you &amp; <b>m</b>e</p>", " Hello you & me "),
    ("html", "I <3 you <user> <unk> a<b", "I <3 you <user> <unk> a<b"),
    ("html", "AT&T &lt;3 &#39;x&#39; &nosuch; &amp", "AT&T <3 'x' &nosuch; &amp"),
    ("html", "a<script>var x = '<b>';</script>b<!-- no -->c", "a b c"),
    ("html", '<a href="x>y">link</a>', 'y">link'),
    ("control", "a\x00b\x07c\u200bd\ufeffe\u202ef\xadg", "abcdefg"),
    ("control", "👩‍👩‍👧 می‌خواهم\ttab\n", "👩‍👩‍👧 می‌خواهم\ttab\n"),
    ("space", "  a \t\u00a0 b\u3000c  ", "a b c"),
    ("space", "one \r\n\r\n  two\nthree\n", "one\ntwo\nthree"),
    ("lower_case", "ÀB cd ẞ", "àb cd ß"),
    ("stop_words", "The film is not good, and it doesn’t end.", "film good, end."),
]


@pytest.mark.parametrize(("step", "before", "after"), CASES)
def test_step(step: str, before: str, after: str) -> None:
    """What a step does, and that it does nothing to its own result."""
    assert cleaned(step, before) == [after]
    if step != "stop_words":
        assert cleaned(step, after) == [after]


@pytest.mark.parametrize("step", STEPS)
def test_null_and_plain_text_stay(step: str) -> None:
    """Null stays null; tidy English without function words is not touched."""
    assert cleaned(step, None, "tidy words", "of")[:2] == [None, "tidy words"]


def test_changes_are_counted() -> None:
    """Each row that a step changed counts once, over all chunks."""
    texts = pa.chunked_array([pa.array(["<b>a</b>", "b", " c "]), pa.array(["&lt;", None])])

    result, changed = clean_texts(texts, ("encoding", "html", "control", "space"))

    assert result.to_pylist() == ["a", "b", "c", "<", None]
    assert changed == {"encoding": 0, "html": 2, "control": 0, "space": 1}


def test_unknown_step() -> None:
    """A step that does not exist is named, with those that do."""
    with pytest.raises(PlanError, match=r"no cleaning step 'stem'(?s:.)*encoding, html"):
        cleaned("stem", "a")


def test_stop_words_of_another_language() -> None:
    """There is a list for English only, and another language is refused."""
    with pytest.raises(PlanError, match="list for no other language"):
        cleaned("stop_words", "das ist ein Haus", "wir gehen nach Hause")
