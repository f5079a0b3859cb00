"""Translators that begin with the wrong language."""

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.generations import GenerationFacts
from luthier.failures.evaluation.wrong_target_language import CODE
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census
from tests.failures.saved_examples import config, tokenizer

NAME = "wrong_target_language"
CODES = tokenizer(added={"</s>": 2, "en_XX": 7, "de_DE": 8}, chat_template="", turn_end="")
GERMAN = census(RowCensus(20, 9), kind="sequence_to_sequence", target_start=(8,))
CYRILLIC = {"Cyrillic": 0.97, "Latin": 0.03}


@pytest.mark.parametrize("token", ["de_DE", "deu_Latn", "__de__", "de", "<2de>", ">>deu<<", "zho_Hans"])
def test_codes(token: str) -> None:
    """As the families write them."""
    assert CODE.fullmatch(token)


@pytest.mark.parametrize("token", ["</s>", "<pad>", "[CLS]", "<extra_id_0>", "<|im_end|>", "▁the"])
def test_no_codes(token: str) -> None:
    """Other added tokens."""
    assert not CODE.fullmatch(token)


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_other(moment: Moment) -> None:
    """Generation begins with one language, the targets with another."""
    found = seen(NAME, moment, config=config(generation={"forced_bos_token_id": 7}), tokenizer=CODES, census=GERMAN)

    assert (found.variant, found.severity) == ("other", "error")
    assert (found.numbers["forced"], found.numbers["wanted"], found.numbers["wanted_id"]) == ("en_XX", "de_DE", 8)


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_lost(moment: Moment) -> None:
    """In config.json, and not where it counts."""
    found = seen(NAME, moment, config=config(forced_bos_token_id=8), tokenizer=CODES)

    assert (found.variant, found.severity, found.numbers["wanted"]) == ("lost", "warning", "de_DE")


def test_script() -> None:
    """Predictions in another script than the wanted texts."""
    wrote = GenerationFacts("generated.jsonl", 50, scripts={"Latin": 0.9, "Cyrillic": 0.1}, reference_scripts=CYRILLIC)
    found = seen(NAME, Moment.AFTER, config=config(), tokenizer=CODES, generations=wrote)

    assert (found.variant, found.numbers["wanted"], found.numbers["percent"]) == ("script", "Cyrillic", 10)


@pytest.mark.parametrize(
    ("generation", "values"),
    [
        ({"forced_bos_token_id": 8}, {}),
        ({"forced_bos_token_id": 8}, {"forced_bos_token_id": 8}),
        ({}, {"forced_bos_token_id": 8}),
        ({"eos_token_id": 2}, {"forced_bos_token_id": 0}),
        ({"eos_token_id": 2}, {}),
    ],
)
def test_clear(generation: dict[str, Plain], values: dict[str, Plain]) -> None:
    """Right, right in both files, in the only file, a BOS token that is no code, or learned rather than forced."""
    assert (
        look(NAME, Moment.BEFORE, config=config(generation=generation, **values), tokenizer=CODES, census=GERMAN)
        is None
    )


@pytest.mark.parametrize("share", [0.97, 0.5])
def test_clear_script(share: float) -> None:
    """Names and loans in another script."""
    wrote = GenerationFacts("generated.jsonl", 50, scripts={"Cyrillic": share}, reference_scripts=CYRILLIC)

    assert look(NAME, Moment.AFTER, config=config(), tokenizer=CODES, generations=wrote) is None


def test_not_looked() -> None:
    """What was wanted is not known."""
    wrote = GenerationFacts("generated.txt", 50, scripts={"Latin": 1.0})

    assert "wanted texts" in str(look(NAME, Moment.AFTER, config=config(), tokenizer=CODES, generations=wrote))
