"""What a model was trained for, and what a run of that kind cannot have."""

import pytest

from luthier.facts.saved import AdapterFacts, SavedConfig
from luthier.stages.diagnose.tasks import outside, task_of


@pytest.mark.parametrize(
    ("architecture", "task", "possible"),
    [
        ("BertForSequenceClassification", "text_classification", {"data"}),
        ("BertForTokenClassification", "token_classification", set()),
        ("BertForQuestionAnswering", "question_answering", {"spans"}),
        ("GPT2LMHeadModel", "instruction", {"pairs", "generations"}),
        ("SomethingNew", "", {"data", "pairs", "spans", "generations"}),
    ],
)
def test_rows_that_a_task_can_have(architecture: str, task: str, possible: set[str]) -> None:
    """A classifier has no answer spans, a model that writes has no labels; of an unknown one everything may be."""
    saved = SavedConfig("", {"architectures": (architecture,)})

    assert task_of(None, saved, None) == task
    assert {"data", "pairs", "spans", "generations"} - outside(task, saved, None) == possible


def test_a_whole_model_has_no_adapter() -> None:
    """Where an adapter was saved, or nothing at all, failures of adapters are asked."""
    saved = SavedConfig("", {"architectures": ("BertForSequenceClassification",)})

    assert "adapter" in outside("text_classification", saved, None)
    assert "adapter" not in outside("text_classification", saved, AdapterFacts("", {}))
    assert "adapter" not in outside("text_classification", None, None)
