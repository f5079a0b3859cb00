"""Pairs as the model gets them: lengths in tokens with what the cut takes of each side, end tokens, BOS, markers."""

from dataclasses import dataclass, replace

import pyarrow as pa

from luthier.facts.pairs import PairFacts
from luthier.stages.data import pair_ids, pair_lengths
from luthier.stages.data.pair_pieces import pieces_of
from luthier.stages.data.tokens import RowTokenizer, sample

_WHOLE = 500  # rows that are looked at id by id: the error of a share is below 4.4 points at 95 %
_SEED = 42


@dataclass(frozen=True, slots=True)
class Model:
    """What the model sees of a row; None or empty where that is not known.

    Attributes:
        tokenizer: the model's.
        template: its chat template.
        limit: where rows are cut, in tokens, special tokens included; the source alone where `apart`.
        target_limit: where targets are cut, where `apart`.
        apart: whether it reads the source and writes the target as two sequences.
    """

    tokenizer: RowTokenizer
    template: str = ""
    limit: int | None = None
    target_limit: int | None = None
    apart: bool = False


def in_tokens(facts: PairFacts, train: pa.Table, model: Model) -> PairFacts:
    """Facts with what is told in tokens, of a sample of the training rows.

    Without rows, or with a template that refuses all, lengths stay as they were.

    Args:
        facts: what is known of the rows.
        train: as `pair_rows.halves` gives it.
        model: what the model sees.
    """
    table = sample(train, _SEED)
    pieces, said = pieces_of(table, model.template, model.tokenizer.special_text)
    kept = [i for i, row in enumerate(pieces) if row is not None]
    facts = replace(facts, not_rendered=len(pieces) - len(kept), refused=said.error if said is not None else "")
    if not kept:
        return facts
    table, rows = table.take(pa.array(kept)), [row for row in pieces if row is not None]
    special = 0 if said is not None else model.tokenizer.special_tokens
    sizes, whole = pair_lengths.sizes(rows, model.tokenizer), None
    if model.apart:
        source, target = pair_lengths.apart(sizes, table, special, model.limit, model.target_limit)
    else:
        whole, source, target = pair_lengths.together(sizes, table, special, model.limit)
    facts = replace(facts, unit="tokens", whole=whole, source=source, target=target)
    if said is None and "turns" in table.column_names:
        return facts  # nobody knows how these turns are written for the model
    seen = pair_ids.look(rows[:_WHOLE], model.tokenizer, chat=said is not None, apart=model.apart, marker=facts.marker)
    return replace(facts, **seen._asdict())
