"""Saved models without their output head."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Moment
from luthier.stages.diagnose.readers.heads import expected_head
from tests.failures.examples import look, seen
from tests.failures.saved_examples import config, weights

NAME = "head_not_loaded"
CLASSIFIER = config("BertForSequenceClassification")
BODY = {"bert.embeddings.word_embeddings.weight": (10, 4), "bert.pooler.dense.weight": (4, 4)}


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_seen(moment: Moment) -> None:
    """The class, the head that it has, and the file that lacks it."""
    bare = weights(tensors=BODY, head=(), expected_head="classifier")
    found = seen(NAME, moment, config=CLASSIFIER, weights=bare)

    assert (found.severity, found.confidence, found.place.name) == ("error", 1.0, "model.safetensors")
    assert (found.numbers["head"], found.numbers["others"]) == ("classifier", "nothing")


def test_head_of_another_task() -> None:
    """What is there instead is named."""
    other = weights(tensors={**BODY, "qa_outputs.weight": (2, 4)}, head=("qa_outputs.weight",), expected_head="score")

    assert seen(NAME, Moment.AFTER, config=CLASSIFIER, weights=other).numbers["others"] == "qa_outputs.weight"


@pytest.mark.parametrize("name", ["classifier.weight", "classifier.dense.weight", "model.classifier.weight"])
def test_clear(name: str) -> None:
    """Alone, with several layers, below a wrapper."""
    whole = weights(tensors={**BODY, name: (2, 4)}, expected_head="classifier")

    assert look(NAME, Moment.AFTER, config=CLASSIFIER, weights=whole) is None


def test_clear_of_others() -> None:
    """A model in memory has its head, and a language model's may be tied."""
    bare = weights(tensors=BODY, expected_head="classifier")

    assert look(NAME, Moment.BEFORE, config=CLASSIFIER, weights=replace(bare, files=())) is None
    assert look(NAME, Moment.AFTER, config=config(), weights=replace(bare, expected_head="lm_head")) is None


def test_not_looked() -> None:
    """A class of which nothing is known."""
    assert expected_head("BertForPreTraining", None) == ""
    assert "not known" in str(look(NAME, Moment.AFTER, config=config("BertForPreTraining"), weights=weights()))
