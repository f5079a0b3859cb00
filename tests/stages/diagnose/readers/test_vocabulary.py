"""Pieces and special tokens: limits, fingerprints, capitals."""

import pytest

from luthier.stages.diagnose.readers.vocabulary import (
    agreement,
    capitals_share,
    fingerprint,
    letters_share,
    usable_limit,
)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (512, 512),
        (131072.0, 131072),
        (10**30, None),
        (1e30, None),
        (0, None),
        (-1, None),
        (None, None),
        ("512", None),
        (True, None),
        (float("nan"), None),
    ],
)
def test_usable_limit(stated: object, expected: int | None) -> None:
    """A length is taken where it is one; Transformers' "none" of 1e30 is none."""
    assert usable_limit(stated) == expected


def test_fingerprint() -> None:
    """The same pieces in another order are the same tokenizer; another id, piece or role is another one."""
    one = fingerprint({"a": 0, "b": 1}, {"eos": "b"})

    assert fingerprint({"b": 1, "a": 0}, {"eos": "b"}) == one
    others = [({"a": 1, "b": 0}, {"eos": "b"}), ({"a": 0, "c": 1}, {"eos": "b"}), ({"a": 0, "b": 1}, {"pad": "b"})]
    assert len({one, *(fingerprint(*other) for other in others)}) == 4


def test_capitals() -> None:
    """Capitals of any script count; bytes written as letters count only from A to Z."""
    assert capitals_share(["a", "B", "Ж", "##c"], byte_level=False) == 0.5
    assert capitals_share(["Ġa", "Ġthe", "B", "č"], byte_level=True) == 0.25
    assert capitals_share([], byte_level=False) == 0.0


def test_agreement() -> None:
    """Of the ids that both have."""
    one = {"a": 0, "b": 1, "c": 2}

    assert agreement(one, {"a": 0, "b": 1, "d": 2, "e": 3}) == 2 / 3
    assert agreement(one, one | {"new": 3}) == 1.0
    assert agreement(one, {}) is None


def test_letters() -> None:
    """Letters with two forms count; Chinese signs and digits have one."""
    assert letters_share(["a", "B", "你", "12"], byte_level=False) == 0.5
    assert letters_share(["Ġa", "Ġ", "!", "č"], byte_level=True) == 0.25
