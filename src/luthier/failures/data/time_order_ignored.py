"""The classes change with time, and the split mixes old and new rows.

Symptom
    A good score offline, and a poor one on the texts of the next months.

Why it is silent
    A random split tests on the same days on which it trains. What changed later is in both sides alike.

Evidence
    Before: a column of times; scored rows that are not later than training rows (a scored row is later than a training
    row in fewer than three of four cases); and class shares that differ between the oldest and the newest fifth by
    15 points or more in sum (total variation), and by more than 95 of 100 random orders do. Without such a change in
    the classes nothing is said, whatever the dates.

Fix
    Splits by the column of times when asked, where Luthier makes the split: the newest rows are the test.

Source
    Søgaard et al. 2021, https://arxiv.org/abs/2005.00636: random splits promise more than new samples keep. Lazaridou
    et al. 2021, https://arxiv.org/abs/2102.01951: models grow worse on text from after their training. Our scene: four
    topics that follow each other in a year shift by 100 points, the same rows in random order by 19. The borders are
    our choice.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene
from luthier.failures._fixes import repaired

MESSAGE = (
    "Between the oldest and the newest fifth of the rows by {column} the class shares move by {shift:.0f} points "
    "({noise:.0f} by chance), and a scored row is later than a training row in only {later:.0f} % of the cases."
)
WHY = "In use all texts are later than the training rows; the score on mixed rows says little about these."
NEXT_STEP = {
    "made": "Split by time: --set data.time={column} (the fix does that when asked).",
    "given": (
        'Sort by time and test on the newest: frame = frame.sort_values("{column}"); train, test = '
        "frame[: int(0.8 * len(frame))], frame[int(0.8 * len(frame)) :]."
    ),
}
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = "Train on the oldest four fifths and score the newest: the gap to the mixed split is what time costs."
SIGNS = ("score looks too good", "data quality")
SHIFT, LATER = 0.15, 0.75

BAD = Scene(rows=240, options={"dated": 2}, train=False, says="One topic follows the other through the year.")
GOOD = Scene(rows=240, options={"dated": 1}, train=False, says="All topics are equally frequent through the year.")


def before(data: DataFacts) -> Finding | NotLooked | None:
    """Look at the times of rows and splits."""
    times = data.times
    if times is None:
        return NotLooked("no column of times can be read")
    if not data.rows.get("test") and not data.rows.get("validation"):
        return NotLooked("no scored rows were given")
    if times.later >= LATER or times.shift < max(SHIFT, times.noise):
        return None
    return Finding(
        failure="time_order_ignored",
        moment=Moment.BEFORE,
        severity="warning",
        confidence=0.6,
        numbers={
            "column": times.column,
            "shift": 100 * times.shift,
            "noise": 100 * times.noise,
            "later": 100 * times.later,
        },
        place=Place("column", times.column),
        variant=data.split_origin,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """Split by time, where the split is Luthier's."""
    if finding.variant != "made":
        return plan
    return repaired(plan, "data", {"time": str(finding.numbers["column"])}, "the classes change with time")
