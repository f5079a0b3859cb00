"""Words that begin every text, and a length limit."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Moment
from luthier.facts.texts import Template, TextFacts
from tests.failures.examples import data, lengths, look, seen

NAME = "template_repeated"


def texts(words: int, begins: bool = True) -> TextFacts:
    """Texts that share so many words."""
    return TextFacts(800, template=Template(begins, words, "Dear reader", 790, 0.5))


@pytest.mark.parametrize("begins", [True, False])
def test_seen(begins: bool) -> None:
    """Twenty words of 1.2 tokens are three eighths of 64."""
    finding = seen(NAME, Moment.BEFORE, data=data(texts=texts(20, begins), lengths={"train": lengths(lost=0.1)}))

    assert (finding.numbers["where"], finding.numbers["percent"]) == ("begin" if begins else "end", 37.5)
    assert finding.numbers["cut"] == 80


@pytest.mark.parametrize(("words", "lost"), [(12, 0.1), (20, 0.04)])
def test_clear(words: int, lost: float) -> None:
    """It takes little room, or hardly anything is cut for it."""
    assert look(NAME, Moment.BEFORE, data=data(texts=texts(words), lengths={"train": lengths(lost=lost)})) is None


def test_nothing_shared() -> None:
    """Texts that begin differently, and no tokenizer."""
    plain = data(texts=TextFacts(800), lengths={"train": lengths(lost=0.1)})
    assert look(NAME, Moment.BEFORE, data=plain) is None
    assert "no tokenizer" in str(look(NAME, Moment.BEFORE, data=replace(plain, lengths={})))
