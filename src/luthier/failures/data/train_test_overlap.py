"""Rows that are scored also stand in the training data.

Symptom
    Validation or test scores look excellent, often near perfect, and fall on fresh text.

Why it is silent
    Nothing in a run depends on where a row comes from. A model that has memorised a row scores it like one that
    understands it. A random split of a table with repeated rows makes this certain.

Evidence
    Before: rows of a scored split whose normal form (Unicode form, case, punctuation, spacing) stands in train, or
    test rows that stand in validation. It is an error when the leaked share is larger than what the score could
    tell from noise, 1.96 * sqrt(p(1-p)/n) at p = 0.9, and a warning below that: then the score may be a little too
    high.

Fix
    Drops the scored rows that also stand in train, and the test rows that also stand in validation, when asked.
    Training rows and labels stay as they are. A split that would be left empty is not touched: then split anew.

Source
    npc_gzip #13 (https://github.com/bazingagin/npc_gzip/issues/13): one public set with 100 % of its test rows in
    train and one with 90 %. OpenTextShield #194: 5.4 % repeated rows became 7.4 % leaked test rows.
    huggingface/datasets #4261. Our runs: 22 of the 3,080 test rows of Banking77 and 4 of the 2,189 of Reuters R8
    stand in train. Elangovan, He & Verspoor 2021, https://arxiv.org/abs/2102.01818.
"""

from collections.abc import Sequence

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment
from luthier.facts.likeness import normal_form
from luthier.facts.rows import Splits
from luthier.facts.scene import Scene
from luthier.failures._overlaps import numbers, severity, without_rows_seen_before, worst_overlap
from luthier.failures._places import place_of_rows

MESSAGE = (
    "{rows} of {total} {split} rows ({percent:.1f} %) also stand in {other}, {same_label} of them with the same "
    "label. The first is row {first_row} of {file}, which repeats row {first_other} of {other_file}."
)
WHY = (
    "A row that was trained on is scored by memory. Up to {percent:.1f} points of the {split} score say nothing "
    "about fresh text; noise alone moves it by {noise:.1f}."
)
NEXT_STEP = (
    "Drop these rows from {split} (the fix does that when asked), or name the data in one file and let Luthier "
    "split it."
)
DEGREE = Degree.WHEN_ASKED
SIGNS = ("score looks too good", "data quality")

BAD = Scene(
    rows=200,
    options={"given": 1, "overlap": 0.5},
    train=False,
    says="Half of the validation and test rows were copied from the training rows.",
)
GOOD = Scene(rows=200, options={"given": 1}, train=False, says="The same splits without copies.")


def before(data: DataFacts) -> Finding | None:
    """Look for exact overlaps."""
    worst = worst_overlap(data.overlaps)
    if worst is None:
        return None
    return Finding(
        failure="train_test_overlap",
        moment=Moment.BEFORE,
        severity=severity(worst),
        confidence=1.0,
        numbers={**numbers(worst), "same_label": worst.same_label},
        place=place_of_rows(worst.split, (row for row, _ in worst.examples)),
    )


def fix(splits: Splits, finding: Finding) -> Splits:
    """Drop scored rows that stand in a split before them."""
    return without_rows_seen_before(splits, _copies)


def _copies(texts: Sequence[str], earlier: Sequence[str]) -> set[int]:
    known = {normal_form(text) for text in earlier}
    return {i for i, text in enumerate(texts) if normal_form(text) in known}
