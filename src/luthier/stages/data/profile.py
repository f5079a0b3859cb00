"""Measure the rows: everything that failures may know about them, as `DataFacts`."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luthier.facts.data import DataFacts, Lengths
from luthier.facts.rows import Splits
from luthier.facts.scripts import scripts
from luthier.stages.data import conflicts, duplicates, overlaps, tokens, wording
from luthier.stages.data.overlaps import SPLITS
from luthier.stages.data.read import Read
from luthier.stages.data.texts import of_texts
from luthier.stages.data.times import of_splits
from luthier.stages.data.tokens import Tokenizer

_SAMPLE = 20_000


def profile(
    read: Read,
    splits: Splits,
    *,
    tokenizer: Tokenizer | None = None,
    max_tokens: int = 128,
    near_duplicates: bool = True,
    seed: int = 42,
) -> DataFacts:
    """Measure.

    Args:
        read: where the rows come from; gives path, columns, classes, label spellings and cleaning.
        splits: the rows. Splits that a fix has changed may be measured again; clusters found before are used.
        tokenizer: the model's; without one nothing is said in tokens.
        max_tokens: where rows will be cut, special tokens included.
        near_duplicates: look for near duplicates across splits.
        seed: of the samples. Wording is measured on 20,000 rows of train, lengths on 5,000 rows of each split.
    """
    splits = overlaps.numbered(splits, near=near_duplicates)
    needed = ["row", "line", "file", "text", "label", "exact_cluster"]
    together = pa.concat_tables([splits[name].select(needed) for name in SPLITS])
    found, conflict_rows, ceiling = conflicts.find(together.unify_dictionaries())
    hidden, collisions = (None, None) if tokenizer is None else tokens.after_the_cut(splits, tokenizer, max_tokens)
    texts = _sample(splits.train["text"], seed)
    told = wording.with_language(texts)
    languages = wording.shares(told)
    return DataFacts(
        path=read.path,
        rows={name: splits[name].num_rows for name in SPLITS},
        split_origin=splits.origin,
        classes=read.classes,
        class_counts={name: _counts(splits[name], read.classes) for name in SPLITS},
        label_variants=read.label_variants,
        columns=read.columns.seen,
        cleaning=read.cleaning,
        lengths=_lengths(splits, tokenizer, max_tokens, seed),
        exact_duplicates={name: overlaps.repeats(overlaps.exact(splits[name])) for name in SPLITS},
        overlaps=overlaps.exact_between(splits),
        near_overlaps=overlaps.near_between(splits) if near_duplicates else None,
        near_threshold=duplicates.THRESHOLD,
        truncated_overlaps=hidden,
        truncated_collisions=collisions,
        conflicts=found,
        conflict_rows=conflict_rows,
        accuracy_ceiling=ceiling,
        groups=overlaps.of_groups(splits, read.columns.seen, read.columns.group),
        function_word_share=wording.function_word_share(texts, languages),
        punctuation_share=wording.punctuation_share(texts),
        scripts=scripts(texts),
        languages=languages,
        language_pieces=tokens.pieces_by_language(told, tokenizer),
        texts=of_texts(splits.train, seed),
        label_runs=_runs(splits.train["label"]),
        times=of_splits(splits, read.columns.seen, read.columns.time),
    )


def with_cut(facts: DataFacts, splits: Splits, tokenizer: Tokenizer, max_tokens: int, seed: int = 42) -> DataFacts:
    """The same facts with everything that is told in tokens measured again, for another cut."""
    hidden, collisions = tokens.after_the_cut(overlaps.numbered(splits, near=False), tokenizer, max_tokens)
    lengths = _lengths(splits, tokenizer, max_tokens, seed)
    return replace(facts, lengths=lengths, truncated_overlaps=hidden, truncated_collisions=collisions)


def _sample(texts: pa.ChunkedArray, seed: int) -> list[str]:
    if len(texts) > _SAMPLE:
        drawn = np.sort(np.random.default_rng(seed).choice(len(texts), _SAMPLE, replace=False))
        texts = texts.take(pa.array(drawn))
    return list(texts.to_pylist())


def _counts(table: pa.Table, classes: tuple[str, ...]) -> dict[str, int]:
    """Rows of each class, in the order of the classes, zero included."""
    counts = {pair["values"]: pair["counts"] for pair in pc.value_counts(table["label"]).to_pylist()}
    return {name: counts.get(name, 0) for name in classes}


def _runs(labels: pa.ChunkedArray) -> int:
    """Runs of equal labels in the order of the rows."""
    codes = pc.dictionary_encode(labels.combine_chunks()).indices.to_numpy(zero_copy_only=False)
    return int((np.diff(codes) != 0).sum()) + 1 if len(codes) else 0


def _lengths(splits: Splits, tokenizer: Tokenizer | None, max_tokens: int, seed: int) -> dict[str, Lengths]:
    if tokenizer is None:
        return {}
    filled = [name for name in SPLITS if splits[name].num_rows]
    return {name: tokens.lengths(splits[name]["text"], tokenizer, max_tokens, seed) for name in filled}
