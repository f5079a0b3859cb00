"""One class is written in several ways, and each way became a class of its own.

Symptom
    Two classes of nearly the same name are mistaken for each other; their recall is about a half where others are
    good.

Why it is silent
    "Spam", "spam" and "spam " are three strings. What numbers the classes by their strings gives them three outputs,
    and nothing raises.

Evidence
    Before: classes of the model's config, or of the training rows, that differ in nothing but case, blanks, hyphens and
    underscores. Names of a single letter and mere numbers do not count ("-10" is not "10"). Where the rows are written
    in several ways, but the model has one output for them, nothing is said; Luthier's own fits fold them.

Fix
    Advice only: write each class in one way before numbering the classes, and train anew.

Source
    setfit #540 (https://github.com/huggingface/setfit/issues/540): classes that could not be told apart were the first
    suspects. Our experiment: of 240 rows in four classes, with the label of every third written with a capital and a
    blank, datasets' class_encode_column makes eight classes.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene

MESSAGE = (
    "{count} of the {total} classes are other spellings of a class: {one} and {other} are two classes of the model."
)
WHY = "Texts of one class are taught as two, and each answer is right for only a part of them."
NEXT_STEP = (
    'Fold labels before numbering them, and train anew: dataset.map(lambda row: {{"label": " ".join('
    'row["label"].split()).lower()}}).'
)
DEGREE = Degree.ADVICE
SIGNS = ("data quality", "loss floor above 0")

_UNNAMED = "LABEL_"
_NAMES = ("Cooking ", "Money ", "Sport ", "Travel ", "cooking", "money", "sport", "travel")
BAD = RunScene(
    config={
        "id2label": {str(number): name for number, name in enumerate(_NAMES)},
        "label2id": {name: number for number, name in enumerate(_NAMES)},
    },
    says="Every third label has a capital and a blank behind it, so that there are eight classes.",
)
GOOD = RunScene(says="The same four classes, each written in one way.")


def before(config: SavedConfig | None = None, data: DataFacts | None = None) -> Finding | NotLooked | None:
    """Look for classes whose names are alike."""
    if data is None and (config is None or not config.labels):
        return NotLooked("the names of the classes are not known", ("data", "config"))
    found = _classes(config, data)
    alike = _alike(found)
    if not alike:
        return None
    return Finding(
        failure="labels_spelled_apart",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.95,
        numbers={
            "count": sum(len(names) - 1 for names in alike),
            "total": len(found),
            "one": repr(alike[0][0]),
            "other": repr(alike[0][1]),
        },
        place=Place("column", "label"),
    )


def _classes(config: SavedConfig | None, data: DataFacts | None) -> tuple[str, ...]:
    """Names of the model's classes; where its config only numbers them, the spellings of the rows, if there are as
    many as the model has outputs.
    """
    named = config.labels if config is not None else ()
    if named and not all(name.startswith(_UNNAMED) for name in named):
        return named
    if data is None:
        return ()
    spellings = tuple(name for one in data.classes for name in data.label_variants.get(one, (one,)))
    return spellings if config is not None and len(spellings) == config.outputs else data.classes


def _alike(names: Iterable[str]) -> list[list[str]]:
    """Names that are one when case, blanks, hyphens and underscores are taken away, but for letters and numbers."""
    families: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        bare = re.sub(r"[\s_-]+", "", name).casefold()
        if len(bare) > 1 and not bare.isdecimal():
            families[bare].append(name)
    return [family for family in families.values() if len(family) > 1]
