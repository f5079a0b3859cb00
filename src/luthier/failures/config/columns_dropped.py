"""A column that the user's own code reads is taken out before any batch is made.

Symptom
    Weights, masks or features that were added to the rows make no difference: the loss is the same with and without.

Why it is silent
    Trainer keeps only columns that the model's forward takes by name (remove_unused_columns). Code that reads another
    one with get or pop and a default gets the default.

Evidence
    Before: a column of the data set is taken out by Trainer, while the user's compute_loss, loss function or collator
    reads a column of that name in its source. Text that is merely thrown away there does not count.

Fix
    Advice only: remove_unused_columns=False keeps every column, also texts, which no collator can turn into tensors.

Source
    transformers #25054 (https://github.com/huggingface/transformers/issues/25054), #43598; trl #1186. Our experiment
    with Transformers 5.24: a compute_loss that weighs rows by their column "weight" gets none and trains unweighted.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.scene import LiveScene

MESSAGE = 'Trainer takes out {count} of the columns that your code reads: {reader} asks for "{name}" and gets nothing.'
WHY = "The code falls back on what it does without the column, and the run is another one than was written."
NEXT_STEP = (
    "Set TrainingArguments(remove_unused_columns=False), and take out yourself what no batch can hold: "
    "dataset.remove_columns([...]), texts first of all."
)
DEGREE = Degree.ADVICE
SIGNS = ("configuration",)

BAD = LiveScene(options={"weights_read": 1}, says="compute_loss weighs rows by a column that no batch holds.")
GOOD = LiveScene(
    arguments={"remove_unused_columns": False}, options={"weights_read": 1}, says="The column stays in the batches."
)


def before(census: BatchCensus) -> Finding | None:
    """Look for columns that are read in vain."""
    if not census.unread_columns:
        return None
    name, reader = next(iter(census.unread_columns.items()))
    return Finding(
        failure="columns_dropped",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.9,
        numbers={"name": name, "reader": reader, "count": len(census.unread_columns)},
        place=Place("column", name),
    )
