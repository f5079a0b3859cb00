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

from luthier.facts.data import DataFacts, SplitName
from luthier.facts.finding import Degree, Finding, Moment
from luthier.facts.likeness import normal_form
from luthier.facts.rows import Splits
from luthier.facts.scene import Scene
from luthier.failures._fixes import without_scored_rows
from luthier.failures._places import first_pair, place_of_rows
from luthier.failures._signals import score_noise

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

BAD = Scene(
    rows=200,
    options={"given": 1, "overlap": 0.5},
    train=False,
    says="Half of the validation and test rows were copied from the training rows.",
)
GOOD = Scene(rows=200, options={"given": 1}, train=False, says="The same splits without copies.")


def before(data: DataFacts) -> Finding | None:
    """Look for exact overlaps."""
    found = [overlap for overlap in data.overlaps if overlap.rows and overlap.split != "train"]
    if not found:
        return None
    worst = max(found, key=lambda overlap: (overlap.share, overlap.split == "test"))
    noise = score_noise(worst.total)
    return Finding(
        failure="train_test_overlap",
        moment=Moment.BEFORE,
        severity="error" if worst.share > noise else "warning",
        confidence=1.0,
        numbers={
            "rows": worst.rows,
            "total": worst.total,
            "percent": 100 * worst.share,
            "split": worst.split,
            "other": worst.other,
            "same_label": worst.same_label,
            "noise": 100 * noise,
            **first_pair(worst),
        },
        place=place_of_rows(worst.split, (row for row, _ in worst.examples)),
    )


def fix(splits: Splits, finding: Finding) -> Splits:
    """Drop scored rows that stand in a split before them."""
    forms = {name: [normal_form(t) for t in splits[name].column("text").to_pylist()] for name in SPLITS}

    def leaked(name: SplitName) -> set[int]:
        earlier = {form for other in SPLITS[: SPLITS.index(name)] for form in forms[other]}
        return {i for i, form in enumerate(forms[name]) if form in earlier}

    return without_scored_rows(splits, leaked)


SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")
