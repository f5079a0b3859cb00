"""The batch census: real collated batches, decoded. What the loss is computed on, row by row and role by role."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "classes", "multilabel", "number", "next_token", "masked_token", "sequence_to_sequence", "tags", "span", "none"
]


@dataclass(frozen=True, slots=True)
class RowCensus:
    """One row of a batch.

    Attributes:
        tokens: real tokens of the input.
        supervised: label positions that enter the loss.
        bos: BOS tokens at the start of the input.
        ends: whether the last real token of the sequence that is learned (input or target) is an end token.
        end_supervised: whether that end token enters the loss.
        padding_supervised: padding positions that enter the loss.
        truncated: whether the row fills the length limit.
        roles: role ("system", "user", "assistant", "template", "prompt", "completion") to its tokens, where known.
        supervised_roles: role to those of its tokens that enter the loss, where known.
    """

    tokens: int
    supervised: int
    bos: int = 0
    ends: bool = False
    end_supervised: bool = False
    padding_supervised: int = 0
    truncated: bool = False
    roles: dict[str, int] = field(default_factory=dict)
    supervised_roles: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelColumn:
    """Labels of whole data sets, as the rows give them before any batch is made; of at most 100,000 rows each,
    drawn by chance in their order.

    Attributes:
        train, evaluation: class id to rows, of tags to positions, the ignored label left out; empty where labels are no
            whole numbers.
        names: names that the data set's features give to the ids, in id order; empty where they give none.
        several: training rows of which not exactly one class is true; None where labels are not one truth value per
            class.
        rows: training rows that were read.
    """

    train: dict[int, int] = field(default_factory=dict)
    evaluation: dict[int, int] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    several: int | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Scoring:
    """What an evaluation of the trainer holds in memory until its last row was scored.

    Attributes:
        rows: evaluation rows; 0 where there are none.
        positions: tokens of the longest of them that are scored, to which all are filled up; 0 where scores are not per
            token.
        numbers: scores kept of all rows together, of 4 bytes each; 0 where the loss alone is kept, or the most likely
            token, and where there are several data sets.
        memory: bytes of the memory that must hold them: the machine's, or an accelerator's; 0 where it is not known.
    """

    rows: int
    positions: int = 0
    numbers: int = 0
    memory: int = 0


@dataclass(frozen=True, slots=True)
class BatchCensus:
    """What the first collated batches hold.

    Attributes:
        kind: what the labels are: class ids, one truth value per class, a number, the next token, masked tokens, a
            target sequence, a tag per token, start and end of a span; "none" where a batch has no labels.
        rows: census of each row, in order.
        outputs: width of the model's output: classes, vocabulary, 1 for a number, 2 for a span.
        label_low, label_high: smallest and largest label that enters the loss; None without labels.
        label_values: distinct labels seen, at most 1,000.
        label_type: "int", "float" or "bool"; empty without labels.
        largest_id: largest input id; None without `input_ids`.
        columns: names of the tensors in the batch.
        dropped_columns: columns of the data set that no batch holds.
        accepted_columns: of these, the ones that the model's forward would take.
        unread_columns: of the dropped columns, those that code of the user reads by name, to who reads them
            ("compute_loss"); none where columns were not taken out before the batch was made.
        given: labels of the whole data sets; None where they have no label column.
        repeats: of the first two columns of a trainer of Sentence Transformers, the column to (times that a text stands
            in the training rows, to the number of such texts).
        own_loss: whether code of the user computes the loss: a trainer's method, a function, or the model's forward.
        copies_input: share of supervised positions whose label is the input token of the same position, 0 to 1.
        copies_next: share of supervised positions whose label is the input token one position later, 0 to 1.
        given_supervised: label positions that the data set itself gave to the loss; None where it has no labels.
        source_in_target: share of target tokens that only the source side of the tokenizer gives for the same words;
            None if unknown.
        decoder_start: first decoder input ids of the batch, distinct; empty for models without a decoder.
        target_start: first labels of the targets, distinct; likewise.
        packed: rows that hold several examples.
        crosses: whether attention in packed rows reaches over the border of an example; None where nothing is packed.
        unfit_spans: rows whose labelled span does not decode to the answer; None without spans.
        spans_on_padding: rows whose labelled span begins or ends on padding; None likewise.
        begins_inside: positions inside a word that carry a tag which begins an entity (B-…); None without tags, or
            where the tokenizer's pieces do not show where words begin.
        begins_again: of these, positions whose piece before carries the same tag; None likewise.
        entities: entities in the tags of these rows, and of them those whose first tag is "I-…"; None without tags, or
            where no tag begins an entity by its name.
        special_supervised: special tokens, such as [CLS], that carry a tag; None without tags.
        masked_tokens: real tokens that attention does not see.
        limit: length limit in tokens; None where there is none.
        in_order: whether training takes the rows as they stand, each epoch alike; None where that is not known.
        label_runs: runs of equal labels among the training rows in their order, likewise at most 100,000; None where a
            row has not one whole number for a label.
        row_tokens: percent (50, 95, 100) to input tokens of all training rows; empty where they are a stream.
        evaluated_on: name that the evaluation rows carry ("validation", "test"); empty where they carry none.
        scoring: what evaluations keep; None where the evaluation rows are a stream.
        rows_given, rows_kept: rows of the data set before and after preparation; None where not known.
        unknown_share: share of the input's real tokens that are the unknown token, 0 to 1; None where there is none.
        pieces_per_character: such tokens, special ones not counted, per character of the decoded rows that is no white
            space; None without a tokenizer.
        scripts: Unicode script to share of the letters of the decoded rows.
        language_codes: how many codes of languages the tokenizer has as tokens ("de_DE", "deu_Latn", "__de__").
        source_codes, target_codes: those of them that inputs and targets hold; empty where there are no targets.
        source_language, target_language: language code of more than half of the inputs and of the targets; empty where
            none has that many.
        from_own_text: share of the words of the decoded input that stand in the texts which the row brings along, or of
            those in the input, whichever is more; the mean over the rows. None where rows bring no texts along.
        padding: id that fills the rows of these batches up; None where all are of one length.
        padding_known: id that the model takes for padding once training has begun; None where it has none.
        faint: added tokens and end tokens of the inputs whose vector is almost zero beside those of other tokens.
        table_learns: whether training changes the vectors of tokens; None where the model has no table of them.
        turn_marks: marks of turns, such as "### Response:" or "<|im_start|>", that at least nine in ten rows hold.
        steps: optimiser steps that the run is going to make; 0 where that is not known.
        shown: at most three rows, decoded, supervised parts between ⟦ and ⟧.
    """

    kind: Kind
    rows: tuple[RowCensus, ...]
    outputs: int
    label_low: float | None = None
    label_high: float | None = None
    label_values: tuple[float, ...] = ()
    label_type: str = ""
    largest_id: int | None = None
    columns: tuple[str, ...] = ()
    dropped_columns: tuple[str, ...] = ()
    accepted_columns: tuple[str, ...] = ()
    unread_columns: dict[str, str] = field(default_factory=dict)
    given: LabelColumn | None = None
    repeats: dict[str, dict[int, int]] = field(default_factory=dict)
    own_loss: bool = False
    copies_input: float | None = None
    copies_next: float | None = None
    given_supervised: int | None = None
    source_in_target: float | None = None
    decoder_start: tuple[int, ...] = ()
    target_start: tuple[int, ...] = ()
    packed: int = 0
    crosses: bool | None = None
    unfit_spans: int | None = None
    spans_on_padding: int | None = None
    begins_inside: int | None = None
    begins_again: int | None = None
    entities: tuple[int, int] | None = None
    special_supervised: int | None = None
    masked_tokens: int = 0
    limit: int | None = None
    in_order: bool | None = None
    label_runs: int | None = None
    row_tokens: dict[int, int] = field(default_factory=dict)
    evaluated_on: str = ""
    scoring: Scoring | None = None
    rows_given: int | None = None
    rows_kept: int | None = None
    steps: int = 0
    shown: tuple[str, ...] = ()
    turn_marks: tuple[str, ...] = ()
    from_own_text: float | None = None
    padding: int | None = None
    padding_known: int | None = None
    faint: tuple[str, ...] = ()
    table_learns: bool | None = None
    language_codes: int = 0
    source_codes: tuple[str, ...] = ()
    target_codes: tuple[str, ...] = ()
    source_language: str = ""
    target_language: str = ""
    unknown_share: float | None = None
    pieces_per_character: float | None = None
    scripts: dict[str, float] = field(default_factory=dict)

    @property
    def supervised(self) -> int:
        """Label positions that enter the loss, over all rows."""
        return sum(row.supervised for row in self.rows)

    @property
    def unsupervised_rows(self) -> int:
        """Rows on which the loss is computed on nothing."""
        return sum(row.supervised == 0 for row in self.rows)

    def role_share(self, role: str) -> float | None:
        """Share of the supervised tokens that belong to this role; None where that is not known."""
        total = sum(sum(row.supervised_roles.values()) for row in self.rows)
        return sum(row.supervised_roles.get(role, 0) for row in self.rows) / total if total else None
