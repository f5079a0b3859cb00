"""What the data is like, measured once by `stages/data/profile.py`; failures read nothing else of it.

Row numbers in these facts are the user's: the record number in the user's own file, the header not counted, from 1.
"""

from dataclasses import dataclass, field
from typing import Literal

from luthier.facts.places import RowPlace
from luthier.facts.texts import TextFacts, TimeFacts

SplitName = Literal["train", "validation", "test"]


@dataclass(frozen=True, slots=True)
class Lengths:
    """Token lengths of a split under the model's own tokenizer, special tokens included.

    Attributes:
        rows: rows measured.
        quantiles: quantile in percent to length in tokens, for 0, 5, 25, 50, 75, 95, 99, 100.
        max_tokens: the cut that was measured against.
        rows_cut: rows longer than the cut.
        tokens_lost_share: share of all tokens that lie beyond the cut, 0 to 1.
        pieces_per_word: tokens per white-space separated word, special tokens not counted.
        unknown_share: share of tokens that are the unknown token, 0 to 1.
        pieces_per_character: tokens per character that is no white space, special tokens not counted; None where
            characters were not counted.
        rows_mostly_unknown: rows of which more than half of the tokens are unknown.
    """

    rows: int
    quantiles: dict[int, int]
    max_tokens: int
    rows_cut: int
    tokens_lost_share: float
    pieces_per_word: float
    unknown_share: float
    rows_mostly_unknown: int = 0
    pieces_per_character: float | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Rows of one split that also stand in another.

    Attributes:
        split: the split that is scored.
        other: the split in which the same text stands.
        rows: rows of `split` found in `other`.
        total: rows of `split`.
        same_label: of those rows, how many carry the same label on both sides.
        examples: pairs (row of `split`, row of `other`), at most 20.
    """

    split: SplitName
    other: SplitName
    rows: int
    total: int
    same_label: int
    examples: tuple[tuple[RowPlace, RowPlace], ...] = ()

    @property
    def share(self) -> float:
        """Share of `split` that also stands in `other`, 0 to 1."""
        return self.rows / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Conflict:
    """One text that carries several labels: its rows and the labels, in the same order."""

    text: str
    rows: tuple[RowPlace, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the user's file, as it looks.

    Attributes:
        name: as in the file.
        kind: what it looks like. "group" is id-like with repeats; "key" is id-like without.
        distinct: number of distinct values.
        missing: number of empty values.
        used_as: "text", "label", "group", "time" or None.
    """

    name: str
    kind: Literal["text", "label", "group", "key", "time", "number", "other"]
    distinct: int
    missing: int
    used_as: str | None = None


@dataclass(frozen=True, slots=True)
class GroupOverlap:
    """A group-like column whose values stand on both sides of the split.

    Attributes:
        column: its name.
        groups: distinct values.
        shared_groups: values found both in train and in the scored split.
        rows: rows of the scored split whose value is also in train.
        total: rows of the scored split.
        split: the scored split.
        named: the user named this column as the group.
        examples: a few shared values.
    """

    column: str
    groups: int
    shared_groups: int
    rows: int
    total: int
    split: SplitName
    named: bool
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What cleaning did, step by step.

    Attributes:
        changed: step name to the number of rows that it changed.
        dropped: reason to the number of rows that were dropped ("empty text", "no label", …).
        examples: reason to places of such rows, at most 5 each.
    """

    changed: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    examples: dict[str, tuple[RowPlace, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowRepair:
    """Rows that a fix took out of a scored split: the failure behind it, the split, and its rows then and now."""

    failure: str
    split: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Everything that failures may know about the data.

    Attributes:
        path: what the user named.
        rows: split to number of rows, after cleaning.
        split_origin: whether the user gave the splits or Luthier made them.
        classes: label names in their fixed order.
        class_counts: split to (label to rows).
        label_variants: label to the spellings folded into it (case, stray space), where there were several.
        columns: the columns of the file.
        cleaning: what was changed and dropped.
        lengths: split to token lengths; empty when no tokenizer was at hand.
        exact_duplicates: split to rows that repeat an earlier row of the same split (normalised text).
        overlaps: exact overlaps between splits (normalised text).
        near_overlaps: near duplicates between splits, exact ones not counted; None when not looked for.
        near_threshold: Jaccard similarity of character 5-gram shingles from which two rows count as near.
        truncated_overlaps: overlaps that the cut alone makes: rows that fill it and whose kept token ids stand in the
            other split, exact overlaps not counted; None when not measured.
        truncated_collisions: rows of train that fill the cut and whose kept ids equal those of a row of train with
            another normalised text; None likewise.
        conflicts: texts with several labels, at most 100 with at most 20 rows each; here texts are equal when they
            differ at most in case, Unicode form and spacing.
        conflict_rows: rows that belong to such texts.
        accuracy_ceiling: best accuracy that any model can reach on these rows, from the conflicts, 0 to 1.
        groups: group-like columns and how they straddle the split.
        function_word_share: share of words that are function words of the language, or None where no list exists.
        punctuation_share: share of rows that hold any punctuation.
        scripts: Unicode script to share of letters.
        languages: language code to share of a sample of rows; empty when not measured.
        language_pieces: language code to tokens per word in its rows; of languages with 5 % of the sample or more, and
            empty without a tokenizer.
        texts: how training texts look; None when not measured.
        label_runs: runs of equal labels among the training rows in their order; None when not measured.
        times: a column of times; None where there is none that can be read.
        repairs: rows that fixes took out, where the user allowed it.
    """

    path: str
    rows: dict[str, int]
    split_origin: Literal["given", "made"]
    classes: tuple[str, ...]
    class_counts: dict[str, dict[str, int]]
    label_variants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    cleaning: Cleaning = Cleaning()
    lengths: dict[str, Lengths] = field(default_factory=dict)
    exact_duplicates: dict[str, int] = field(default_factory=dict)
    overlaps: tuple[Overlap, ...] = ()
    near_overlaps: tuple[Overlap, ...] | None = None
    near_threshold: float = 0.8
    truncated_overlaps: tuple[Overlap, ...] | None = None
    truncated_collisions: int | None = None
    conflicts: tuple[Conflict, ...] = ()
    conflict_rows: int = 0
    accuracy_ceiling: float = 1.0
    groups: tuple[GroupOverlap, ...] = ()
    function_word_share: float | None = None
    punctuation_share: float | None = None
    scripts: dict[str, float] = field(default_factory=dict)
    languages: dict[str, float] = field(default_factory=dict)
    language_pieces: dict[str, float] = field(default_factory=dict)
    texts: TextFacts | None = None
    label_runs: int | None = None
    times: TimeFacts | None = None
    repairs: tuple[RowRepair, ...] = ()

    @property
    def majority_share(self) -> float:
        """Share of the most frequent class among the training rows, 0 to 1."""
        counts = self.class_counts.get("train", {}).values()
        return max(counts) / sum(counts) if counts and sum(counts) else 0.0
