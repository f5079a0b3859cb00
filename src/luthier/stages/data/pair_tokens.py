"""Pairs as the model gets them: lengths in tokens with what the cut takes of each side, end tokens, BOS, markers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from luthier.facts.pairs import LengthFacts
from luthier.stages.data.conversations import ASSISTANT
from luthier.stages.data.pair_rows import turns_in
from luthier.stages.data.read import places_of
from luthier.stages.data.rendered import Rendered, render
from luthier.stages.data.tokens import QUANTILES

Ids = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]

_LENGTHS = 5_000  # rows: the error of a share is below 1.4 points at 95 %
_WHOLE = 500  # rows that are looked at id by id; below 4.4 points
_SEED = 42
_PLACES = 20


class RowTokenizer(Protocol):
    """What is asked of a tokenizer; `models` has one for Hugging Face tokenizers.

    Attributes:
        special: role ("bos", "eos", "pad", …) to id, where set.
        special_text: role to the token itself, where set.
        special_ids: all special ids.
        special_tokens: how many of them are added to each text.
    """

    @property
    def special(self) -> Mapping[str, int]: ...

    @property
    def special_text(self) -> Mapping[str, str]: ...

    @property
    def special_ids(self) -> tuple[int, ...]: ...

    @property
    def special_tokens(self) -> int: ...

    def ids(self, texts: Sequence[str], max_tokens: int | None, special: bool = True) -> tuple[Ids, Counts]:
        """Ids of all texts one after the other, and where each starts, shape (texts + 1,).

        Args:
            texts: any number of texts.
            max_tokens: where to cut each; None for no cut.
            special: whether special tokens are added.
        """
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a row, and whether it is learned."""

    text: str
    learned: bool


@dataclass(frozen=True, slots=True)
class Model:
    """What the model sees of a row; None or empty where that is not known.

    Attributes:
        tokenizer: the model's.
        template: its chat template.
        limit: where rows are cut, in tokens, special tokens included; the source alone where `target_limit` is set.
        target_limit: where targets are cut, for models that read the source and write the target apart.
        marker: text that stands before the target in plain texts.
    """

    tokenizer: RowTokenizer
    template: str = ""
    limit: int | None = None
    target_limit: int | None = None
    marker: str = ""


@dataclass(frozen=True, slots=True)
class InTokens:
    """Facts in tokens; see `PairFacts`."""

    whole: LengthFacts | None
    source: LengthFacts
    target: LengthFacts
    ends: float | None
    two_bos: float | None
    marker_found: float | None
    marker_written: float | None
    not_rendered: int
    refused: str


def in_tokens(train: pa.Table, model: Model, apart: bool) -> InTokens | None:
    """Measure a sample of the training rows. Pieces of a row are tokenized apart, so that a border may cost a token.

    Args:
        train: as `pair_rows.halves` gives it.
        model: what the model sees.
        apart: whether source and target are two sequences.

    Returns:
        None where there is nothing to measure: no rows, or a template that refuses all.
    """
    table = _sample(train)
    pieces, said = _pieces(table, model)
    kept = [i for i, row in enumerate(pieces) if row is not None]
    if not kept:
        return None
    table, rows = table.take(pa.array(kept)), [row for row in pieces if row is not None]
    special = 0 if said is not None else model.tokenizer.special_tokens
    whole, source, target = (_apart if apart else _together)(_sizes(rows, model.tokenizer), table, model, special)
    ends = two_bos = found = written = None
    if said is not None or "turns" not in table.column_names:
        looks = _Looks(rows[:_WHOLE], model.tokenizer, said is not None, apart)
        ends, two_bos = looks.ends(), looks.two_bos()
        found, written = looks.marker(model.marker) if model.marker else (None, None)
    error = said.error if said is not None else ""
    return InTokens(whole, source, target, ends, two_bos, found, written, len(pieces) - len(kept), error)


def _sample(table: pa.Table) -> pa.Table:
    if table.num_rows <= _LENGTHS:
        return table
    drawn = np.sort(np.random.default_rng(_SEED).choice(table.num_rows, _LENGTHS, replace=False))
    return table.take(pa.array(drawn))


def _pieces(table: pa.Table, model: Model) -> tuple[list[list[Piece] | None], Rendered | None]:
    """Each row in pieces, and what rendering said where a template made them."""
    if "turns" not in table.column_names:
        halves = zip(table["source"].to_pylist(), table["target"].to_pylist(), strict=True)
        return [[Piece(source, False), Piece(target, True)] for source, target in halves], None
    chats = [turns_in(cell) for cell in table["turns"].to_pylist()]
    if not model.template:
        return [[Piece(turn.text, turn.role == ASSISTANT) for turn in chat] for chat in chats], None
    names = {f"{role}_token": text for role, text in model.tokenizer.special_text.items()}
    said = render(model.template, chats, names)
    answers = [[turn.text for turn in chat if turn.role == ASSISTANT] for chat in chats]
    return [None if text is None else _cut_out(text, own) for text, own in zip(said.texts, answers, strict=True)], said


def _cut_out(text: str, answers: list[str]) -> list[Piece] | None:
    """A rendered chat around the assistant's words; None where the template changed them."""
    pieces, position = [], 0
    for answer in (one.strip() for one in answers):
        start = text.find(answer, position)
        if start < 0:
            return None
        pieces += [Piece(text[position:start], False), Piece(answer, True)]
        position = start + len(answer)
    return [*pieces, Piece(text[position:], False)]


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Tokens of each piece, the row of each piece, whether it is learned, and the tokens of its row before it."""

    tokens: Counts
    row: Counts
    learned: npt.NDArray[np.bool_]
    before: Counts
    rows: int

    def per_row(self, tokens: Counts) -> Counts:
        """Sum over the pieces of each row."""
        return np.bincount(self.row, tokens, self.rows).astype(np.int64)


def _sizes(rows: list[list[Piece]], tokenizer: RowTokenizer) -> _Sizes:
    counts = np.array([len(row) for row in rows])
    pieces = [piece for row in rows for piece in row]
    _, starts = tokenizer.ids([piece.text for piece in pieces], None, special=False)
    tokens = np.diff(starts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    return _Sizes(
        tokens=tokens,
        row=np.repeat(np.arange(len(rows)), counts),
        learned=np.array([piece.learned for piece in pieces], bool),
        before=starts[:-1] - starts[first] if len(first) else starts[:-1],
        rows=len(rows),
    )


def _together(
    sizes: _Sizes, table: pa.Table, model: Model, special: int
) -> tuple[LengthFacts | None, LengthFacts, LengthFacts]:
    """One sequence with one limit: what stands late is cut first."""
    room = None if model.limit is None else max(model.limit - special, 0)
    kept = sizes.tokens if room is None else np.clip(room - sizes.before, 0, sizes.tokens)
    all_, source = np.ones_like(sizes.learned), ~sizes.learned
    sides = []
    for side, extra in ((all_, special), (source, 0), (sizes.learned, 0)):
        length = sizes.per_row(np.where(side, sizes.tokens, 0))
        sides.append(_facts(length, sizes.per_row(np.where(side, kept, 0)), table, model.limit, extra))
    return sides[0], sides[1], sides[2]


def _apart(
    sizes: _Sizes, table: pa.Table, model: Model, special: int
) -> tuple[LengthFacts | None, LengthFacts, LengthFacts]:
    """Two sequences, each with special tokens and a limit of its own."""
    sides = []
    for side, limit in ((~sizes.learned, model.limit), (sizes.learned, model.target_limit)):
        length = sizes.per_row(np.where(side, sizes.tokens, 0))
        kept = length if limit is None else np.minimum(length, max(limit - special, 0))
        sides.append(_facts(length, kept, table, limit, special))
    return None, sides[0], sides[1]


def _facts(length: Counts, kept: Counts, table: pa.Table, limit: int | None, special: int) -> LengthFacts:
    lost = length - kept
    gone = (kept == 0) & (length > 0)
    total = int(length.sum())
    first = np.flatnonzero(gone if gone.any() else lost > 0)[:_PLACES]
    return LengthFacts(
        rows=len(length),
        quantiles=quantiles(length + special),
        limit=limit,
        cut=int((lost > 0).sum()),
        lost=float(lost.sum() / total) if total else 0.0,
        gone=int(gone.sum()),
        places=places_of(table.take(pa.array(first))),
    )


def quantiles(lengths: Counts) -> dict[int, int]:
    """Percent to length."""
    points = np.percentile(lengths, QUANTILES, method="higher").astype(int).tolist()
    return dict(zip(QUANTILES, points, strict=True))


class _Looks:
    """Rows id by id, as training encodes them: a rendered chat as it is, anything else with special tokens."""

    def __init__(self, rows: list[list[Piece]], tokenizer: RowTokenizer, chat: bool, apart: bool) -> None:
        self._rows, self._tokenizer, self._chat, self._apart = rows, tokenizer, chat, apart
        self._texts = ["".join(piece.text for piece in row) for row in rows]
        self._ids = _each(tokenizer, self._texts, special=not chat)

    def ends(self) -> float | None:
        """Share of rows with an end token right behind the last target."""
        if "eos" not in self._tokenizer.special:
            return None
        end = self._tokenizer.special["eos"]
        if self._apart:
            targets = ["".join(piece.text for piece in row if piece.learned) for row in self._rows]
            return _share([bool(len(ids)) and ids[-1] == end for ids in _each(self._tokenizer, targets, special=True)])
        if not self._chat:
            return _share([bool(len(ids)) and ids[-1] == end for ids in self._ids])
        ends = {end, *self._tokenizer.special_ids} - {self._tokenizer.special.get("bos", end)} | {end}
        tails = [row[-1].text.lstrip() for row in self._rows if any(piece.learned for piece in row)]
        found = _each(self._tokenizer, tails, special=False)
        return _share([bool(len(ids)) and int(ids[0]) in ends for ids in found]) if tails else None

    def two_bos(self) -> float | None:
        """Share of rows whose first two ids are the BOS token."""
        bos = self._tokenizer.special.get("bos")
        if bos is None:
            return None
        return _share([len(ids) > 1 and ids[0] == ids[1] == bos for ids in self._ids])

    def marker(self, marker: str) -> tuple[float, float]:
        """Share of rows that hold the ids of the marker, and of rows that hold its text."""
        (wanted,) = _each(self._tokenizer, [marker], special=False)
        found = [_holds(ids, wanted) for ids in self._ids]
        return _share(found), _share([marker in text for text in self._texts])


def _each(tokenizer: RowTokenizer, texts: list[str], *, special: bool) -> list[Ids]:
    flat, starts = tokenizer.ids(texts, None, special=special)
    return np.split(flat, starts[1:-1]) if texts else []


def _holds(ids: Ids, wanted: Ids) -> bool:
    if not 0 < len(wanted) <= len(ids):
        return False
    return bool((np.lib.stride_tricks.sliding_window_view(ids, len(wanted)) == wanted).all(axis=1).any())


def _share(values: list[bool]) -> float:
    return sum(map(bool, values)) / len(values) if values else 0.0
