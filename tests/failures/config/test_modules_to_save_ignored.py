"""Names that fit nothing."""

import pytest

from luthier.facts.finding import Moment
from tests.failures.adapter_examples import adapter
from tests.failures.examples import look, seen

NAME = "modules_to_save_ignored"


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_misspelt(moment: Moment) -> None:
    """One of one is an error, one of two a warning; what PEFT adds is not counted."""
    alone = seen(NAME, moment, adapter=adapter(changes={"task_type": None, "modules_to_save": ("classifer",)}))
    names = {"modules_to_save": ("poler", "bert.pooler", "classifier", "score")}
    beside = seen(NAME, moment, adapter=adapter(changes=names, whole=("bert.pooler.dense", "classifier")))

    assert (alone.severity, alone.numbers["names"]) == ("error", "classifer")
    assert (beside.severity, beside.numbers["names"], beside.numbers["total"]) == ("warning", "poler", 2)


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_clear(moment: Moment) -> None:
    """All are there, only PEFT's own are not, none is named, or no tensors were read."""
    added = {"modules_to_save": ("classifier", "score")}
    heads = {"task_type": "CAUSAL_LM", "modules_to_save": ("embed_tokens", "head")}

    assert look(NAME, moment, adapter=adapter(changes=added, whole=("classifier",))) is None
    assert look(NAME, moment, adapter=adapter(changes=heads, whole=("model.embed_tokens", "lm_head"))) is None
    assert look(NAME, moment, adapter=adapter()) is None
    assert look(NAME, moment, adapter=adapter({}, {"modules_to_save": ("classifer",)})) is None
