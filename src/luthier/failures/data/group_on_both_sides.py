"""Rows of one author, document or customer stand on both sides of the split.

Symptom
    A strong score offline, a weak one on a new author, document or customer.

Why it is silent
    The model may recognise the source instead of the content, and a random split lets it: every source of the test
    rows was seen in training. No number of the run shows it.

Evidence
    Before: a column that the user named as the group, or one that looks like ids with repeats, shares values
    between train and a scored split. For a named group any shared value is an error. A column that only looks like
    a group is a warning, from the share of rows on that the score could tell from noise, 1.96 * sqrt(p(1-p)/n) at p
    = 0.9.

Fix
    Drops the scored rows whose group also stands in train, when asked. Better, where the data can be split anew: name
    the column with --group.

Source
    Kapoor & Narayanan 2023, https://doi.org/10.1016/j.patter.2023.100804: leakage, dependence between train and test
    rows among its kinds, in 17 fields and 294 papers. Elangovan, He & Verspoor 2021,
    https://arxiv.org/abs/2102.01818.
"""

from luthier.facts.data import DataFacts, GroupOverlap, SplitName
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.rows import Splits
from luthier.facts.scene import Scene
from luthier.failures._fixes import without_scored_rows
from luthier.failures._signals import score_noise

MESSAGE = (
    "{rows} of {total} {split} rows ({percent:.1f} %) come from a value of column {column} that also stands in "
    "train: {shared_groups} of {groups} values are on both sides, such as {example}."
)
WHY = "A model that recognises the source scores well on these rows and has learned nothing about new sources."
NEXT_STEP = (
    "Split anew with --group {column}. Where the split is given, drop these rows from {split} (the fix does that "
    "when asked). If {column} says nothing about where a text comes from, silence this with --ignore "
    "group_on_both_sides."
)
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = (
    "Split once by {column} and once at random, and score both: the gap between the two scores is what the source "
    "gives away."
)
SIGNS = ("score looks too good", "data quality")

BAD = Scene(
    rows=200,
    options={"given": 1, "groups": 20, "leak": 0.5},
    train=False,
    says="Twenty authors, half of them with texts in train, validation and test.",
)
GOOD = Scene(
    rows=200,
    options={"given": 1, "groups": 20, "leak": 0},
    train=False,
    says="Twenty authors, each in one split only.",
)


def before(data: DataFacts) -> Finding | NotLooked | None:
    """Look at every group-like column."""
    if not data.columns and not data.groups:
        return NotLooked("the columns of the data were not looked at")
    found = [group for group in data.groups if _leaks(group)]
    if not found:
        return None
    worst = max(found, key=lambda group: (group.named, group.rows / group.total))
    return Finding(
        failure="group_on_both_sides",
        moment=Moment.BEFORE,
        severity="error" if worst.named else "warning",
        confidence=1.0 if worst.named else 0.7,
        numbers={
            "column": worst.column,
            "rows": worst.rows,
            "total": worst.total,
            "percent": 100 * worst.rows / worst.total,
            "split": worst.split,
            "groups": worst.groups,
            "shared_groups": worst.shared_groups,
            "example": worst.examples[0] if worst.examples else "?",
        },
        place=Place("column", worst.column),
    )


def _leaks(group: GroupOverlap) -> bool:
    if not group.total or not group.rows:
        return False
    return group.named or group.rows / group.total > score_noise(group.total)


def fix(splits: Splits, finding: Finding) -> Splits:
    """Drop scored rows whose group stands in train."""
    column = f"extra:{finding.numbers['column']}"
    if column not in splits.train.column_names:
        return splits
    known = set(splits.train.column(column).to_pylist()) - {None, ""}

    def leaked(name: SplitName) -> set[int]:
        return {i for i, value in enumerate(splits[name].column(column).to_pylist()) if value in known}

    return without_scored_rows(splits, leaked)
