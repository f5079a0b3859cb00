"""Settings of another tool as a plan, and configs as facts of a model."""

import math
from dataclasses import replace

import numpy as np
import pytest

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.plan import Plan
from luthier.facts.saved import AdapterFacts, SavedConfig, WeightFacts
from luthier.facts.trace import Trace
from luthier.stages.diagnose.translated import NO_LIMIT, frozen, model_facts, plan_of

BERT: dict[str, Plain] = {
    "architectures": ("BertForSequenceClassification",),
    "model_type": "bert",
    "num_hidden_layers": 6,
    "hidden_size": 384,
    "vocab_size": 30522,
    "max_position_embeddings": 512,
    "pad_token_id": 0,
}
GPT2: dict[str, Plain] = {
    "architectures": ("GPT2LMHeadModel",),
    "model_type": "gpt2",
    "n_layer": 12,
    "n_embd": 768,
    "vocab_size": 50257,
    "n_positions": 1024,
}
T5: dict[str, Plain] = {
    "architectures": ("T5ForConditionalGeneration",),
    "model_type": "t5",
    "num_layers": 6,
    "d_model": 512,
    "vocab_size": 32128,
    "is_encoder_decoder": True,
}


def arguments(kind: str = "TrainingArguments", **values: Plain) -> Arguments:
    """Settings as they are read."""
    return Arguments(kind, "transformers", dict(values), "training_args.bin")


def saved(config: dict[str, Plain]) -> SavedConfig:
    """The config of a saved model."""
    return SavedConfig("", config)


def log(total: int = 400, per_epoch: int = 100) -> Trace:
    """A log of so many steps."""
    return Trace(np.array([]), np.array([]), {}, {}, total_steps=total, steps_per_epoch=per_epoch)


def plan(trace: Trace | None = None, **values: Plain) -> Plan:
    """The plan of these settings."""
    made = plan_of(arguments(**values), None, None, trace)
    assert made is not None
    return made


def test_no_settings_no_plan() -> None:
    """Nothing is made up where nothing was read."""
    assert plan_of(None, saved(BERT), None) is None


def test_a_usual_run() -> None:
    """Each value stands in its place, with the file as its reason."""
    made = plan(
        num_train_epochs=2,
        per_device_train_batch_size=12,
        gradient_accumulation_steps=3,
        learning_rate=3e-4,
        lr_scheduler_type="cosine",
        warmup_steps=0.06,
        weight_decay=0.1,
        max_grad_norm=0.5,
        bf16=True,
        label_smoothing_factor=0.1,
        metric_for_best_model="eval_f1",
        save_strategy="steps",
        save_steps=200,
        eval_strategy="epoch",
        dataloader_num_workers=2,
        seed=7,
    )
    train = made.train

    assert (train.epochs, train.batch_size, train.accumulation, train.rate, train.head_rate) == (2, 12, 3, 3e-4, 3e-4)
    assert (train.schedule, train.warmup, train.weight_decay, train.clip) == ("cosine", 0.06, 0.1, 0.5)
    assert (train.precision, train.label_smoothing, train.metric, train.save_every) == ("bf16", 0.1, "f1", 200)
    assert (train.evaluations_per_epoch, train.workers, made.seed) == (1, 2, 7)
    assert isinstance(train.accumulation, int)
    assert all(reason.text == "training_args.bin" and reason.by == "user" for reason in made.reasons.values())
    assert len(made.reasons) == 16


def test_what_was_not_read_has_no_reason() -> None:
    """The defaults of Transformers stand where nothing was read, and no reason claims them."""
    made = plan(learning_rate=1e-4)

    assert sorted(made.reasons) == ["train.head_rate", "train.rate"]
    assert (made.train.batch_size, made.train.weight_decay, made.train.warmup) == (8, 0.0, 0.0)
    assert (made.data.path, made.data.clean, made.data.test_share, made.task) == ("", (), 0.0, "")


@pytest.mark.parametrize(
    "values",
    [
        {"learning_rate": float("nan")},
        {"learning_rate": -1.0},
        {"learning_rate": "1e-4"},
        {"num_train_epochs": 0},
        {"num_train_epochs": float("inf")},
        {"per_device_train_batch_size": 0},
        {"gradient_accumulation_steps": 0},
        {"gradient_accumulation_steps": True},
        {"lr_scheduler_type": "mine"},
        {"lr_scheduler_type": 3},
        {"warmup_steps": -5},
        {"seed": "seven"},
        {"bf16": "auto"},
        {"metric_for_best_model": None},
    ],
)
def test_values_that_are_none(values: dict[str, Plain]) -> None:
    """A value that no run can have is not taken over."""
    made = plan(**values)

    assert made.reasons == {}
    assert made == plan()


@pytest.mark.parametrize(
    ("values", "trace", "warmup", "read"),
    [
        ({"warmup_steps": 0}, None, 0.0, True),
        ({"warmup_steps": 0.1}, None, 0.1, True),
        ({"warmup_steps": 50}, None, 0.0, False),
        ({"warmup_steps": 50}, log(), 0.125, True),
        ({"warmup_steps": 500}, log(), 1.25, True),
        ({"warmup_steps": 50, "max_steps": 200}, None, 0.25, True),
        ({"warmup_ratio": 1.0, "warmup_steps": 0}, None, 1.0, True),
        ({"warmup_ratio": 1.0}, None, 1.0, True),
        ({"warmup_steps": 50, "lr_scheduler_type": "constant"}, None, 0.0, True),
        ({"warmup_steps": 0.2, "lr_scheduler_type": "constant_with_warmup"}, None, 0.2, True),
        ({}, log(), 0.0, False),
    ],
)
def test_warmup(values: dict[str, Plain], trace: Trace | None, warmup: float, read: bool) -> None:
    """Shares and steps; steps need the length of the run, and a constant rate has no warmup."""
    made = plan(trace, **values)

    assert made.train.warmup == warmup
    assert ("train.warmup" in made.reasons) == read


def test_steps_win_over_epochs() -> None:
    """`max_steps` decides; the epochs follow from the log, and are unknown without one."""
    made = plan(log(), max_steps=250, num_train_epochs=3)

    assert made.train.epochs == 2.5
    assert made.reasons["train.epochs"].text == "training_args.bin says max_steps=250, at 100 steps an epoch"
    assert not made.set_by_user("train.epochs")
    assert "train.epochs" not in plan(max_steps=250, num_train_epochs=3).reasons
    assert plan(max_steps=-1, num_train_epochs=5).train.epochs == 5


def test_devices() -> None:
    """Rows of all devices together, where their number was stored."""
    assert plan(per_device_train_batch_size=8, n_gpu=0, world_size=1).train.batch_size == 8
    assert plan(per_device_train_batch_size=8, n_gpu=2).train.batch_size == 16
    assert plan(per_device_train_batch_size=8, n_gpu=1, world_size=4).train.batch_size == 32
    assert plan(per_device_train_batch_size=8, n_gpu=2).reasons["train.batch_size"].text.endswith("each of 2 devices")


def test_nearest() -> None:
    """What Luthier does not have becomes the nearest, and the reason says so."""
    made = plan(lr_scheduler_type="polynomial", fp16=True)

    assert (made.train.schedule, made.train.precision) == ("linear", "bf16")
    assert made.reasons["train.schedule"].text == "training_args.bin says polynomial; linear is nearest"
    assert not made.set_by_user("train.precision")


def test_evaluations() -> None:
    """Scoring by steps, by epochs, and never."""
    assert plan(log(), eval_strategy="steps", eval_steps=25).train.evaluations_per_epoch == 4
    assert plan(log(), eval_strategy="steps", eval_steps=1000).train.evaluations_per_epoch == 1
    assert plan(eval_strategy="steps", eval_steps=25).reasons == {}
    assert plan(eval_strategy="no").train.evaluations_per_epoch == 0


def test_loss_as_metric() -> None:
    """The loss is called log loss here."""
    assert plan(metric_for_best_model="eval_loss").train.metric == "log_loss"


def test_length() -> None:
    """Where no setting cuts texts, the model does."""
    assert plan(max_length=512).model.max_tokens == 512
    assert plan().model.max_tokens == NO_LIMIT
    made = plan_of(arguments(), saved(BERT), None)
    assert made is not None
    assert made.model.max_tokens == 512
    assert "model.max_tokens" not in made.reasons


@pytest.mark.parametrize(
    ("config", "kind", "task"),
    [
        (BERT, "TrainingArguments", "text_classification"),
        ({"architectures": ("BertForTokenClassification",)}, "TrainingArguments", "token_classification"),
        ({"architectures": ("DistilBertForQuestionAnswering",)}, "TrainingArguments", "question_answering"),
        (GPT2, "TrainingArguments", "instruction"),
        ({"architectures": ("LlamaForCausalLM",)}, "SFTConfig", "instruction"),
        (T5, "Seq2SeqTrainingArguments", "translation"),
        ({"architectures": ("Gemma3ForConditionalGeneration",)}, "TrainingArguments", "instruction"),
        ({}, "SFTConfig", "instruction"),
        ({}, "Seq2SeqTrainingArguments", "translation"),
        ({}, "TrainingArguments", ""),
    ],
)
def test_task(config: dict[str, Plain], kind: str, task: str) -> None:
    """By the class of the model, else by that of the settings."""
    made = plan_of(arguments(kind), saved(config), None)

    assert made is not None
    assert made.task == task


def test_adapter() -> None:
    """An adapter names the strategy, the model below it, and the task."""
    adapter = AdapterFacts(
        "", {"peft_type": "IA3", "base_model_name_or_path": "some/model", "task_type": "SEQ_2_SEQ_LM"}
    )
    made = plan_of(arguments(), None, adapter)

    assert made is not None
    assert (made.strategy.name, made.model.id, made.task) == ("ia3", "some/model", "translation")
    bare = plan_of(arguments(), None, replace(adapter, config={}))
    assert bare is not None
    assert (bare.strategy.name, bare.model.id) == ("lora", "")


def test_columns_of_trl() -> None:
    """TRL's settings name the column of the text."""
    assert plan(dataset_text_field="question").data.text == "question"


def test_a_config() -> None:
    """A model's facts from its config; its weights are not counted."""
    facts = model_facts(saved(BERT))

    assert facts is not None
    assert (facts.architecture, facts.layers, facts.hidden_size, facts.vocabulary) == ("bert", 6, 384, 30522)
    assert (facts.usable_positions, facts.parameters, facts.id) == (512, None, "")


@pytest.mark.parametrize(
    ("config", "positions"),
    [
        ({**BERT, "model_type": "roberta", "max_position_embeddings": 514, "pad_token_id": 1}, 512),
        ({**BERT, "model_type": "xlm-roberta", "max_position_embeddings": 514, "pad_token_id": None}, 513),
        (GPT2, 1024),
        (T5, NO_LIMIT),
        ({"model_type": "gemma3", "text_config": {**BERT, "max_position_embeddings": 8192}}, 8192),
    ],
)
def test_positions(config: dict[str, Plain], positions: int) -> None:
    """Positions that a token can have, in each family's way of writing them."""
    facts = model_facts(saved(config))

    assert facts is not None
    assert facts.usable_positions == positions


@pytest.mark.parametrize(
    "config",
    [
        {},
        {name: value for name, value in BERT.items() if name != "vocab_size"},
        {**BERT, "hidden_size": "384"},
        {**BERT, "num_hidden_layers": True},
        {**BERT, "max_position_embeddings": 0},
    ],
)
def test_configs_that_do_not_say(config: dict[str, Plain]) -> None:
    """No number is made up where the config has none."""
    assert model_facts(saved(config)) is None
    assert model_facts(None) is None


def test_shares_are_finite() -> None:
    """Whatever was read, arithmetic on the plan works."""
    made = plan(log(0, 0), warmup_steps=10**60, max_steps=10**60, save_steps=10**60, save_strategy="steps")

    assert math.isfinite(made.train.warmup)


@pytest.mark.parametrize(
    ("unchanged", "fresh", "strategy"),
    [(("bert.a", "bert.b"), False, "frozen_body"), (("bert.a",), False, "full"), (("bert.a", "bert.b"), True, "full")],
    ids=["under a trained head", "one tensor moved", "another object was saved"],
)
def test_frozen(unchanged: tuple[str, ...], fresh: bool, strategy: str) -> None:
    """An encoder that is the base's, bit for bit, was frozen, whatever the settings leave unsaid."""
    names = {"bert.a": (4, 4), "bert.b": (4,), "classifier.bias": (2,)}
    weights = WeightFacts(
        ("model.safetensors",), names, unchanged=unchanged, compared=2, head=("classifier.bias",), fresh_head=fresh
    )
    plan = plan_of(Arguments("TrainingArguments", "transformers", {"learning_rate": 2e-5}, "x"), None, None)

    assert plan is not None
    found = frozen(plan, weights, "model.safetensors")
    assert found.strategy.name == strategy
    assert ("strategy.name" in found.reasons) == (strategy == "frozen_body")
