"""Adapters whose names fit nothing."""

import pytest

from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.saved import AdapterFacts
from tests.failures.adapter_examples import ROOT, adapter, pairs
from tests.failures.examples import look, seen

NAME = "adapter_keys_unmatched"
WARNING = ConsoleFacts(("train.log",), 9, {"adapter_keys_missing": (Line("train.log", 7, ""),)})


def renamed(old: str, new: str) -> AdapterFacts:
    """An adapter all of whose names differ."""
    return adapter({name.replace(old, new, 1): shape for name, shape in pairs().items()})


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (ROOT, f"_orig_mod.{ROOT}", "_orig_mod"),
        (ROOT, f"{ROOT}_fsdp_wrapped_module.", "_fsdp_wrapped_module"),
        (ROOT, f"module.{ROOT}", "module"),
        (ROOT, "", "does not begin"),
        (ROOT, 2 * ROOT, "twice"),
    ],
)
def test_names(old: str, new: str, why: str) -> None:
    """By what is wrong with them."""
    found = seen(NAME, Moment.AFTER, adapter=renamed(old, new))

    assert (found.variant, found.severity, found.numbers["count"], found.numbers["total"]) == ("named", "error", 16, 16)
    assert why in str(found.numbers["why"])


def test_base() -> None:
    """No module of the base fits; where files and memory may be named otherwise, nothing is said."""
    strange, experts = ("model.layers.0.self_attn.q_proj",), ("model.layers.0.experts.gate",)

    assert seen(NAME, Moment.AFTER, adapter=adapter(matched=0, base_modules=strange)).variant == "base"
    assert look(NAME, Moment.AFTER, adapter=adapter(matched=0, base_modules=experts)) is None


def test_console() -> None:
    """PEFT has said it."""
    found = seen(NAME, Moment.AFTER, console=WARNING, adapter=adapter())

    assert (found.variant, found.place.name, found.place.lines) == ("console", "train.log", (7,))


def test_clear() -> None:
    """Names as PEFT writes them, a head beside them, and soft prompts, which belong to no module."""
    for one in (adapter(whole=("classifier",)), adapter(matched=16), adapter({"prompt_embeddings": (8, 16)})):
        assert look(NAME, Moment.AFTER, adapter=one, console=ConsoleFacts(("train.log",), 3)) is None


def test_not_looked() -> None:
    """Nothing is there."""
    assert "neither" in str(look(NAME, Moment.AFTER))
