"""MiniLM-L6 in a plain `transformers.Trainer` on text messages, as its examples build it, healthy and with faults."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)

from benchmarks.sets import Data, sms_spam
from benchmarks.speed.trainer import Tokenized
from luthier.integrations.optional import need
from scripts.fetch_demo import fetch

MAX_TOKENS = 64
TRAIN, HELD_OUT = 800, 80


@dataclass(frozen=True)
class Case:
    """A trainer that is tried.

    Attributes:
        name: what is healthy or wrong about it.
        failed: experiments that must fail; none for a healthy one.
        arguments: settings of TrainingArguments that differ.
        change: done to the trainer once it is built.
        reload: whether the fresh process is part of it.
    """

    name: str
    failed: frozenset[str] = frozenset()
    arguments: dict[str, Any] = field(default_factory=dict)
    change: Callable[[Any], object] = lambda trainer: None
    reload: bool = False


@cache
def _data() -> Data:
    return sms_spam()


def trainer(case: Case, folder: Path) -> Any:
    """Build it; nothing is trained."""
    home, data = fetch("minilm"), _data()
    tokenizer = AutoTokenizer.from_pretrained(home)
    torch.manual_seed(0)
    built = Trainer(
        model=AutoModelForSequenceClassification.from_pretrained(home, num_labels=2),
        args=TrainingArguments(
            output_dir=str(folder), report_to="none", use_cpu=True, disable_tqdm=True, **case.arguments
        ),
        train_dataset=Tokenized(data.train[:TRAIN], data.classes, tokenizer, MAX_TOKENS),
        eval_dataset=Tokenized(data.train[TRAIN : TRAIN + HELD_OUT], data.classes, tokenizer, MAX_TOKENS),
        data_collator=DataCollatorWithPadding(tokenizer, padding="max_length", max_length=MAX_TOKENS),
        processing_class=tokenizer,
        compute_metrics=accuracy,
    )
    case.change(built)
    return built


def accuracy(predicted: Any) -> dict[str, float]:
    """Share of rows that are right."""
    return {"accuracy": float((predicted.predictions.argmax(-1) == predicted.label_ids).mean())}


def _collated(change: Callable[[Any], Any]) -> Callable[[Any], None]:
    """A fault of the collator: what it gives is changed."""

    def fault(built: Any) -> None:
        collate = built.data_collator
        built.data_collator = lambda rows: change(collate(rows))

    return fault


def _without(name: str) -> Callable[[Any], Any]:
    return lambda batch: {key: value for key, value in batch.items() if key != name}


def _one_text(batch: Any) -> Any:
    ids, mask = batch["input_ids"], batch["attention_mask"]
    return {**batch, "input_ids": torch.full_like(ids, 7_592), "attention_mask": torch.ones_like(mask)}


def _told(batch: Any) -> Any:
    ids = batch["input_ids"].clone()
    ids[:, 1] = 2_000 + batch["labels"]
    return {**batch, "input_ids": ids}


def _labels_from_one(built: Any) -> None:
    built.train_dataset._labels = [label + 1 for label in built.train_dataset._labels]


def _summed(built: Any) -> None:
    built.compute_loss_func = lambda outputs, labels, num_items_in_batch: functional.cross_entropy(
        outputs.logits, labels, reduction="sum"
    )


def _cut(built: Any) -> None:
    inner = built.model.bert.forward
    built.model.bert.forward = lambda *given, **named: _detached(inner(*given, **named))


def _detached(outputs: Any) -> Any:
    outputs.pooler_output = outputs.pooler_output.detach()
    return outputs


def _body_optimiser(built: Any) -> None:
    built.optimizer = torch.optim.AdamW(built.model.bert.parameters(), lr=5e-5)


def _mixing(built: Any) -> None:
    inner = built.model.classifier.forward
    built.model.classifier.forward = lambda states: inner(states - states.mean(dim=0))


class _Always(nn.Dropout):
    def forward(self, states: torch.Tensor) -> torch.Tensor:
        return functional.dropout(states, self.p, training=True)


def _dropping(built: Any) -> None:
    for module in built.model.modules():
        for name, child in module.named_children():
            if type(child) is nn.Dropout:
                setattr(module, name, _Always(child.p))


def _raising(built: Any) -> None:
    built.compute_metrics = lambda predicted: {"accuracy": predicted.predictions.argmax(-1) / predicted.labels}


def _shifted(built: Any) -> None:
    built.compute_metrics = lambda predicted: {
        "accuracy": float((predicted.predictions.argmax(-1)[:-1] == predicted.label_ids[1:]).mean())
    }


def _one_long_row(built: Any) -> None:
    rows = built.train_dataset
    rows._encoded["input_ids"][700] = [101, *[2_023] * 600, 102]
    rows._encoded["attention_mask"][700] = [1] * 602
    if "token_type_ids" in rows._encoded:
        rows._encoded["token_type_ids"][700] = [0] * 602
    built.data_collator = DataCollatorWithPadding(built.processing_class)


def _headless(built: Any) -> None:
    def save(folder: str) -> None:
        weights = built.model.state_dict()
        body = {name: weight for name, weight in weights.items() if not name.startswith("classifier")}
        built.model.save_pretrained(folder, state_dict=body)

    built.save_model = save


def _lora(built: Any) -> None:
    peft = need("peft")
    config = peft.LoraConfig(task_type="SEQ_CLS", r=8, lora_alpha=16, target_modules=["query", "value"])
    built.model = built.model_wrapped = peft.get_peft_model(built.model, config)


def _frozen(built: Any) -> None:
    built.model.bert.requires_grad_(False)


HEALTHY = (
    Case("full tuning", reload=True),
    Case("head alone", change=_frozen),
    Case("LoRA on query and value", change=_lora),
    Case("bf16 autocast", arguments={"bf16": True}),
    Case("label smoothing 0.1", arguments={"label_smoothing_factor": 0.1}),
)
FAULTY = (
    Case("labels counted from 1", frozenset({"start_loss", "longest_batch"}), change=_labels_from_one),
    Case("loss summed over rows", frozenset({"start_loss"}), change=_summed),
    Case("every row the same text", frozenset({"one_batch_overfit"}), change=_collated(_one_text)),
    Case("body cut off from the loss", frozenset({"gradient_reach", "weights_move"}), change=_cut),
    Case("head in no group of the optimiser", frozenset({"weights_move"}), change=_body_optimiser),
    Case(
        "weights kept in bf16, rate 2e-5",
        frozenset({"weights_move"}),
        {"learning_rate": 2e-5},
        lambda built: built.model.bfloat16(),
    ),
    Case("attention mask lost", frozenset({"batch_invariance"}), change=_collated(_without("attention_mask"))),
    Case("rows see their neighbours", frozenset({"batch_invariance"}), change=_mixing),
    Case("stock BERT, accumulation 4", frozenset({"accumulation"}), {"gradient_accumulation_steps": 4}),
    Case("dropout left on", frozenset({"repeated_evaluation"}), change=_dropping),
    Case("metric raises", frozenset({"evaluation_path", "metric_self_test"}), change=_raising),
    Case("metric shifted by one row", frozenset({"metric_self_test"}), change=_shifted),
    Case("one row longer than the positions", frozenset({"longest_batch"}), change=_one_long_row),
    Case("head not saved", frozenset({"reload"}), change=_headless, reload=True),
    Case("label written into the text", frozenset({"permuted_labels"}), change=_collated(_told)),
)
