"""Scenes: the smallest situation in which a failure happens, and its healthy twin.

A scene is a frozen value. `reproduce.py` acts it out on a real small model; the tests and the documentation use the
same acting. Rows are written out or made by a named generator, so that a scene is complete in its failure's file.
"""

from dataclasses import dataclass, field
from typing import Literal

from luthier.facts.finding import Number

Sabotage = Literal[
    "",
    "labels shuffled",
    "weight becomes NaN",
    "logger writes NaN as zero",
    "head lost at save",
    "stop words removed",
]


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens in it.

    Attributes:
        corpus: name of a row generator in `failures/_corpora.py`.
        rows: how many rows the generator makes.
        options: arguments of the generator, such as a share of duplicated rows.
        settings: dotted plan values that differ from what Luthier would derive.
        sabotage: something that no setting can express, acted out by `reproduce.py`.
        sabotage_step: optimiser step at which it strikes, where it strikes in training.
        train: whether the failure needs training to be seen; without it the scene ends before training.
        says: one sentence for people.
    """

    corpus: str = "topics"
    rows: int = 400
    options: dict[str, Number] = field(default_factory=dict)
    settings: dict[str, Number] = field(default_factory=dict)
    sabotage: Sabotage = ""
    sabotage_step: int = 0
    train: bool = True
    says: str = ""
