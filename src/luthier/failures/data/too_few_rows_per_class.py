"""Classes have too few training rows to be learned.

Symptom
    With few rows in all, every text gets nearly the same scores, near 1 / classes. With rare classes among others, the
    score per class is 0 for them and macro-F1 stays low.

Why it is silent
    One row is enough for a class to exist. Accuracy and loss are means over rows, in which rare classes hardly count.

Evidence
    Before: classes with fewer than 8 training rows. A warning where these are half of the classes or more, else a
    note; a note too where the run has scored a mean F1 that it could not have with all of them at 0. Numbers that a
    model with one output is to hit are no classes.

Fix
    Advice only: collect rows, join rare classes into one, or take a method for few rows.

Source
    transformers #11623 (https://github.com/huggingface/transformers/issues/11623): 8 training rows, one label for every
    token. simpletransformers #818: 120 classes. setfit #115
    (https://github.com/huggingface/setfit/issues/115): from how many rows on usual fine-tuning pays; its authors begin
    at 8 rows a class, whence the border.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._places import column_used
from luthier.failures._scored import value

MESSAGE = (
    "{count} of {total} classes have fewer than {fewest} training rows, such as {label} with {rows}; together they "
    "have {together}."
)
WHY = "From so few rows a fine-tuned model learns the rows, not the class; it will hardly ever be predicted."
NEXT_STEP = (
    'Collect rows of these classes or join them: label = label if counts[label] >= {fewest} else "other". With few '
    "rows for every class, setfit (https://github.com/huggingface/setfit) learns from 8 rows a class."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("labels_spelled_apart", "columns_swapped")
SIGNS = ("loss flat at ln C or at the class entropy, one class predicted", "data quality")
FEWEST = 8

BAD = RunScene(rows="topics", options={"few": 5}, says="Two of four topics have five rows each.")
GOOD = RunScene(rows="topics", options={"few": 12}, says="They have twelve rows each.")


def before(
    data: DataFacts, config: SavedConfig | None = None, trace: Trace | None = None
) -> Finding | NotLooked | None:
    """Count the training rows of each class."""
    if config is not None and config.outputs == 1 and config.model.get("problem_type") == "regression":
        return None
    counts = data.class_counts.get("train", {})
    if not counts or not sum(counts.values()):
        return NotLooked("there are no labelled training rows")
    rare = {label: rows for label, rows in counts.items() if rows < FEWEST}
    if not rare:
        return None
    label = min(rare, key=lambda name: rare[name])
    return Finding(
        failure="too_few_rows_per_class",
        moment=Moment.BEFORE,
        severity="note" if 2 * len(rare) < len(counts) or _learned(trace, len(rare) / len(counts)) else "warning",
        confidence=0.9,
        numbers={
            "count": len(rare),
            "total": len(counts),
            "fewest": FEWEST,
            "label": label,
            "rows": rare[label],
            "together": sum(rare.values()),
        },
        place=column_used(data, "label"),
    )


def _learned(trace: Trace | None, share: float) -> bool:
    """Whether a mean F1 over classes was scored that is out of reach where this share of them is never right."""
    scored = [one for _, one in trace.evaluations] if trace is not None else []
    return any((value(one, name) or 0.0) > 1 - share for one in scored for name in ("f1", "f1_macro", "macro_f1"))
