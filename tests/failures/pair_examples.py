"""Facts of pairs and spans made by hand: healthy ones, changed as named."""

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.census import BatchCensus, RowCensus
from luthier.facts.pairs import LengthFacts, PairFacts, SpanFacts
from luthier.facts.places import Found, RowPlace


def found(count: int) -> Found:
    """So many rows, the first on line 7."""
    return Found(count, tuple(RowPlace("rows.jsonl", 7 + i, 7 + i) for i in range(min(count, 20))))


def sizes(longest: int = 100, **changes: object) -> LengthFacts:
    """Lengths of a thousand rows, in tokens, at a limit of 256."""
    values: dict[str, object] = {"rows": 1000, "quantiles": {50: longest // 2, 99: longest - 1, 100: longest}}
    return LengthFacts(**{**values, "limit": 256, **changes})  # type: ignore[arg-type]


def pairs(**changes: object) -> PairFacts:
    """A thousand conversations without fault."""
    values: dict[str, object] = {
        "path": "rows.jsonl",
        "form": "messages",
        "rows": {"train": 1000},
        "unit": "tokens",
        "whole": sizes(200),
        "source": sizes(120),
        "target": sizes(80),
        "ends": 1.0,
        "two_bos": 0.0,
        "roles": {"system": 1000, "user": 1000, "assistant": 1000},
    }
    return PairFacts(**{**values, **changes})  # type: ignore[arg-type]


def spans(**changes: object) -> SpanFacts:
    """A thousand questions without fault."""
    values: dict[str, object] = {
        "path": "rows.jsonl",
        "rows": {"train": 1000},
        "limit": 384,
        "measured": 1000,
        "cut": Found(),
        "long_questions": Found(),
    }
    return SpanFacts(**{**values, **changes})  # type: ignore[arg-type]


def census(row: RowCensus, count: int = 8, **changes: object) -> BatchCensus:
    """A batch of language modelling in which all rows are alike."""
    values: dict[str, object] = {"kind": "next_token", "rows": (row,) * count, "outputs": 1000, "limit": 128}
    return BatchCensus(**{**values, **changes})  # type: ignore[arg-type]


def arguments(**values: Plain) -> Arguments:
    """Settings of a run of TRL."""
    return Arguments("SFTConfig", "trl", values)
