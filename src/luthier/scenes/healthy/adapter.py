"""A LoRA adapter of the GPT-2, tuned on conversations by TRL's SFTTrainer."""

from __future__ import annotations

from luthier.facts.arguments import Plain
from luthier.scenes.healthy import causal, vocabularies
from luthier.scenes.healthy.causal import LAYERS, WIDTH
from luthier.scenes.healthy.template import ARGUMENTS, SFT, Shapes, Template

RANK = 4


def make() -> Template:
    """The healthy run. The base model stands beside the folder, as `base`."""
    vocabulary, ids = vocabularies.decoder_tokens()
    return Template(
        arguments={**ARGUMENTS, **SFT, "learning_rate": 2e-4, "num_train_epochs": 3},
        log={**causal.LOG, "end": 1.7, "eval_end": 1.78, "norm": 0.6, "norm_end": 0.4},
        tokenizer=causal.TOKENIZER,
        vocabulary=vocabulary,
        chat_template=causal.CHAT,
        adapter=_config(),
        base_config=causal.config(ids),
        base=causal.base(len(ids)),
        fresh=_pairs(),
        kept=True,
    )


def _config() -> dict[str, Plain]:
    """adapter_config.json; what is None there by default is left out of it here, as older versions of PEFT did."""
    return {
        "alpha_pattern": {},
        "auto_mapping": None,
        "base_model_name_or_path": "../base",
        "bias": "none",
        "ensure_weight_tying": False,
        "exclude_modules": None,
        "fan_in_fan_out": True,
        "inference_mode": True,
        "init_lora_weights": True,
        "layer_replication": None,
        "layers_pattern": None,
        "layers_to_transform": None,
        "loftq_config": {},
        "lora_alpha": 2 * RANK,
        "lora_bias": False,
        "lora_dropout": 0.0,
        "megatron_config": None,
        "megatron_core": "megatron.core",
        "modules_to_save": None,
        "peft_type": "LORA",
        "peft_version": "0.21.2",
        "r": RANK,
        "rank_pattern": {},
        "revision": None,
        "target_modules": ("c_attn",),
        "target_parameters": None,
        "task_type": "CAUSAL_LM",
        "trainable_token_indices": None,
        "use_dora": False,
        "use_rslora": False,
    }


def _pairs() -> Shapes:
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(LAYERS):
        prefix = f"base_model.model.transformer.h.{layer}.attn.c_attn"
        shapes |= {f"{prefix}.lora_A.weight": (RANK, WIDTH), f"{prefix}.lora_B.weight": (3 * WIDTH, RANK)}
    return shapes
