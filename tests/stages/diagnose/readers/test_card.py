"""Settings in model cards, as the Trainer of several years wrote them."""

import pytest

from luthier.stages.diagnose.readers.card import losses, number, results, settings

OLD = """---
license: apache-2.0
tags:
- generated_from_trainer
---
# my-model

### Training hyperparameters

The following hyperparameters were used during training:
- learning_rate: 2e-05
- train_batch_size: 16
- eval_batch_size: 32
- seed: 42
- distributed_type: multi-GPU
- num_devices: 4
- gradient_accumulation_steps: 2
- total_train_batch_size: 128
- optimizer: Adam with betas=(0.9,0.98) and epsilon=1e-06
- lr_scheduler_type: linear
- lr_scheduler_warmup_ratio: 0.1
- num_epochs: 3.0
- mixed_precision_training: Native AMP
- label_smoothing_factor: 0.1

### Training results

- learning_rate: 1
"""
NEW = """The following hyperparameters were used during training:
- learning_rate: 0.0001
- train_batch_size: 8
- optimizer: Use OptimizerNames.ADAMW_TORCH_FUSED with betas=(0.9,0.999) and epsilon=1e-08 and optimizer_args=No args
- lr_scheduler_type: SchedulerType.COSINE
- lr_scheduler_warmup_steps: 0.03
- training_steps: 1000
"""


def test_an_old_card() -> None:
    """A card of Transformers 4.2x, up to the next heading."""
    assert settings(OLD) == {
        "learning_rate": 2e-5,
        "per_device_train_batch_size": 16,
        "per_device_eval_batch_size": 32,
        "seed": 42,
        "world_size": 4,
        "gradient_accumulation_steps": 2,
        "adam_beta1": 0.9,
        "adam_beta2": 0.98,
        "adam_epsilon": 1e-6,
        "lr_scheduler_type": "linear",
        "warmup_ratio": 0.1,
        "num_train_epochs": 3.0,
        "fp16": True,
        "label_smoothing_factor": 0.1,
    }


def test_a_new_card() -> None:
    """A card of Transformers 4.46 and later names the optimiser's setting."""
    assert settings(NEW) == {
        "learning_rate": 1e-4,
        "per_device_train_batch_size": 8,
        "optim": "adamw_torch_fused",
        "adam_beta1": 0.9,
        "adam_beta2": 0.999,
        "adam_epsilon": 1e-8,
        "lr_scheduler_type": "cosine",
        "warmup_steps": 0.03,
        "max_steps": 1000,
    }


@pytest.mark.parametrize("text", ["", "# A model", "- learning_rate: 1", "hyperparameters were used during training"])
def test_no_settings(text: str) -> None:
    """Other cards hold none."""
    assert settings(text) == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("-1", -1), ("3.0", 3.0), ("2e-05", 2e-5), (".5", 0.5), ("1E3", 1000.0), ("auto", None), ("1_0", None)],
)
def test_number(text: str, value: float | None) -> None:
    """Whole numbers stay whole; words are none."""
    read = number(text)

    assert read == value
    assert type(read) is type(value)


def test_no_number_is_endless() -> None:
    """A million digits are no setting."""
    assert number("9" * 1_000_000) is None


SENTENCES = """---
tags:
- sentence-transformers
- loss:MatryoshkaLoss
- loss:MultipleNegativesRankingLoss
---
# SentenceTransformer
- loss:NoTag

### Training Hyperparameters
#### Non-Default Hyperparameters

- `gradient_accumulation_steps`: 4

#### All Hyperparameters

- `per_device_train_batch_size`: 8
- `learning_rate`: 5e-05
- `bf16`: False
- `tf32`: None
- `batch_sampler`: no_duplicates
- `debug`: []
"""


def test_a_card_of_sentence_transformers() -> None:
    """All settings that are one value, and the losses among the tags."""
    assert settings(SENTENCES) == {
        "gradient_accumulation_steps": 4,
        "per_device_train_batch_size": 8,
        "learning_rate": 5e-5,
        "bf16": False,
        "tf32": None,
        "batch_sampler": "no_duplicates",
    }
    assert losses(SENTENCES) == ("MatryoshkaLoss", "MultipleNegativesRankingLoss")
    assert losses(OLD) == losses(SENTENCES[4:]) == ()


def test_scores() -> None:
    """Names in small letters, up to the first line that is no score."""
    text = """This model is a fine-tuned version of bert on an unknown dataset.
It achieves the following results on the evaluation set:
- Loss: 0.2601
- F1 Macro: 0.9
- Samples: many

## Model description
- Loss: 3
"""
    assert results(text) == {"loss": 0.2601, "f1_macro": 0.9}
    assert results("# A model") == {}
