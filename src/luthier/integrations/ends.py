"""Which tokens end a text, a turn or an input, as model and tokenizer say."""

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
    """

    ends: frozenset[int]
    bos: int | None
    pad: int | None
    limit: int | None


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
