"""Rows that are cut at a limit that nobody chose."""

from dataclasses import replace

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import MODEL, data, lengths, look, seen
from tests.failures.pair_examples import census, pairs, sizes

NAME = "text_cut_by_default"
SHORT = RowCensus(tokens=40, supervised=20)
FULL = RowCensus(tokens=128, supervised=100, truncated=True)
BOTH = (FULL,) * 6 + (SHORT,) * 10
SFT, PLAIN = Arguments("SFTConfig", "trl"), Arguments("TrainingArguments", "transformers")


def test_batches() -> None:
    """More rows than chance brings; the default of a library is named."""
    found = seen(NAME, Moment.BEFORE, census=census(SHORT, rows=BOTH), model=MODEL, arguments=PLAIN)
    default = seen(NAME, Moment.BEFORE, census=census(SHORT, rows=BOTH, limit=1024), arguments=SFT, model=LONG)

    assert (found.numbers["count"], found.numbers["limit"], found.numbers["whose"]) == (6, 128, "")
    assert default.numbers["whose"] == " (the default of TRL)"


LONG = replace(MODEL, usable_positions=32_768)


def test_clear() -> None:
    """A few long rows, rows without anything to learn, and a limit that the model itself sets."""
    few = census(SHORT, rows=(FULL,) * 4 + (SHORT,) * 12)
    empty = census(SHORT, rows=(replace(FULL, supervised=0),) * 8 + (SHORT,) * 8)

    assert look(NAME, Moment.BEFORE, census=few, model=MODEL) is None
    assert look(NAME, Moment.BEFORE, census=empty, model=MODEL) is None
    assert look(NAME, Moment.BEFORE, census=census(SHORT, rows=BOTH, limit=512), model=MODEL) is None


def test_blocks() -> None:
    """Language modelling cuts a long text into blocks of one length; TRL does not."""
    assert look(NAME, Moment.BEFORE, census=census(FULL), model=MODEL, arguments=PLAIN) is None
    assert seen(NAME, Moment.BEFORE, census=census(FULL), model=MODEL, arguments=SFT).numbers["percent"] == 100


@pytest.mark.parametrize("kind", ["classes", "sequence_to_sequence"])
def test_texts_that_are_only_read(kind: str) -> None:
    """A limit that someone chose is usual; one that the tokenizer states was chosen by nobody."""
    batch = census(FULL, kind=kind)

    assert look(NAME, Moment.BEFORE, census=batch, model=MODEL, arguments=PLAIN) is None
    for longest, told in ((128, True), (512, False)):
        found = look(
            NAME, Moment.BEFORE, census=batch, model=MODEL, tokenizer=TokenizerFacts("m", 9, max_length=longest)
        )
        assert (found is not None) is told


def test_sources() -> None:
    """Sources that are written apart; where source and target are one sequence, the target is cut, which is another."""
    apart = pairs(whole=None, source=sizes(900, cut=300, lost=0.2))

    found = seen(NAME, Moment.BEFORE, pairs=apart)
    stated = TokenizerFacts("m", 9, max_length=apart.source.limit if apart.source is not None else None)

    assert seen(NAME, Moment.BEFORE, pairs=apart, tokenizer=stated).severity == "warning"
    assert found.severity == "note"
    assert (found.variant, found.numbers["percent"], found.numbers["longest"]) == ("rows", 30, 900)
    assert look(NAME, Moment.BEFORE, pairs=replace(apart, whole=sizes(900))) is None
    assert look(NAME, Moment.BEFORE, pairs=apart, model=replace(MODEL, usable_positions=1)) is None
    assert look(NAME, Moment.BEFORE, pairs=pairs(whole=None, source=sizes(300, cut=9, lost=0.2))) is None


def test_not_looked() -> None:
    """No limit, or no model; a limit that another failure looks at."""
    measured = data(lengths={"train": replace(lengths(), max_tokens=128)})
    other = data(lengths={"train": replace(lengths(), max_tokens=512)})
    batch = census(SHORT, rows=BOTH)
    assert "all rows" in str(look(NAME, Moment.BEFORE, census=batch, model=MODEL, data=measured))
    assert seen(NAME, Moment.BEFORE, census=batch, model=MODEL, data=other)
    assert "neither" in str(look(NAME, Moment.BEFORE, census=census(FULL, limit=None), model=MODEL))
    assert "how long" in str(look(NAME, Moment.BEFORE, census=census(FULL)))
    assert "no tokenizer" in str(look(NAME, Moment.BEFORE, pairs=pairs(source=None)))
