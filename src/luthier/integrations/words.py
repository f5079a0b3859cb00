"""What the rows of a batch say in words: unknown tokens, scripts, and marks of turns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from luthier.facts.census import BatchCensus
from luthier.facts.scripts import scripts
from luthier.facts.turns import turn_marks
from luthier.integrations import own_text, table
from luthier.integrations.opened import Opened, base_of
from luthier.integrations.tokens import TokenRow
from luthier.stages.data.wording import main_language

_CODE = re.compile(r"[a-z]{2}_[A-Z]{2}|[a-z]{3}_[A-Z][a-z]{3}|__[a-z]{2,3}__")
"""Codes of mBART, NLLB and M2M100."""


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
    if census.kind == "sequence_to_sequence":
        census = _with_languages(census, rows, plain, tokenizer)
    return replace(
        census,
        unknown_share=real.count(unknown) / len(real) if unknown is not None and real else None,
        pieces_per_character=sum(one != unknown for one in real) / characters if characters else None,
        scripts=scripts(plain),
        from_own_text=own_text.share([(text, row.own) for text, row in zip(plain, rows, strict=True)])
        if len(plain) == len(rows)
        else None,
        padding=next((one for row in rows for one, pad in zip(row.ids, row.padding, strict=True) if pad), None),
        padding_known=_padding_known(opened),
        faint=tuple(tokenizer.convert_ids_to_tokens(table.faint(opened.model, _added(tokenizer, ids)))),
        table_learns=table.learns(opened.model),
        turn_marks=_marks(tokenizer, ids) if census.kind == "next_token" else (),
    )


def _with_languages(census: BatchCensus, rows: Sequence[TokenRow], sources: list[str], tokenizer: Any) -> BatchCensus:
    """Codes of languages, and the languages themselves."""
    codes = {number: token for token, number in tokenizer.get_vocab().items() if _CODE.fullmatch(token)}
    labels = [[one for one in row.labels if one >= 0] for row in rows]
    return replace(
        census,
        language_codes=len(codes),
        source_codes=_codes(codes, [row.real for row in rows]),
        target_codes=_codes(codes, labels),
        source_language=main_language(sources),
        target_language=main_language([tokenizer.decode(one, skip_special_tokens=True) for one in labels]),
    )


def _codes(codes: Mapping[int, str], rows: Sequence[Sequence[int]]) -> tuple[str, ...]:
    return tuple(sorted({codes[one] for row in rows for one in row if one in codes}))


def _padding_known(opened: Opened) -> int | None:
    """As Trainer aligns it with a tokenizer that it was given."""
    aligned = opened.tokenizer.pad_token_id if opened.aligns else None
    config: Any = getattr(base_of(opened.model), "config", None)
    of_text = config.get_text_config() if hasattr(config, "get_text_config") else config
    return getattr(of_text, "pad_token_id", None) if aligned is None else aligned


def _added(tokenizer: Any, rows: Sequence[Sequence[int]]) -> list[int]:
    """Added and special tokens of the rows, but those that every model meets in its first training."""
    known = {*tokenizer.get_added_vocab().values(), *tokenizer.all_special_ids}
    usual = {getattr(tokenizer, f"{role}_token_id", None) for role in ("pad", "bos", "unk", "cls", "sep", "mask")}
    return sorted((known - usual).intersection(one for row in rows for one in row))


def _unknown(tokenizer: Any) -> int | None:
    """Id of the unknown token; None where another role has the same id, as in GPT-2."""
    unknown: int | None = getattr(tokenizer, "unk_token_id", None)
    others = (getattr(tokenizer, f"{role}_token_id", None) for role in ("bos", "eos", "pad"))
    return None if unknown in others else unknown


def _marks(tokenizer: Any, ids: Sequence[Sequence[int]]) -> tuple[str, ...]:
    also = [token for token in tokenizer.get_added_vocab() if token not in tokenizer.all_special_tokens]
    return turn_marks([tokenizer.decode(row) for row in ids], also)
