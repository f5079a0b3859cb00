"""Rows have no text: empty cells, or the word that stands for one, such as "nan".

Symptom
    A type error deep in the tokenizer; or no error at all, and one answer for every empty row.

Why it is silent
    Readers of tables turn empty cells and "NA" into a missing value, and str() turns that into "nan" or "None". An
    empty text is two special tokens, on which a model trains like on any other.

Evidence
    Before: training rows whose text is empty or one of the words that writers leave for a missing value ("nan",
    "None", "null", "<NA>", "N/A"); of files also the rows that Luthier's reader left out for it. At least three rows;
    a note below 1 % of the rows, a warning from there on, an error from 10 % on. Luthier's own fits leave empty rows
    out.

Fix
    Advice only: drop these rows, or read the table without turning cells into missing values.

Source
    huggingface/datasets #2795 (https://github.com/huggingface/datasets/issues/2795), litgpt #1759, axolotl #290,
    transformers #4986. Our experiment with pandas 3: read_csv turns the text "NA" into a missing value, and
    str() turns that into "nan". The shares are our choice.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.scene import RunScene
from luthier.failures._places import counted, place_of_rows
from luthier.failures._signals import severity_of

MESSAGE = (
    "{count} of {total} training rows ({percent:.3g} %) have no text: it is empty or a word for a missing value (nan, "
    "None), the first on line {line}."
)
WHY = "Their labels are learned for a text that says nothing, and they count in every score."
NEXT_STEP = (
    'Drop these rows; in datasets: dataset.filter(lambda row: (row["text"] or "").strip() not in ("", "nan", "None")). '
    "With pandas, read_csv(..., keep_default_na=False) leaves texts such as NA as they are."
)
DEGREE = Degree.ADVICE
SIGNS = ("data quality",)
SOME, MANY, FEWEST = 0.01, 0.1, 3

BAD = RunScene(rows="topics", options={"blank": 0.05}, says="Every twentieth text was missing and became nan.")
GOOD = RunScene(rows="topics", says="All rows have their texts.")


def before(data: DataFacts) -> Finding | NotLooked | None:
    """Count rows without a text."""
    if data.texts is None:
        return NotLooked("the texts were not looked at")
    cleaned = bool(data.cleaning.changed)  # what a fit of Luthier drops is not trained on
    dropped = 0 if cleaned else data.cleaning.dropped.get("empty text", 0)
    places = (*data.texts.blank.places, *(() if cleaned else data.cleaning.examples.get("empty text", ())))
    count, total = data.texts.blank.count + dropped, data.texts.rows + dropped
    if count < FEWEST or not places:
        return None
    return Finding(
        failure="text_missing",
        moment=Moment.BEFORE,
        severity=severity_of(count / total, SOME, MANY),
        confidence=0.95,
        numbers=counted(count, total, places),
        place=place_of_rows("", places),
    )
