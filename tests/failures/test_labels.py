"""Names of classes."""

import pytest

from luthier.failures._labels import folded, listed, moved, named, placeholders, unlike


@pytest.mark.parametrize(
    ("names", "hollow", "speaking"),
    [
        (("LABEL_0", "LABEL_1"), True, False),
        ((), True, False),
        (("0", "1"), False, False),
        (("0.0", "1.0"), False, False),
        (("0", "0.5", "-3.25", ".5", "2."), False, False),
        (("ham", "spam"), False, True),
        (("ham",), False, False),
        (("1 star", "2 stars"), False, True),
    ],
)
def test_names_that_say_something(names: tuple[str, ...], hollow: bool, speaking: bool) -> None:
    """Placeholders and numbers do not."""
    assert (placeholders(names), named(names)) == (hollow, speaking)


def test_moved() -> None:
    """Names at other places, whatever their case and what parts their words; nothing where a name stands twice."""
    assert folded(("Not_Spam", "B-PER")) == ("not spam", "b per")
    assert moved(("entailment", "neutral"), ("NEUTRAL", "ENTAILMENT")) == ["entailment", "neutral"]
    assert moved(("a", "b"), ("a", "b", "c")) == []
    assert moved(("a", "a"), ("b", "a")) == []


def test_unlike() -> None:
    """Short forms are like their long ones."""
    assert unlike(("cooking", "sport"), ("entailment", "neutral"))
    assert not unlike(("neg", "pos"), ("negative", "positive"))
    assert not unlike(("sport", "other"), ("Sport",))
    assert not unlike(("b", "m"), ("business", "medicine"))


def test_listed() -> None:
    """Six at most."""
    assert listed("ab") == "a, b"
    assert listed("abcdefg") == "a, b, c, d, e, f, …"
