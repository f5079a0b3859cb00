"""The batch census of a trainer: what its first batches really hold."""

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from luthier.facts.census import BatchCensus, Kind, RowCensus
from luthier.integrations import kinds, packing, spans, tags, targets
from luthier.integrations.batches import Batch, take
from luthier.integrations.ends import Marks, cut_kept, marks_of
from luthier.integrations.given import with_given
from luthier.integrations.opened import Opened, base_of, of_trainer, undisturbed
from luthier.integrations.roles import roles_of
from luthier.integrations.tokens import TOKEN_KINDS, TokenRow, census_of_row, learned, shown, token_rows
from luthier.integrations.words import with_words
from luthier.models.foreign import translated

MOST_VALUES = 1_000
_SHOWN = 3
_SAME_LENGTH = 8
"""Rows of one length are cut rows only where that length is a multiple of this, as limits are."""


def census_of(trainer: Any, batches: int = 2) -> BatchCensus:
    """Take real collated batches from a trainer and count what they hold; the trainer stays as it was.

    Rows lie evenly spread over the data set; its sampler is not asked. Random state of Python, numpy, torch and of the
    collator's own generators is put back, and so are the trainer's attributes.

    Args:
        trainer: a `transformers.Trainer` or what derives from it; nobody needs to have started it.
        batches: batches of `per_device_train_batch_size`, 64 rows at most.

    Raises:
        ModelError: no batch can be made; training would stop at its first step.
    """
    with undisturbed(trainer):
        return census(of_trainer(trainer), batches)


def census(opened: Opened, batches: int = 2) -> BatchCensus:
    """As `census_of`, of a trainer that is open already."""
    taken = take(opened, batches)
    marks = marks_of(opened.model, opened.tokenizer, opened.args)
    kind = kinds.kind_of(opened.model, taken[0].tensors)
    counted = _Counted(opened, taken, marks, kind, [token_rows(batch, kind, marks) for batch in taken])
    uncounted = translated("the batch cannot be counted", "train_dataset", "tell us of the model and its collator")
    with uncounted, cut_kept(opened.tokenizer):
        made = _plain(counted)
        if kind in _OF_KIND:
            made = _OF_KIND[kind](counted, made)
        return with_given(with_words(made, counted.flat, opened), opened)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What all counts are made of."""

    opened: Opened
    batches: list[Batch]
    marks: Marks
    kind: Kind
    rows: list[list[TokenRow]]

    @property
    def flat(self) -> list[TokenRow]:
        return [row for rows in self.rows for row in rows]


def _plain(counted: _Counted) -> BatchCensus:
    opened, kind, first = counted.opened, counted.kind, counted.batches[0].tensors
    rows, limit = _rows(counted)
    values = _values(counted)
    low, high = (float(values.min()), float(values.max())) if len(values) else (None, None)
    given, kept = _kept(opened)
    dropped = _dropped(opened, first)
    return BatchCensus(
        kind=kind,
        rows=rows,
        outputs=kinds.outputs_of(opened.model, kind, first),
        label_low=low,
        label_high=high,
        label_values=tuple(float(value) for value in torch.unique(values)[:MOST_VALUES]),
        label_type=kinds.type_of(first.get("start_positions", first.get("labels"))),
        largest_id=max((max(row.ids) for row in counted.flat if row.ids), default=None),
        columns=tuple(first),
        dropped_columns=dropped,
        accepted_columns=_accepted(opened.model, dropped),
        copies_input=_copies(counted, 0),
        copies_next=_copies(counted, 1),
        given_supervised=_given(counted),
        masked_tokens=sum(row.hidden for row in counted.flat),
        limit=limit,
        rows_given=given,
        rows_kept=kept,
        shown=tuple(shown(row, kind, opened.tokenizer) for row in counted.flat[:_SHOWN]) if opened.tokenizer else (),
    )


def _rows(counted: _Counted) -> tuple[tuple[RowCensus, ...], int | None]:
    kind, marks, tokenizer = counted.kind, counted.marks, counted.opened.tokenizer
    white = _white(counted.flat, marks, tokenizer)
    made = [census_of_row(row, kind, marks, white) for row in counted.flat]
    limit = _limit(made, kind, marks)
    whole = not getattr(counted.opened.args, "packing", False)  # packed rows fill the limit by intent
    made = [
        replace(one, truncated=limit is not None and whole and bool(row.own) and one.tokens >= limit)
        for one, row in zip(made, counted.flat, strict=True)
    ]
    if kind not in TOKEN_KINDS:
        return tuple(_unlisted(counted, made)), limit
    if kind == "next_token" and tokenizer is not None:
        made = [_with_roles(one, row, kind, tokenizer) for one, row in zip(made, counted.flat, strict=True)]
    return tuple(made), limit


def _unlisted(counted: _Counted, made: list[RowCensus]) -> list[RowCensus]:
    """Rows whose labels are not tokens: the labels of each that enter the loss."""
    if counted.kind == "span":
        pairs = zip(counted.batches, counted.rows, strict=True)
        found = [one for batch, rows in pairs for one in spans.supervised(batch, rows)]
    else:
        labels = [batch.tensors["labels"] for batch in counted.batches if "labels" in batch.tensors]
        found = [int((row != kinds.IGNORED).sum()) for tensor in labels for row in tensor]
    made = made or [RowCensus(tokens=0, supervised=0) for _ in found]
    if len(found) != len(made):
        return made
    return [replace(one, supervised=count) for one, count in zip(made, found, strict=True)]


def _with_roles(one: RowCensus, row: TokenRow, kind: Kind, tokenizer: Any) -> RowCensus:
    names = roles_of(row.own, row.real, tokenizer)
    if names is None:
        return one
    enters = [inside for inside, pad in zip(learned(row, kind), row.padding, strict=True) if not pad]
    inside = Counter(name for name, learns in zip(names, enters, strict=True) if learns)
    return replace(one, roles=dict(Counter(names)), supervised_roles=dict(inside))


def _white(rows: Iterable[TokenRow], marks: Marks, tokenizer: Any) -> frozenset[int]:
    """Of the last ids of the rows, those that stand for white space alone."""
    if tokenizer is None:
        return frozenset()
    special = set(getattr(tokenizer, "all_special_ids", ())) | marks.ends
    last = {one for row in rows for one in row.real[-2:]} - special
    return frozenset(one for one in last if not tokenizer.decode([one]).strip())


def _limit(rows: Sequence[RowCensus], kind: Kind, marks: Marks) -> int | None:
    """Where rows were cut, else what is stated. The tokenizer's last cut is not that of longer rows, nor of sources."""
    longest = max((row.tokens for row in rows), default=0)
    fits = marks.cut is not None and longest <= marks.cut and kind != "sequence_to_sequence"
    return _cut_at(rows) or (marks.cut if fits else marks.limit)


def _cut_at(rows: Sequence[RowCensus]) -> int | None:
    """Length at which rows were cut before the trainer saw them; None where nothing speaks for it.

    Several rows of the greatest length, none of which ends with an end token, while shorter rows do; or all rows of one
    length, a multiple of 8, without an end and with nothing to learn.
    """
    longest = max((row.tokens for row in rows), default=0)
    full = [row for row in rows if row.tokens == longest]
    shorter = [row for row in rows if row.tokens < longest]
    if len(full) < 2 or any(row.ends for row in full):
        return None
    if shorter:
        return longest if all(row.ends for row in shorter) else None
    empty = not any(row.supervised for row in full)
    return longest if empty and longest % _SAME_LENGTH == 0 else None


def _values(counted: _Counted) -> Tensor:
    """Labels that enter the loss, flat."""
    names = ("start_positions", "end_positions") if counted.kind == "span" else ("labels",)
    found = [batch.tensors[name].flatten() for batch in counted.batches for name in names if name in batch.tensors]
    labels = torch.cat(found).double() if found else torch.zeros(0, dtype=torch.double)
    return labels[labels != kinds.IGNORED]


def _copies(counted: _Counted, shift: int) -> float | None:
    """Share of supervised positions whose label is the input id so many places on."""
    if counted.kind not in ("next_token", "masked_token"):
        return None
    same = total = 0
    for row in counted.flat:
        for place, inside in enumerate(learned(row, counted.kind)):
            if inside and place + shift < len(row.ids):
                total += 1
                same += row.labels[place] == row.ids[place + shift]
    return same / total if total else None


def _given(counted: _Counted) -> int | None:
    """Label positions that the rows themselves gave to the loss; None where they have no labels."""
    kind, owns = counted.kind, [row.own.get("labels") for row in counted.flat]
    if kind not in TOKEN_KINDS or not owns or any(not isinstance(one, list | tuple) for one in owns):
        return None
    rows = (replace(row, labels=tuple(own)) for row, own in zip(counted.flat, owns, strict=True) if own is not None)
    return sum(sum(learned(row, kind)) for row in rows)


def _dropped(opened: Opened, tensors: dict[str, Tensor]) -> tuple[str, ...]:
    renamed = {"label", "label_ids"} if "labels" in tensors else set()
    return tuple(name for name in opened.columns if name not in tensors and name not in renamed)


def _accepted(model: Any, columns: Iterable[str]) -> tuple[str, ...]:
    takes = inspect.signature(base_of(model).forward).parameters
    return tuple(name for name in columns if name in takes)


def _kept(opened: Opened) -> tuple[int | None, int | None]:
    """Rows before and after TRL took out those with nothing to learn: its filter leaves them in the table beneath."""
    table = getattr(opened.rows, "data", None)
    if (
        not opened.by_trl
        or not hasattr(opened.rows, "__len__")
        or "labels" not in opened.columns
        or getattr(opened.args, "packing", False)
    ):
        return None, None
    return getattr(table, "num_rows", None), len(opened.rows)


def _with_packing(counted: _Counted, made: BatchCensus) -> BatchCensus:
    stated = bool(getattr(counted.opened.args, "packing", False))
    packed, crossing = 0, None
    for batch, rows in zip(counted.batches, counted.rows, strict=True):
        starts = packing.borders(batch.tensors, counted.marks, stated=stated)
        if not stated:  # several turns of one conversation are no packing
            starts = [[] if "messages" in row.own else places for row, places in zip(rows, starts, strict=True)]
        packed += sum(bool(places) for places in starts)
        if crossing is None and any(starts):
            crossing = packing.crosses(counted.opened.model, batch.tensors, starts)
    return replace(made, packed=packed, crosses=crossing)


def _with_spans(counted: _Counted, made: BatchCensus) -> BatchCensus:
    pairs = list(zip(counted.batches, counted.rows, strict=True))
    return replace(
        made,
        unfit_spans=sum(spans.unfit(batch, rows, counted.opened.tokenizer) for batch, rows in pairs),
        spans_on_padding=sum(spans.on_padding(batch, rows) for batch, rows in pairs),
    )


def _with_tags(counted: _Counted, made: BatchCensus) -> BatchCensus:
    rows, model, tokenizer = counted.flat, counted.opened.model, counted.opened.tokenizer
    inside, again = tags.begins_inside(rows, model, tokenizer) or (None, None)
    return replace(
        made,
        begins_inside=inside,
        begins_again=again,
        entities=tags.entities(rows, model),
        special_supervised=tags.special_supervised(rows, tokenizer),
    )


def _with_targets(counted: _Counted, made: BatchCensus) -> BatchCensus:
    return replace(
        made,
        source_in_target=targets.source_in_target(counted.flat, counted.marks, counted.opened.tokenizer),
        decoder_start=targets.decoder_start(counted.batches, counted.opened.model),
        target_start=targets.target_start(counted.flat),
    )


_OF_KIND: dict[Kind, Callable[[_Counted, BatchCensus], BatchCensus]] = {
    "next_token": _with_packing,
    "span": _with_spans,
    "tags": _with_tags,
    "sequence_to_sequence": _with_targets,
}
"""What is counted of one kind of labels alone."""
