"""Rows that hold a source and a target: conversations, prompts with completions, translations, summaries."""

from dataclasses import dataclass, field
from typing import Literal

from luthier.facts.data import Overlap
from luthier.facts.places import NONE_FOUND, Found, RowPlace

Form = Literal["messages", "prompt_completion", "source_target", "text"]


@dataclass(frozen=True, slots=True)
class LengthFacts:
    """Token lengths of one side; characters where no tokenizer was at hand.

    Attributes:
        rows: rows measured.
        quantiles: percent to length, for 0, 5, 25, 50, 75, 95, 99, 100.
        limit: where rows are cut, special tokens included; None where they are not. Where source and target make one
            sequence, it is the limit of that sequence.
        cut: rows that lose something of this side at the limit.
        lost: share of all tokens of this side that the cut takes, 0 to 1.
        gone: rows that lose this side entirely.
        places: the first twenty rows that lose something; where some lose all, the first twenty of these.
    """

    rows: int
    quantiles: dict[int, int]
    limit: int | None = None
    cut: int = 0
    lost: float = 0.0
    gone: int = 0
    places: tuple[RowPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What failures may know of such rows. Of a conversation the target is all that the assistant says, and the source
    all else.

    Attributes:
        path: what the user named.
        form: how rows are written.
        rows: split to rows; data in one piece are all "train".
        columns: columns that were read, sources first.
        unit: "tokens" or "characters".
        whole, source, target: lengths of the row as the model gets it, of what is read, of what is learned; of the
            training rows, of at most 5,000 of them in tokens.
        empty_targets: rows of any split without a target, or with a turn of the assistant that has no words.
        damaged: rows of any split with characters that were decoded wrongly or lost in decoding.
        damaged_example: a piece of such a row, and what it should be; empty where that is lost.
        refusals: rows of any split whose target is a refusal or a disclaimer of a language model.
        ends: share of training rows, of at most 500 of them as the model gets them, in which an end token follows the
            target; None without a tokenizer, an end token, or a chat template where rows are conversations.
        two_bos: share of these rows that begin with two BOS tokens; None likewise.
        roles: role to number of turns; unknown names stay as they are.
        without_assistant: conversations in which no turn is the assistant's.
        marker: the response marker that was looked for; empty for none.
        marker_found: share of these rows in which the ids of the marker occur; None where no marker was set.
        marker_written: share of these rows whose text holds the marker; None likewise.
        not_rendered: training rows, of those drawn to be measured, that the chat template refuses or in which it
            changes what the assistant says.
        refused: what it said of the first that it refused; empty where it refused none.
        turn_marks: marks of turns, such as "### Response:" or "<|im_start|>", that at least nine in ten rows hold which
            no chat template is applied to (plain texts, prompts with completions).
        overlaps: rows of a scored split whose source also stands in an earlier split; `same_label` counts those with
            the same target.
        source_repeats, target_repeats: times that a text stands in the training rows to the number of such texts; an
            empty text counts for nothing.
        target_scripts: Unicode script to share of letters.
        source_language, target_language: language code of more than half of the rows; empty where none has that many.
    """

    path: str
    form: Form
    rows: dict[str, int]
    columns: tuple[str, ...] = ()
    unit: Literal["tokens", "characters"] = "characters"
    whole: LengthFacts | None = None
    source: LengthFacts | None = None
    target: LengthFacts | None = None
    empty_targets: Found = NONE_FOUND
    refusals: Found = NONE_FOUND
    damaged: Found = NONE_FOUND
    damaged_example: tuple[str, str] = ("", "")
    ends: float | None = None
    two_bos: float | None = None
    roles: dict[str, int] = field(default_factory=dict)
    without_assistant: Found = NONE_FOUND
    marker: str = ""
    marker_found: float | None = None
    marker_written: float | None = None
    not_rendered: int = 0
    refused: str = ""
    turn_marks: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    source_repeats: dict[int, int] = field(default_factory=dict)
    target_repeats: dict[int, int] = field(default_factory=dict)
    target_scripts: dict[str, float] = field(default_factory=dict)
    source_language: str = ""
    target_language: str = ""

    @property
    def total(self) -> int:
        """Rows of all splits."""
        return sum(self.rows.values())


@dataclass(frozen=True, slots=True)
class SpanFacts:
    """Rows of a question, a context and answers that are spans of it. Places are counted in characters from 0.

    Attributes:
        path: what the user named.
        rows: split to rows; data in one piece are all "train".
        unanswerable: rows without an answer.
        shifted: rows with an answer that does not stand at its stated place but elsewhere in the context.
        shifts: distance from the stated place to the nearest true one, in characters, to rows; the largest of a row.
        byte_offsets, utf16_offsets: of these rows, those whose stated place is right when UTF-8 bytes, or the 16-bit
            units of JavaScript and Java, are counted instead of characters.
        other_form: rows with an answer that the context holds only in another Unicode form.
        lost: rows with an answer that is nowhere in the context, in any Unicode form.
        padded_answers: rows with an answer that begins or ends with white space.
        padded_questions: rows whose question begins with white space.
        limit: length limit in tokens; None where there is none.
        measured: training rows that were measured in tokens, at most 5,000.
        cut: of these, rows whose answer ends beyond the limit when each row is one window; None without a tokenizer
            and a limit.
        long_questions: of these, rows whose question leaves no room for a context; None likewise.
    """

    path: str
    rows: dict[str, int]
    unanswerable: int = 0
    shifted: Found = NONE_FOUND
    shifts: dict[int, int] = field(default_factory=dict)
    byte_offsets: int = 0
    utf16_offsets: int = 0
    other_form: Found = NONE_FOUND
    lost: Found = NONE_FOUND
    padded_answers: int = 0
    padded_questions: Found = NONE_FOUND
    limit: int | None = None
    measured: int = 0
    cut: Found | None = None
    long_questions: Found | None = None

    @property
    def total(self) -> int:
        """Rows of all splits."""
        return sum(self.rows.values())
