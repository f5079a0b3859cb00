"""Which tokens end a text, a turn or an input, as model and tokenizer say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from luthier.integrations.opened import base_of
from luthier.stages.diagnose.readers.vocabulary import usable_limit


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids with a meaning.

    Attributes:
        ends: ids at which generation stops: end tokens of tokenizer, config and generation config.
        bos: id that begins a text; None where there is none.
        pad: id of padding; None likewise.
        limit: longest input in tokens; None where nothing states one.
        cut: where the tokenizer cut the texts of its last call: most likely the rows; None where it did not.
    """

    ends: frozenset[int]
    bos: int | None
    pad: int | None
    limit: int | None
    cut: int | None = None


def marks_of(model: Any, tokenizer: Any, args: Any = None) -> Marks:
    """Read the marks of a model and its tokenizer."""
    config = getattr(base_of(model), "config", None)
    generation = getattr(base_of(model), "generation_config", None)
    ends = {
        number for holder in (tokenizer, config, generation) for number in _ids(getattr(holder, "eos_token_id", None))
    }
    pad = getattr(tokenizer, "pad_token_id", None)
    return Marks(
        ends=frozenset(ends),
        bos=getattr(tokenizer, "bos_token_id", None),
        pad=pad if pad is not None else getattr(config, "pad_token_id", None),
        limit=_limit(config, tokenizer, args),
        cut=last_cut(tokenizer),
    )


def _ids(value: object) -> list[int]:
    if isinstance(value, int):
        return [value]
    return [one for one in value if isinstance(one, int)] if isinstance(value, list | tuple) else []


def _limit(config: Any, tokenizer: Any, args: Any) -> int | None:
    """The limit that the trainer cuts at (TRL), else the smaller of what tokenizer and position table allow."""
    asked = getattr(args, "max_length", None)
    if isinstance(asked, int):
        return asked
    stated = usable_limit(getattr(tokenizer, "model_max_length", None))
    found = [stated] if stated is not None else []
    for name in ("max_position_embeddings", "n_positions"):
        positions = getattr(config, name, None)
        if isinstance(positions, int):
            found.append(positions)
            break
    return min(found) if found else None


def last_cut(tokenizer: Any) -> int | None:
    """Where a fast tokenizer cut the texts of its last call; None where it did not, or is slow."""
    cut = getattr(getattr(tokenizer, "backend_tokenizer", None), "truncation", None) or {}
    return usable_limit(cut.get("max_length"))


@contextmanager
def cut_kept(tokenizer: Any) -> Iterator[None]:
    """Afterwards a fast tokenizer cuts and pads as it did before."""
    inner = getattr(tokenizer, "backend_tokenizer", None)
    cut, padding = getattr(inner, "truncation", None), getattr(inner, "padding", None)
    try:
        yield
    finally:
        if inner is not None:
            inner.no_truncation()
            inner.no_padding()
            if cut is not None:
                inner.enable_truncation(**cut)
            if padding is not None:
                inner.enable_padding(**padding)
