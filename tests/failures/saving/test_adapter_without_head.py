"""Heads that are in no adapter."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.saved import WeightFacts
from tests.failures.adapter_examples import adapter, classifier, pairs
from tests.failures.examples import look, seen

NAME = "adapter_without_head"
NO_TASK = {"task_type": None}
HEAD = {"classifier.weight": (4, 16), "classifier.bias": (4,)}


def weights(fresh: bool | None = True, **more: tuple[int, ...]) -> WeightFacts:
    """A model in memory with a head."""
    tensors = {**HEAD, **more}
    return WeightFacts((), tensors, head=tuple(tensors), learning=(), fresh_head=fresh)


@pytest.mark.parametrize(("fresh", "confidence"), [(True, 0.95), (None, 0.75)])
def test_in_memory(fresh: bool | None, confidence: float) -> None:
    """Drawn here, or perhaps."""
    facts = {"adapter": adapter(changes=NO_TASK), "config": classifier(), "weights": weights(fresh)}
    found = seen(NAME, Moment.BEFORE, **facts)

    assert (found.variant, found.severity, found.confidence) == ("frozen", "error", confidence)
    assert (found.numbers["count"], found.numbers["wanted"], found.numbers["task"]) == (2, "SEQ_CLS", "not set")


def test_low_rank_change_of_a_drawn_head() -> None:
    """The head's own matrix is lost all the same."""
    lora = {"classifier.lora_A.default.weight": (4, 16)}
    low = adapter({**pairs(), "base_model.model.classifier.lora_A.weight": (4, 16)}, NO_TASK)
    found = seen(NAME, Moment.BEFORE, adapter=low, config=classifier(), weights=weights(**lora))

    assert (found.variant, found.numbers["count"]) == ("adapted", 2)


@pytest.mark.parametrize(
    ("kind", "task", "head"),
    [
        ("BertForSequenceClassification", "SEQ_CLS", "classifier"),
        ("BertForTokenClassification", "TOKEN_CLS", "classifier"),
        ("BertForQuestionAnswering", "QUESTION_ANS", "qa_outputs"),
    ],
)
def test_saved(kind: str, task: str, head: str) -> None:
    """PEFT writes the class into the adapter where no task type was given."""
    changes = {"task_type": None, "auto_mapping": {"base_model_class": kind}}
    found = seen(NAME, Moment.AFTER, adapter=adapter(changes=changes))
    beside = seen(NAME, Moment.AFTER, adapter=adapter(changes=changes, base_modules=("bert.pooler.dense",)))

    assert (found.variant, found.numbers["wanted"], found.numbers["head"]) == ("lost", task, head)
    assert found.confidence < beside.confidence


def test_clear() -> None:
    """The head is saved, was trained before, is the base's own, or there is none that would be fresh."""
    told = {"config": classifier(), "weights": weights()}
    mapping = {"task_type": None, "auto_mapping": {"base_model_class": "GPT2LMHeadModel"}}

    assert look(NAME, Moment.BEFORE, adapter=adapter(whole=("classifier",)), **told) is None
    assert look(NAME, Moment.BEFORE, adapter=adapter(), config=classifier(), weights=weights(fresh=False)) is None
    assert look(NAME, Moment.BEFORE, adapter=adapter(), config=classifier("BertModel"), weights=weights()) is None
    assert look(NAME, Moment.AFTER, adapter=adapter(whole=("classifier",))) is None
    assert look(NAME, Moment.AFTER, adapter=adapter(base_modules=("bert.pooler", "classifier"))) is None
    assert look(NAME, Moment.AFTER, adapter=adapter(changes=mapping)) is None
    assert look(NAME, Moment.AFTER, adapter=adapter({})) is None
