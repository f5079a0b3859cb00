"""What the rows of a batch say in words: unknown tokens, scripts, and marks of turns."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from luthier.facts.census import BatchCensus
from luthier.facts.scripts import scripts
from luthier.facts.turns import turn_marks
from luthier.integrations.opened import Opened
from luthier.integrations.tokens import TokenRow


def with_words(census: BatchCensus, rows: Sequence[TokenRow], opened: Opened) -> BatchCensus:
    """The census, and what its decoded rows add to it; without a tokenizer nothing is added."""
    tokenizer = opened.tokenizer
    ids = [row.real for row in rows if row.real]
    if tokenizer is None or not ids:
        return census
    special = set(tokenizer.all_special_ids)
    plain = [tokenizer.decode([one for one in row if one not in special]) for row in ids]
    unknown = _unknown(tokenizer)
    real = [one for row in ids for one in row if one not in special or one == unknown]
    characters = sum(len(word) for text in plain for word in text.split())
    return replace(
        census,
        unknown_share=real.count(unknown) / len(real) if unknown is not None and real else None,
        pieces_per_character=sum(one != unknown for one in real) / characters if characters else None,
        scripts=scripts(plain),
        turn_marks=_marks(tokenizer, ids) if census.kind == "next_token" else (),
    )


def _unknown(tokenizer: Any) -> int | None:
    """Id of the unknown token; None where another role has the same id, as in GPT-2."""
    unknown: int | None = getattr(tokenizer, "unk_token_id", None)
    others = (getattr(tokenizer, f"{role}_token_id", None) for role in ("bos", "eos", "pad"))
    return None if unknown in others else unknown


def _marks(tokenizer: Any, ids: Sequence[Sequence[int]]) -> tuple[str, ...]:
    also = [token for token in tokenizer.get_added_vocab() if token not in tokenizer.all_special_tokens]
    return turn_marks([tokenizer.decode(row) for row in ids], also)
