"""Where a decoder begins."""

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "decoder_start_wrong"


def config(kind: str = "t5", start: int | None = 0, generation: int | None = None) -> SavedConfig:
    """Padding is 0 and the end is 1."""
    model: dict[str, Plain] = {
        "model_type": kind,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "decoder_start_token_id": start,
    }
    return SavedConfig("", model, {} if generation is None else {"decoder_start_token_id": generation})


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
@pytest.mark.parametrize(("kind", "start", "usual"), [("t5", 1, 0), ("pegasus", 1, 0), ("bart", 0, 1), ("led", 0, 1)])
def test_kind(moment: Moment, kind: str, start: int, usual: int) -> None:
    """Another token than the one of pretraining."""
    finding = seen(NAME, moment, config=config(kind, start))

    assert (finding.variant, finding.severity, finding.numbers["other"]) == ("kind", "warning", usual)


@pytest.mark.parametrize(("kind", "start"), [("t5", 0), ("bart", 1), ("whisper", 7), ("encoder-decoder", 1)])
def test_clear(kind: str, start: int) -> None:
    """The right token, or a kind of which nothing is known."""
    assert look(NAME, Moment.AFTER, config=config(kind, start, start)) is None


def test_generation() -> None:
    """Two files, two starts."""
    finding = seen(NAME, Moment.AFTER, config=config(start=0, generation=1))

    assert (finding.variant, finding.severity, finding.numbers["other"]) == ("generation", "error", 1)


def test_batches() -> None:
    """Rows bring decoder inputs of their own."""
    row = RowCensus(tokens=20, supervised=10)
    batches = census(row, kind="sequence_to_sequence", decoder_start=(5,))

    assert seen(NAME, Moment.BEFORE, config=config(), census=batches).variant == "batch"
    assert look(NAME, Moment.BEFORE, config=config(), census=census(row, decoder_start=(0,))) is None


def test_not_looked() -> None:
    """No decoder, and decoders that start with a language code."""
    assert "no decoder" in str(look(NAME, Moment.BEFORE, config=config(start=None)))
    assert "no decoder" in str(look(NAME, Moment.AFTER, config=config("mbart", 2, 9)))
