"""The labels never reach the model, because their column has a name that nobody looks for.

Symptom
    "The model did not return a loss from the inputs", at the first step.

Why it is silent
    Trainer keeps only columns that the model's forward names, and "label" and "label_ids". A column called "target" or
    "sentiment" goes without a word before the first batch is made.

Evidence
    Before: real batches of a model of Transformers, under its own loss and TrainingArguments, hold no labels (an
    error); the column that was dropped is named where its name is that of labels in usual data sets, and the confidence
    is lower where it is not.
    After: the console says that the model returned no loss.

Fix
    Advice only: names the call that renames the column.

Source
    transformers #21553 (https://github.com/huggingface/transformers/issues/21553). Our experiment with Transformers
    5.24: a column called "target" is dropped, and the first step raises ValueError.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene

MESSAGE = {
    "named": 'The first {rows} rows have no labels: Trainer dropped their column "{name}", a name the model lacks.',
    "absent": "The first {rows} rows have no labels; the batches hold {held}, and Trainer dropped: {dropped}.",
    "stopped": "The run stopped at line {line} of {file}: the model did not return a loss, since it got no labels.",
}
WHY = "Without labels there is no loss, and the first step stops with an error that names neither column nor label."
_RENAME = 'dataset = dataset.rename_column("{name}", "labels"), with whole numbers for classes.'
NEXT_STEP = {
    "named": _RENAME,
    "absent": (
        'Call the column of the labels "labels": dataset.rename_column(...). For language models let the collator make '
        "them: DataCollatorForLanguageModeling(tokenizer, mlm=False)."
    ),
    "stopped": 'Call the column of the labels "labels": dataset = dataset.rename_column(..., "labels").',
}
DEGREE = Degree.ADVICE
SIGNS = ("crash at first evaluation", "configuration")
USUAL = (
    *("target", "targets", "class", "classes", "category", "sentiment", "intent", "topic", "y", "gold", "rating"),
    *("stars", "label_id", "label_idx", "label_name", "label_text", "tag", "tags", "ner_tags", "pos_tags", "output"),
)
WITH_LOSS = (
    *("ForSequenceClassification", "ForTokenClassification", "ForMultipleChoice", "ForMaskedLM", "ForCausalLM"),
    *("LMHeadModel", "ForConditionalGeneration"),
)

BAD = LiveScene(options={"misnamed_label": 1}, says='The column of the labels is called "target".')
GOOD = LiveScene(says='It is called "label".')


def before(census: BatchCensus, config: SavedConfig, arguments: Arguments) -> Finding | NotLooked | None:
    """Look for labels in the batches."""
    if census.own_loss or arguments.tool != "transformers" or not config.architecture.endswith(WITH_LOSS):
        return NotLooked("the loss is not that of a model of Transformers")
    if census.kind != "none":
        return None
    name = next((column for column in census.dropped_columns if column.lower() in USUAL), "")
    numbers: dict[str, Number] = {
        "rows": len(census.rows),
        "name": name,
        "held": ", ".join(census.columns) or "nothing",
        "dropped": ", ".join(census.dropped_columns) or "none",
    }
    return _finding(Moment.BEFORE, "named" if name else "absent", numbers, name or "labels", 1.0 if name else 0.9)


def after(console: ConsoleFacts) -> Finding | None:
    """Look for the error in the console."""
    lines = console.messages.get("loss_missing", ())
    if not lines:
        return None
    return _finding(Moment.AFTER, "stopped", {"line": lines[0].number, "file": lines[0].file}, "labels", 0.9)


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], column: str, confidence: float) -> Finding:
    return Finding(
        failure="label_column_misnamed",
        moment=moment,
        severity="error",
        confidence=confidence,
        numbers=numbers,
        place=Place("column", column),
        variant=variant,
    )
