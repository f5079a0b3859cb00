"""How texts look, and how the splits lie in time; parts of `DataFacts`."""

from dataclasses import dataclass

from luthier.facts.places import NONE_FOUND, Found

BLANK = ("", "nan", "NaN", "None", "null", "NULL", "<NA>", "#N/A", "N/A")
"""What is left of a missing text; "none" and "NA" are not here: people write them."""


@dataclass(frozen=True, slots=True)
class Template:
    """Words that begin or end nearly every text.

    Attributes:
        begins: whether they stand at the beginning; else at the end.
        words: how many.
        shown: the first of them.
        rows: rows that have them, of `TextFacts.rows`.
        share: share of the words of all these texts, 0 to 1.
    """

    begins: bool
    words: int
    shown: str
    rows: int
    share: float


@dataclass(frozen=True, slots=True)
class Telling:
    """A word that stands in nearly all texts of one class and in hardly any other.

    Attributes:
        word: in lower case.
        label: the class.
        rows: rows that hold it.
        right: of these, rows of the class.
        class_rows: rows of the class.
    """

    word: str
    label: str
    rows: int
    right: int
    class_rows: int


@dataclass(frozen=True, slots=True)
class TextFacts:
    """How training texts look, on at most 20,000 of them.

    Attributes:
        rows: rows measured.
        blank: rows without a text: empty, or a word that writers leave for a missing value ("nan", "None").
        markup: rows with HTML tags or entities.
        markup_share: share of all characters that goes when these are removed, 0 to 1.
        damaged: rows whose characters were decoded wrongly ("cafÃ©") or lost in decoding (U+FFFD).
        damaged_example: a piece of such a row, and what it should be; empty where that is lost.
        template: words shared by nearly all rows; None where there are none.
        telling: the word that tells a class best; None where none does.
    """

    rows: int
    blank: Found = NONE_FOUND
    markup: Found = NONE_FOUND
    markup_share: float = 0.0
    damaged: Found = NONE_FOUND
    damaged_example: tuple[str, str] = ("", "")
    template: Template | None = None
    telling: Telling | None = None


@dataclass(frozen=True, slots=True)
class TimeFacts:
    """How the splits lie in time, and whether the classes change in it.

    Attributes:
        column: column of times.
        later: chance that a scored row is later than a training row, 0 to 1: 0.5 where they are mixed.
        shift: half the sum of the differences of class shares between the oldest and the newest fifth, 0 to 1.
        noise: the shift that 95 of 100 random orders stay below.
    """

    column: str
    later: float
    shift: float
    noise: float
