"""Texts that a model wrote, beside what it should have written where that is known."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GenerationFacts:
    """What generated texts look like.

    Attributes:
        source: file that they were read from, or "the trial".
        rows: texts.
        limit: length limit of the generation in tokens; None where not known.
        at_limit: texts that end only because of the limit, where their tokens or the reason of their end are known;
            None where they are not, as in a file of mere texts.
        unfinished: texts that end without a closing mark: a sentence that was cut, or a phrase.
        reference_unfinished: the same among the texts that were wanted; None where they are not known.
        empty: texts without a word.
        repeating: texts that repeat one token or phrase to their end.
        same: share of the most frequent text, 0 to 1.
        mean_words, reference_words: mean length in words, generated and wanted.
        quantiles, reference_quantiles: percent to length in words, for 0, 5, 25, 50, 75, 95, 100.
        copied_prompt: texts that repeat their prompt.
        scripts, reference_scripts: Unicode script to share of letters.
        exact: texts that equal what was wanted, letter by letter; None where it is not known.
        exact_trimmed: the same when white space at both ends is left out; None likewise.
        overlap: mean share of words (letters in scripts without spaces) that a text and what was wanted have in common,
            0 to 1: the F1 of their counts, in any script, capitals aside; None likewise.
    """

    source: str
    rows: int
    limit: int | None = None
    at_limit: int | None = None
    unfinished: int = 0
    reference_unfinished: int | None = None
    empty: int = 0
    repeating: int = 0
    same: float = 0.0
    mean_words: float = 0.0
    reference_words: float | None = None
    quantiles: dict[int, int] = field(default_factory=dict)
    reference_quantiles: dict[int, int] = field(default_factory=dict)
    copied_prompt: int = 0
    scripts: dict[str, float] = field(default_factory=dict)
    reference_scripts: dict[str, float] = field(default_factory=dict)
    exact: int | None = None
    exact_trimmed: int | None = None
    overlap: float | None = None
