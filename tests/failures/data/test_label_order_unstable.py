"""Class ids from lists in different order."""

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import look, seen

NAME = "label_order_unstable"
NAMES = ("cooking", "money", "sport")


def config(
    names: tuple[str, ...] = NAMES, back: dict[str, Plain] | None = None, earlier: tuple[str, ...] = ()
) -> SavedConfig:
    """A saved config, with the names of its oldest checkpoint."""
    labels: dict[str, Plain] = {str(number): name for number, name in enumerate(names)}
    model: dict[str, Plain] = {"id2label": labels, **({"label2id": back} if back is not None else {})}
    return SavedConfig("model", model, earlier={"checkpoint-10": earlier} if earlier else {})


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_two_ways(moment: Moment) -> None:
    """The way back leads elsewhere."""
    finding = seen(NAME, moment, config=config(back={"money": 0, "cooking": 1, "sport": 2}))
    numbers = finding.numbers

    assert (finding.severity, finding.variant, numbers["count"]) == ("error", "ways", 2)
    assert (numbers["name"], numbers["here"], numbers["there"]) == ("cooking", 0, 1)
    assert finding.place.name == "model/config.json"


@pytest.mark.parametrize(
    "back",
    [
        None,
        {"cooking": 0, "money": 1, "sport": 2},
        {"Cooking": 0, "Money": 1, "Sport": 2},
        {"LABEL_0": 0, "LABEL_1": 1, "LABEL_2": 2},
        {"money": 5, "cooking": 1, "sport": 2},
        {"money": "0", "cooking": "1"},
        {},
    ],
)
def test_one_way(back: dict[str, Plain] | None) -> None:
    """Nothing, the same, placeholders, and what is no numbering."""
    assert look(NAME, Moment.BEFORE, config=config(back=back)) is None


def test_resumed() -> None:
    """A checkpoint with other numbers: an error where the run went on from it."""
    turned = config(earlier=NAMES[::-1])
    alone, resumed = CheckpointFacts(()), CheckpointFacts((), resumed_at=(10,))
    finding = seen(NAME, Moment.AFTER, config=turned, checkpoints=resumed)

    assert (finding.severity, finding.variant, finding.place.name) == ("error", "resumed", "checkpoint-10/config.json")
    assert (finding.numbers["name"], finding.numbers["there"], finding.numbers["here"]) == ("cooking", 2, 0)
    assert seen(NAME, Moment.AFTER, config=turned, checkpoints=alone).severity == "warning"
    assert seen(NAME, Moment.AFTER, config=turned).severity == "warning"


@pytest.mark.parametrize("earlier", [NAMES, ("LABEL_0", "LABEL_1", "LABEL_2"), ("other", "names"), ()])
def test_same_checkpoints(earlier: tuple[str, ...]) -> None:
    """The same names, placeholders, and a run on something else."""
    assert look(NAME, Moment.AFTER, config=config(earlier=earlier)) is None


def test_not_looked() -> None:
    """No names."""
    assert "does not name" in str(look(NAME, Moment.BEFORE, config=config(("LABEL_0", "LABEL_1"))))
