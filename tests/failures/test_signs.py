"""Signs: a fixed vocabulary, found by words."""

from importlib import import_module

import pytest

from luthier.errors import RegistryError
from luthier.failures import _contract
from luthier.failures._signs import SIGNS, matching


def test_the_vocabulary() -> None:
    """Signs differ, are short, and say how they are seen in a sentence."""
    assert all(len(sign) <= 64 and not sign.endswith(".") for sign in SIGNS)
    assert all(how[0].isupper() and how.endswith(".") for how in SIGNS.values())
    assert len(set(SIGNS.values())) == len(SIGNS)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("loss flat", "loss flat at ln C or at the class entropy, one class predicted"),
        ("RELOAD", "good in the session, bad after reload"),
        ("0.693", "loss flat at ln C or at the class entropy, one class predicted"),
        ("eval rises", "train falls, eval rises"),
    ],
)
def test_matching(words: str, first: str) -> None:
    """Every word counts, capitals do not, and what stands in the sign itself comes first."""
    assert matching(words)[0] == first


@pytest.mark.parametrize("words", ["", "  ", "unicorn", "loss unicorn"])
def test_nothing_matches(words: str) -> None:
    """No words, or words that no sign holds."""
    assert matching(words) == ()


def test_a_sign_of_ones_own_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry names the file and the sign."""
    module = import_module("luthier.failures.saving.reload_gap")
    monkeypatch.setattr(module, "SIGNS", ("smells odd",))

    with pytest.raises(RegistryError, match="smells odd"):
        _contract.load("saving", "reload_gap", module)
