"""Rows that hold a source and a target: conversations, prompts with completions, translations, summaries."""

from dataclasses import dataclass, field
from typing import Literal

from luthier.facts.data import Overlap, RowPlace

Form = Literal["messages", "prompt_completion", "source_target", "text"]


@dataclass(frozen=True, slots=True)
class LengthFacts:
    """Token lengths of one side; characters where no tokenizer was at hand.

    Attributes:
        rows: rows measured.
        quantiles: percent to length, for 0, 5, 25, 50, 75, 95, 99, 100.
        limit: where rows are cut; None where they are not.
        cut: rows that lose something at the limit.
        lost: share of all tokens of this side that the cut takes, 0 to 1.
        gone: rows that lose this side entirely.
    """

    rows: int
    quantiles: dict[int, int]
    limit: int | None = None
    cut: int = 0
    lost: float = 0.0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What failures may know of such rows.

    Attributes:
        path: what the user named.
        form: how rows are written.
        rows: split to rows.
        unit: "tokens" or "characters".
        whole, source, target: lengths of the rendered row, of what is read, of what is learned.
        empty_targets: rows without a target, with places.
        copied_targets: rows whose target repeats their source.
        refusals: rows whose target is a refusal or an apology of a language model, with places.
        repeated_targets: the most frequent target's share of the rows, 0 to 1.
        ends: share of rendered rows whose target ends with an end token; None where none could be rendered.
        two_bos: share of rendered rows that begin with two BOS tokens; None likewise.
        roles: role to number of turns; unknown names stay as they are.
        last_role: role of the last turn to rows.
        marker_found: share of rows in which the response marker's ids occur; None where no marker was set.
        overlaps: rows of a scored split whose source also stands in an earlier split.
        source_scripts, target_scripts: Unicode script to share of letters.
        source_language, target_language: most frequent language code; empty where not known.
    """

    path: str
    form: Form
    rows: dict[str, int]
    unit: Literal["tokens", "characters"] = "characters"
    whole: LengthFacts | None = None
    source: LengthFacts | None = None
    target: LengthFacts | None = None
    empty_targets: tuple[RowPlace, ...] = ()
    copied_targets: int = 0
    refusals: tuple[RowPlace, ...] = ()
    repeated_targets: float = 0.0
    ends: float | None = None
    two_bos: float | None = None
    roles: dict[str, int] = field(default_factory=dict)
    last_role: dict[str, int] = field(default_factory=dict)
    marker_found: float | None = None
    overlaps: tuple[Overlap, ...] = ()
    source_scripts: dict[str, float] = field(default_factory=dict)
    target_scripts: dict[str, float] = field(default_factory=dict)
    source_language: str = ""
    target_language: str = ""


@dataclass(frozen=True, slots=True)
class SpanFacts:
    """Rows of a question, a context and an answer that is a span of it.

    Attributes:
        path: what the user named.
        rows: split to rows.
        unanswerable: rows without an answer.
        shifted: rows whose answer does not stand at its stated place but within 20 characters of it, with places.
        lost: rows whose answer is nowhere in the context, with places.
        shifts: distance in characters to rows.
        cut: rows whose answer lies beyond the length limit when each row is one window; None without a tokenizer.
        limit: that limit in tokens.
        padded_answers: rows whose stated answer begins or ends with white space.
        long_questions: rows whose question alone fills the limit.
        contexts_on_both_sides: scored rows whose context also stands in train.
    """

    path: str
    rows: dict[str, int]
    unanswerable: int = 0
    shifted: tuple[RowPlace, ...] = ()
    lost: tuple[RowPlace, ...] = ()
    shifts: dict[int, int] = field(default_factory=dict)
    cut: int | None = None
    limit: int | None = None
    padded_answers: int = 0
    long_questions: int = 0
    contexts_on_both_sides: int = 0
