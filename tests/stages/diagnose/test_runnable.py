"""The plan of another tool's run as one of Luthier's."""

from dataclasses import replace

import pytest

from luthier.errors import RunError
from luthier.facts.plan import Reason
from luthier.stages.diagnose.runnable import runnable
from luthier.stages.diagnose.translated import NO_LIMIT
from tests.failures.examples import plan

FOREIGN = replace(
    plan(rate=5e-5, max_tokens=NO_LIMIT),
    task="text_classification",
    reasons={"train.rate": Reason("a fix", "repair"), "data.text": Reason("training_args.bin", "user")},
)


def test_rows_and_model_are_named() -> None:
    """What is known of its training stays; a limit that is none does not."""
    found = runnable(FOREIGN, "reviews.csv", "bert", "output")

    assert (found.data.path, found.model.id, found.model.max_tokens, found.train.rate) == (
        "reviews.csv",
        "bert",
        128,
        5e-5,
    )
    assert set(found.reasons) == {"train.rate", "model.id"}
    assert runnable(FOREIGN, "", "", "output").model.id == "minilm"


@pytest.mark.parametrize(
    ("foreign", "told"),
    [
        (replace(FOREIGN, task="instruction"), "instruction"),
        (replace(FOREIGN, strategy=replace(FOREIGN.strategy, name="lora")), "lora"),
        (replace(FOREIGN, model=replace(FOREIGN.model, id="")), "--base"),
    ],
)
def test_refused(foreign: object, told: str) -> None:
    """Runs of another kind, and a model that nobody names."""
    with pytest.raises(RunError, match=told):
        runnable(foreign, "reviews.csv", "", "output")  # type: ignore[arg-type]
