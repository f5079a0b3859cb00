"""Texts that repeat, stop in the middle or copy what was asked."""

import pytest

from luthier.stages.diagnose.readers.looks import copies, overlap, repeats_to_the_end, stops_in_the_middle


@pytest.mark.parametrize(
    "text",
    [
        "the the the the the the the the",
        "A film. " + "I like it very much and " * 5,
        "A film. " + "I like it very much and " * 4 + "I like it ve",
        "no " * 100,
        "我喜欢这部电影。" + "很好很好" * 8,
        "hahahahahahahahahaha",
    ],
)
def test_loops(text: str) -> None:
    """One word, a phrase, a phrase cut in its last turn, and scripts without spaces."""
    assert repeats_to_the_end(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no no no",
        "It was very, very, very good.",
        "They sang we will win this time we will win this time we will win this time",
        "the the the the the the the the but then it ends",
        "To be or not to be, that is the question that we ask and ask again.",
        "我喜欢这部电影，因为它很好看，演员也很好，故事也很好。",
    ],
)
def test_no_loops(text: str) -> None:
    """What people write, loops that end, and short texts."""
    assert not repeats_to_the_end(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A film about", True),
        ("A film.", False),
        ("Really?", False),
        ("好看。", False),
        ("好看", True),
        ("(so)", False),
        ("", False),
        ("fine 🙂", False),
        ("it’s “good”", False),
    ],
)
def test_stops_in_the_middle(text: str, expected: bool) -> None:
    """A closing mark of any script closes; an empty text stops nowhere."""
    assert stops_in_the_middle(text) is expected


def test_copies() -> None:
    """A text that begins with its prompt; short prompts say nothing."""
    assert copies(" Translate this: a film -> ein Film", "Translate this: a film")
    assert not copies("ein Film", "Translate this: a film")
    assert not copies("a film", "a film")


@pytest.mark.parametrize(
    ("text", "wanted", "share"),
    [
        ("A dog runs", "a dog RUNS.", 1.0),
        ("a a b", "a c", 0.4),
        ("今天天气好", "今天天气好", 1.0),
        ("今天", "昨天", 0.5),
        ("", "", 1.0),
        ("a", "", 0.0),
    ],
)
def test_overlap(text: str, wanted: str, share: float) -> None:
    """Words in common, capitals aside; letters where words have no spaces between them."""
    assert overlap(text, wanted) == pytest.approx(share)
