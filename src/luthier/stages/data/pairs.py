"""Measure rows that hold a source and a target: conversations, prompts with completions, translations, summaries."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luthier.facts.data import Overlap
from luthier.facts.pairs import LengthFacts, PairFacts
from luthier.facts.rows import Splits
from luthier.facts.scripts import scripts
from luthier.facts.turns import template_marks, turn_marks
from luthier.stages.data import overlaps, refusals, wording
from luthier.stages.data.formats._contract import UNSPLIT, read_path
from luthier.stages.data.forms import LOOK, Shape, shape_of
from luthier.stages.data.overlaps import SPLITS
from luthier.stages.data.pair_rows import halves
from luthier.stages.data.pair_tokens import Model, in_tokens
from luthier.stages.data.peek import rows_of
from luthier.stages.data.places import found
from luthier.stages.data.read import split_by_column
from luthier.stages.data.texts import damage
from luthier.stages.data.tokens import RowTokenizer, quantiles

_WORDING = 2_000  # rows on which scripts are counted; languages on a hundred of these
_LANGUAGE = 100
_PLAIN = ("text", "prompt_completion")  # forms to which no chat template is applied

Tables = dict[str, pa.Table]


def read_pairs(
    path: str,
    *,
    tokenizer: RowTokenizer | None = None,
    template: str = "",
    limit: int | None = None,
    target_limit: int | None = None,
    apart: bool = False,
    marker: str = "",
) -> PairFacts:
    """Read and measure.

    Args:
        path: file or folder; JSON, JSON lines, delimited text, Parquet, Arrow, also .gz; a folder with splits.
        tokenizer: the model's; without one lengths are told in characters, and no limit is applied.
        template: the model's chat template; without one, conversations are measured turn by turn.
        limit: where rows are cut, in tokens; of models that write the target apart from the source, where sources are.
        target_limit: where targets are cut, in tokens, of such models.
        apart: whether the model is one of them; of rows called source and target it is assumed.
        marker: text that stands before the target in rows of plain text.

    Raises:
        InputError: the data cannot be read, or their columns are no pairs; with file, line and column.
    """
    raw = split_by_column(read_path(Path(path)), path)
    shape = _shape(raw.parts, path)
    roles: Counter[str] = Counter()
    parts = {split or "train": halves(table, shape, marker, roles) for split, table in raw.parts.items()}
    train = parts.get("train", next(iter(parts.values())).slice(0, 0))
    everything = pa.concat_tables(list(parts.values())).unify_dictionaries()
    silent = everything["silent"].to_numpy() if shape.form == "messages" else np.zeros(everything.num_rows, bool)
    damaged, example = damage(everything, ("source", "target"))
    facts = PairFacts(
        path=path,
        form=shape.form,
        rows={split: table.num_rows for split, table in parts.items()},
        columns=shape.columns,
        empty_targets=found(everything, everything["empty"].to_numpy()),
        refusals=found(everything, refusals.refused(everything["target"]).to_numpy()),
        damaged=damaged,
        damaged_example=example,
        roles=dict(roles.most_common()),
        without_assistant=found(everything, silent),
        marker=marker,
        overlaps=_overlaps(parts, shape),
    )
    if not train.num_rows:
        return facts
    facts = replace(
        _worded(facts, train, template),
        source=_characters(train["source"]),
        target=_characters(train["target"]),
        source_repeats=_repeats(train["source"]),
        target_repeats=_repeats(train["target"]),
    )
    if tokenizer is None:
        return facts
    apart = apart or shape.form == "source_target"
    return in_tokens(facts, train, Model(tokenizer, template, limit, target_limit, apart))


def _shape(parts: Tables, path: str) -> Shape:
    table = parts.get("train", parts.get(UNSPLIT, next(iter(parts.values()))))
    return shape_of(rows_of(table, LOOK), path)


def _overlaps(parts: Tables, shape: Shape) -> tuple[Overlap, ...]:
    """Sources of a scored split that stand in an earlier one; of plain texts, the texts themselves."""
    if len(parts) < 2:
        return ()
    key = "target" if shape.form == "text" else "source"
    empty = next(iter(parts.values())).slice(0, 0)
    tables = {}
    for split in SPLITS:
        table = parts.get(split, empty)
        kept = pa.table(
            {**{n: table[n] for n in ("row", "line", "file")}, "text": table[key], "label": _digests(table["target"])}
        )
        tables[split] = kept.filter(pc.not_equal(kept["text"], ""))
    return overlaps.exact_between(overlaps.numbered(Splits(**tables, origin="given"), near=False))


def _digests(targets: pa.ChunkedArray) -> pa.Array:
    return pa.array([str(hash(text)) for text in targets.to_pylist()], pa.string())


def _repeats(texts: pa.ChunkedArray) -> dict[int, int]:
    """Times that a text stands here to the number of such texts."""
    times = pc.value_counts(texts.filter(pc.not_equal(texts, ""))).field("counts")
    return dict(sorted(Counter(times.to_pylist()).items()))


def _characters(texts: pa.ChunkedArray) -> LengthFacts:
    lengths = pc.utf8_length(texts).to_numpy().astype(np.int64)
    return LengthFacts(len(lengths), quantiles(lengths))


def _worded(facts: PairFacts, train: pa.Table, template: str) -> PairFacts:
    """With scripts, languages and marks of turns, of rows spread over the training rows."""
    table = train.take(pa.array(np.arange(0, train.num_rows, max(1, train.num_rows // _WORDING))))
    sources, targets = table["source"].to_pylist(), table["target"].to_pylist()
    plain = [a + b for a, b in zip(sources, targets, strict=True)] if facts.form in _PLAIN else []
    return replace(
        facts,
        target_scripts=scripts(targets),
        source_language=_language(sources),
        target_language=_language(targets),
        turn_marks=turn_marks(plain, template_marks(template)),
    )


def _language(texts: list[str]) -> str:
    return wording.main_language([text[:1000] for text in texts[:: max(1, len(texts) // _LANGUAGE)]])
