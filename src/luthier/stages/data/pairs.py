"""Measure rows that hold a source and a target: conversations, prompts with completions, translations, summaries."""

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luthier.facts.data import Overlap
from luthier.facts.pairs import Found, LengthFacts, PairFacts
from luthier.facts.rows import Splits
from luthier.facts.scripts import scripts
from luthier.stages.data import overlaps, pair_tokens, refusals, wording
from luthier.stages.data.formats._contract import UNSPLIT, read_path
from luthier.stages.data.forms import LOOK, Shape, shape_of
from luthier.stages.data.overlaps import SPLITS
from luthier.stages.data.pair_rows import Roles, halves
from luthier.stages.data.pair_tokens import InTokens, Model, RowTokenizer
from luthier.stages.data.peek import Row
from luthier.stages.data.read import places_of, split_by_column

_WORDING = 2_000  # rows on which scripts are counted; languages on a hundred of these
_LANGUAGE = 100
_PLACES = 20

Tables = dict[str, pa.Table]


def read_pairs(
    path: str,
    *,
    tokenizer: RowTokenizer | None = None,
    template: str = "",
    limit: int | None = None,
    target_limit: int | None = None,
    marker: str = "",
    near: bool = False,
) -> PairFacts:
    """Read and measure.

    Args:
        path: file or folder; JSON, JSON lines, delimited text, Parquet, Arrow, also .gz; a folder with splits.
        tokenizer: the model's; without one lengths are told in characters, and no limit is applied.
        template: the model's chat template; without one, conversations are measured turn by turn.
        limit: where rows are cut, in tokens.
        target_limit: where targets are cut, for models that write the target apart from the source; `limit` is then
            that of the source.
        marker: text that stands before the target in rows of plain text.
        near: look for near duplicates across splits too.

    Raises:
        InputError: the data cannot be read, or their columns are no pairs; with file, line and column.
    """
    raw = split_by_column(read_path(Path(path)), path)
    shape = _shape(raw.parts, path)
    roles = Roles()
    parts = {split or "train": halves(table, shape, marker, roles) for split, table in raw.parts.items()}
    train = parts.get("train", next(iter(parts.values())).slice(0, 0))
    model = None if tokenizer is None else Model(tokenizer, template, limit, target_limit, marker)
    apart = target_limit is not None or shape.form == "source_target"
    measured = None if model is None else pair_tokens.in_tokens(train, model, apart)
    everything = pa.concat_tables(list(parts.values())).unify_dictionaries()
    exact, almost = _overlaps(parts, shape, near)
    return PairFacts(
        path=path,
        form=shape.form,
        rows={split: table.num_rows for split, table in parts.items()},
        columns=shape.columns,
        empty_targets=_found(everything, everything["empty"]),
        copied_targets=_found(everything, _copies(everything)),
        refusals=_found(everything, refusals.refused(everything["target"])),
        repeated_targets=_most_frequent(train["target"]),
        roles=dict(roles.turns.most_common()),
        last_role=dict(roles.last.most_common()),
        without_assistant=Found(roles.silent, tuple(roles.places)),
        marker=marker,
        overlaps=exact,
        near_overlaps=almost,
        **_lengths(train, measured),  # type: ignore[arg-type]
        **_wording(train),  # type: ignore[arg-type]
    )


def _shape(parts: Tables, path: str) -> Shape:
    table = parts.get("train", parts.get(UNSPLIT, next(iter(parts.values())))).slice(0, LOOK)
    names = {name: name.removeprefix("extra:") for name in table.column_names if name.startswith("extra:")}
    rows: list[Row] = [{names[name]: row[name] for name in names} for row in table.to_pylist()]
    return shape_of(rows, path)


def _found(table: pa.Table, mask: pa.ChunkedArray) -> Found:
    count = pc.sum(mask).as_py() or 0
    if not count:
        return Found()
    first = np.flatnonzero(mask.to_numpy())[:_PLACES]
    return Found(count, places_of(table.take(pa.array(first))))


def _copies(table: pa.Table) -> pa.ChunkedArray:
    source, target = (pc.utf8_trim_whitespace(table[name]) for name in ("source", "target"))
    return pc.and_(pc.equal(source, target), pc.not_equal(target, ""))


def _most_frequent(targets: pa.ChunkedArray) -> float:
    """Share of the most frequent target that is not empty, told by hashes."""
    counts = Counter(hash(text.strip()) for chunk in targets.chunks for text in chunk.to_pylist())
    counts.pop(hash(""), None)
    return max(counts.values(), default=0) / len(targets) if len(targets) else 0.0


def _overlaps(parts: Tables, shape: Shape, near: bool) -> tuple[tuple[Overlap, ...], tuple[Overlap, ...] | None]:
    """Sources of a scored split that stand in an earlier one; of plain texts, the texts themselves."""
    if len(parts) < 2:
        return (), () if near else None
    key = "target" if shape.form == "text" else "source"
    empty = next(iter(parts.values())).slice(0, 0)
    tables = {}
    for split in SPLITS:
        table = parts.get(split, empty)
        kept = pa.table(
            {**{n: table[n] for n in ("row", "line", "file")}, "text": table[key], "label": _digests(table["target"])}
        )
        tables[split] = kept.filter(pc.not_equal(kept["text"], ""))
    splits = overlaps.numbered(Splits(**tables, origin="given"), near=near)
    return overlaps.exact_between(splits), overlaps.near_between(splits) if near else None


def _digests(targets: pa.ChunkedArray) -> pa.Array:
    return pa.array([str(hash(text)) for text in targets.to_pylist()], pa.string())


def _lengths(train: pa.Table, measured: InTokens | None) -> dict[str, object]:
    if measured is not None:
        return {"unit": "tokens", **{name: getattr(measured, name) for name in InTokens.__slots__}}
    return {side: _characters(train[side]) for side in ("source", "target")} if train.num_rows else {}


def _characters(texts: pa.ChunkedArray) -> LengthFacts:
    lengths = pc.utf8_length(texts).to_numpy().astype(np.int64)
    return LengthFacts(len(lengths), pair_tokens.quantiles(lengths))


def _wording(train: pa.Table) -> dict[str, object]:
    step = max(1, train.num_rows // _WORDING)
    table = train.take(pa.array(np.arange(0, train.num_rows, step)))
    facts: dict[str, object] = {}
    for side in ("source", "target"):
        texts = table[side].to_pylist()
        every = max(1, len(texts) // _LANGUAGE)
        known = wording.languages([text[:1000] for text in texts[::every]])
        main = max(known, key=lambda code: known[code], default="")
        facts[f"{side}_scripts"] = scripts(texts)
        facts[f"{side}_language"] = main if known.get(main, 0) > 0.5 else ""
    return facts
