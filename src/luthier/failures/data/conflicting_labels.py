"""The same text carries several labels.

Symptom
    Training loss does not fall below a floor however long the run; accuracy is capped for some classes.

Why it is silent
    Each row alone looks right. A run with contradictory rows ends normally with a score that nobody can improve, and
    the time goes into settings.

Evidence
    Before: texts with equal normal form and more than one label. Together they bound the accuracy: no model can
    answer one text in two ways, so of each such text only the rows of its most frequent label can be right. A
    warning when that costs more than the noise of a score on the test rows, 1.96 * sqrt(p(1-p)/n) at p = 0.9, or
    one point, whichever is less; below that a note.

Fix
    Advice only: which label is right is not in the data. The finding lists the rows; merge the classes, settle the
    rows by hand, or make the task multi-label.

Source
    setfit #540 (https://github.com/huggingface/setfit/issues/540): 255 rows in 9 overlapping classes; merging classes
    was the first remedy. Northcutt, Athalye & Mueller 2021, https://arxiv.org/abs/2103.14749: 3.3 % wrong labels on
    average in ten public test sets.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment
from luthier.facts.scene import Scene
from luthier.facts.texts import BLANK
from luthier.failures._places import place_of_rows
from luthier.failures._signals import score_noise

MESSAGE = (
    "{rows} rows ({percent:.1f} %) carry the text of another row and a different label, such as {label_one} in row "
    "{row_one} and {label_two} in row {row_two}. No model can be right on more than {ceiling:.1f} % of these data."
)
WHY = "Contradictory rows pull the model both ways in training and count as errors in every score."
NEXT_STEP = (
    "Settle the listed rows by hand, merge classes that mean the same, or drop the rows; Luthier never changes a label."
)
DEGREE = Degree.ADVICE
SIGNS = ("loss floor above 0", "data quality")

BAD = Scene(
    rows=200,
    options={"conflict": 0.2},
    train=False,
    says="Each fifth text stands there twice, with two labels.",
)
GOOD = Scene(rows=200, train=False, says="One label for each text.")


def before(data: DataFacts) -> Finding | None:
    """Look for texts with several labels."""
    # rows without a text are another fault
    conflicts = [one for one in data.conflicts if one.text.strip() not in BLANK]
    if not conflicts or not data.conflict_rows:
        return None
    total = sum(data.rows.values()) or data.conflict_rows
    lost = 1 - data.accuracy_ceiling
    limit = min(score_noise(data.rows.get("test", 0) or data.rows.get("validation", 0)), 0.01)
    first = conflicts[0]
    other = next((i for i, label in enumerate(first.labels) if label != first.labels[0]), 0)
    return Finding(
        failure="conflicting_labels",
        moment=Moment.BEFORE,
        severity="warning" if lost > limit else "note",
        confidence=1.0,
        numbers={
            "rows": data.conflict_rows,
            "percent": 100 * data.conflict_rows / total,
            "ceiling": 100 * data.accuracy_ceiling,
            "label_one": first.labels[0],
            "label_two": first.labels[other],
            "row_one": first.rows[0].row,
            "row_two": first.rows[other].row,
        },
        place=place_of_rows("", (row for conflict in conflicts for row in conflict.rows)),
    )
