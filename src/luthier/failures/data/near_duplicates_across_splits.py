"""Rows that are scored are near copies of training rows.

Symptom
    Scores look excellent and fall on fresh text, although no row stands in both splits word for word.

Why it is silent
    Re-posts, templates and quoted replies differ in a word or a number, so that exact comparison finds nothing, and
    the model recognises them all the same.

Evidence
    Before: scored rows whose character 5-gram shingles have a Jaccard similarity of at least 0.8 with a training
    row; exact copies are not counted, they are `train_test_overlap`. An error when the share is larger than the
    noise of a score on so many rows, 1.96 * sqrt(p(1-p)/n) at p = 0.9, else a warning. The threshold 0.8 is that of
    Lee et al. 2022 for deduplicating training text; our scene of one added word lies at 0.93 and above. On
    Banking77 3.6 % of the test rows are seen.

Fix
    Drops the near copies from the scored splits when asked, by an exact join. Training rows and labels stay. A split
    that would be left empty is not touched: then split anew, with near copies kept on one side.

Source
    Lewis, Stenetorp & Riedel 2021, https://arxiv.org/abs/2008.02637: about 30 % of the test questions of three sets
    have a near copy in train, and models score up to 61 points less on the others. Lee et al. 2022,
    https://arxiv.org/abs/2107.06499. Broder 1997 (shingles).
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.rows import Splits
from luthier.facts.scene import Scene
from luthier.failures._near import near_rows
from luthier.failures._overlaps import numbers, severity, without_rows_seen_before, worst_overlap
from luthier.failures._places import place_of_rows

MESSAGE = (
    "{rows} of {total} {split} rows ({percent:.1f} %) are near copies of {other} rows (similarity {threshold:.2f} "
    "or more). The first is row {first_row} of {file}, which nearly repeats row {first_other} of {other_file}."
)
WHY = (
    "A near copy is scored by memory like an exact one. Up to {percent:.1f} points of the {split} score say nothing"
    " about fresh text; noise alone moves it by {noise:.1f}."
)
NEXT_STEP = (
    "Drop these rows from {split} (the fix does that when asked), or let Luthier split the data: it keeps near "
    "copies together."
)
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = (
    "Score the {split} rows that are no near copies by themselves: the gap to the whole score is what the copies give."
)
SIGNS = ("score looks too good", "data quality")

BAD = Scene(
    rows=200,
    options={"given": 1, "near": 0.5},
    train=False,
    says="Half of the scored rows are training rows with one word put in front.",
)
GOOD = Scene(rows=200, options={"given": 1}, train=False, says="The same splits, each row its own sentence.")


def before(data: DataFacts) -> Finding | NotLooked | None:
    """Look for near overlaps."""
    if data.near_overlaps is None:
        return NotLooked("near duplicates were not searched for")
    worst = worst_overlap(data.near_overlaps)
    if worst is None:
        return None
    return Finding(
        failure="near_duplicates_across_splits",
        moment=Moment.BEFORE,
        severity=severity(worst),
        confidence=0.9,
        numbers={**numbers(worst), "threshold": data.near_threshold},
        place=place_of_rows(worst.split, (row for row, _ in worst.examples)),
    )


def fix(splits: Splits, finding: Finding) -> Splits:
    """Drop scored rows that nearly stand in a split before them."""
    threshold = float(finding.numbers["threshold"])
    return without_rows_seen_before(splits, lambda texts, earlier: near_rows(texts, earlier, threshold))
