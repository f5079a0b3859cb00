"""The column that is read as text is not the text: labels and texts are swapped, or an index is read.

Symptom
    The loss stays at chance, or the model has as many classes as there are texts.

Why it is silent
    Any column of strings can be tokenized, and any column of few or many values can be numbered as classes.

Evidence
    Before: there are fewer different texts than classes, so that the texts cannot tell the classes; or no text holds a
    letter of any script. Where the rows of a file are too few for so many classes, Luthier's reader stops with an error
    that names the columns.

Fix
    Advice only: which column holds the texts, only a person can say.

Source
    simpletransformers #18 and #25 (https://github.com/ThilinaRajapakse/simpletransformers/issues/25): a column too much
    in the table moved text and label. Our experiment: 160 row numbers, read as the texts of four topics, are tokenized
    and trained on without a complaint.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene

MESSAGE = {
    "swapped": (
        "The column {text} holds only {texts} different texts, fewer than the {classes} classes of the column {label}."
    ),
    "numbers": (
        "None of the {rows} texts in the column {text} holds a letter: it looks like an index or a number, not a text."
    ),
}
WHY = {
    "swapped": "The text cannot tell the label; the two columns were probably taken for each other.",
    "numbers": "A language model reads numbers as pieces of digits, which say nothing of the class.",
}
NEXT_STEP = {
    "swapped": (
        "Tokenize the column {label} and number the values of {text}: "
        'dataset.rename_columns({{"{text}": "label", "{label}": "text"}}).'
    ),
    "numbers": "Print three rows, and tokenize the column that holds the texts.",
}
DEGREE = Degree.ADVICE
SIGNS = ("loss flat at ln C or at the class entropy, one class predicted", "data quality")
FEWEST = 20

BAD = LiveScene(
    options={"keep_text": 1, "train_rows": 160, "numbered": 1}, says="The number of the row was read as its text."
)
GOOD = LiveScene(options={"keep_text": 1, "train_rows": 160}, says="The texts were read.")


def before(data: DataFacts) -> Finding | NotLooked | None:
    """Count different texts, and texts with letters."""
    used = {column.used_as: column for column in data.columns}
    text, label = used.get("text"), used.get("label")
    rows = data.rows.get("train", 0)
    if text is None or label is None or rows < FEWEST:
        return NotLooked("the columns of text and label are not known, or there are hardly any rows")
    swapped = text.distinct < len(data.classes)
    if not swapped and data.scripts:
        return None
    return Finding(
        failure="columns_swapped",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.9,
        numbers={
            "text": text.name,
            "label": label.name,
            "texts": text.distinct,
            "classes": len(data.classes),
            "rows": rows,
        },
        place=Place("column", text.name),
        variant="swapped" if swapped else "numbers",
    )
