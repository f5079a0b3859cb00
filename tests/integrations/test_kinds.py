"""What labels are, by the model's class or by their shape."""

from typing import Any

import pytest
import torch
from torch import Tensor

from luthier.integrations.kinds import kind_of, outputs_of, type_of

IDS = torch.tensor([[3, 4, 5], [6, 7, 8]])


def model(name: str, **config: Any) -> Any:
    """An object of a class with this name and such a config."""
    return type(name, (), {"config": type("Config", (), config)()})()


@pytest.mark.parametrize(
    ("name", "config", "tensors", "kind"),
    [
        ("BertForSequenceClassification", {"num_labels": 3}, {"labels": torch.tensor([0, 2])}, "classes"),
        ("BertForSequenceClassification", {"num_labels": 1}, {"labels": torch.tensor([0, 2])}, "number"),
        ("BertForSequenceClassification", {"num_labels": 3}, {"labels": torch.zeros(2, 3)}, "multilabel"),
        ("BertForSequenceClassification", {"num_labels": 3}, {"labels": IDS}, "multilabel"),
        ("BertForTokenClassification", {}, {"labels": IDS}, "tags"),
        ("BertForMultipleChoice", {}, {"labels": torch.tensor([0, 1])}, "classes"),
        ("BertForMaskedLM", {}, {"labels": IDS}, "masked_token"),
        ("BertForQuestionAnswering", {}, {"start_positions": torch.tensor([1, 2])}, "span"),
        ("GPT2LMHeadModel", {}, {"labels": IDS}, "next_token"),
        ("LlamaForCausalLM", {}, {"labels": IDS}, "next_token"),
        ("T5ForConditionalGeneration", {"is_encoder_decoder": True}, {"labels": IDS[:, :2]}, "sequence_to_sequence"),
        ("MistralForConditionalGeneration", {"is_encoder_decoder": False}, {"labels": IDS}, "next_token"),
        ("MyOwn", {}, {"labels": IDS}, "next_token"),
        ("MyOwn", {}, {"labels": IDS - 3}, "tags"),
        ("MyOwn", {"num_labels": 4}, {"labels": torch.tensor([0, 1])}, "classes"),
        ("MyOwn", {}, {}, "none"),
    ],
)
def test_kinds(name: str, config: dict[str, Any], tensors: dict[str, Tensor], kind: str) -> None:
    """Each kind is told."""
    assert kind_of(model(name, **config), {"input_ids": IDS, **tensors}) == kind


def test_outputs() -> None:
    """Width of the answer, by kind."""
    assert outputs_of(model("BertForSequenceClassification", num_labels=3), "classes", {}) == 3
    assert outputs_of(model("GPT2LMHeadModel", vocab_size=50), "next_token", {}) == 50
    assert outputs_of(model("BertForQuestionAnswering"), "span", {}) == 2
    choices = {"input_ids": torch.zeros(2, 4, 9)}
    assert outputs_of(model("BertForMultipleChoice"), "classes", choices) == 4


def test_types() -> None:
    """Integers, floats and truth values are told apart."""
    assert [type_of(one) for one in (None, IDS, IDS.float(), IDS.bool())] == ["", "int", "float", "bool"]
