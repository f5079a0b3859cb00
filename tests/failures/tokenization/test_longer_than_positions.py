"""Rows that are longer than the model has positions."""

from dataclasses import replace

from luthier.facts.census import RowCensus
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig, WeightFacts
from tests.failures.examples import MODEL, data, lengths, look, plan, seen
from tests.failures.pair_examples import census, pairs, sizes

NAME = "longer_than_positions"
ROW = RowCensus(tokens=40, supervised=20)


def test_batches() -> None:
    """The longest of all rows counts, of the first batches where no more is known."""
    late = seen(NAME, Moment.BEFORE, census=census(ROW, row_tokens={50: 40, 100: 513}), model=MODEL)
    first = seen(NAME, Moment.BEFORE, census=census(replace(ROW, tokens=600)), model=MODEL)

    assert (late.variant, late.severity, late.numbers["longest"], late.numbers["usable"]) == (
        "table",
        "error",
        513,
        512,
    )
    assert first.numbers["longest"] == 600


def test_rotary() -> None:
    """Nothing is raised there."""
    config = SavedConfig("", {"rope_theta": 10_000.0})

    found = seen(NAME, Moment.BEFORE, census=census(replace(ROW, tokens=600)), model=MODEL, config=config)

    assert (found.variant, found.severity) == ("rotary", "warning")


def test_neither() -> None:
    """Relative positions, as in DeBERTa, have no end."""
    relative = WeightFacts((), {"deberta.encoder.rel_embeddings.weight": (512, 16)})
    table = WeightFacts((), {"bert.embeddings.position_embeddings.weight": (512, 16)})
    batch = census(replace(ROW, tokens=600))

    assert look(NAME, Moment.BEFORE, census=batch, model=MODEL, weights=relative) is None
    assert seen(NAME, Moment.BEFORE, census=batch, model=MODEL, weights=table).variant == "table"


def test_files() -> None:
    """Rows of a file count as they are cut."""
    long = data(lengths={"train": lengths(p99=400)})
    uncut = pairs(whole=sizes(900, limit=1024))

    assert seen(NAME, Moment.BEFORE, data=long, plan=plan(max_tokens=1024), model=MODEL).numbers["longest"] == 800
    assert look(NAME, Moment.BEFORE, data=long, plan=plan(max_tokens=256), model=MODEL) is None
    assert seen(NAME, Moment.BEFORE, pairs=uncut, model=MODEL).numbers["longest"] == 900
    assert look(NAME, Moment.BEFORE, pairs=pairs(whole=sizes(900, limit=512)), model=MODEL) is None


def test_clear() -> None:
    """Short enough; packed rows begin their positions anew."""
    assert look(NAME, Moment.BEFORE, census=census(replace(ROW, tokens=512)), model=MODEL) is None
    packed = census(replace(ROW, tokens=900), packed=8)
    assert look(NAME, Moment.BEFORE, census=packed, data=data(), plan=plan(), model=MODEL) is None


def test_not_looked() -> None:
    """No row."""
    assert "no row" in str(look(NAME, Moment.BEFORE, model=MODEL))


def test_console() -> None:
    """The warning alone is usual where long texts are cut into windows; with the crash it is not."""
    warned = Line("train.log", 3, "Token indices sequence length is longer than … (639 > 512)")
    crash = Line("train.log", 90, "IndexError: index out of range in self")
    messages = {"sequence_longer_than_maximum": (warned,), "token_out_of_range": (crash,)}

    found = seen(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 90, messages), model=MODEL)

    assert (found.numbers["line"], found.place.name) == (3, "train.log")
    del messages["token_out_of_range"]
    assert look(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 90, messages), model=MODEL) is None
