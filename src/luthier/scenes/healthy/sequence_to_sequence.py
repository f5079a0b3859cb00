"""A T5 tuned on summaries by Seq2SeqTrainer, scored on generated texts: two layers, sixteen wide."""

from __future__ import annotations

from luthier.facts.arguments import Plain
from luthier.scenes.healthy import vocabularies
from luthier.scenes.healthy.template import ARGUMENTS, VERSION, Shapes, Template, draw

WIDTH, INNER, LAYERS, LONGEST, CUT, SUMMARY = 16, 32, 2, 512, 256, 64
_ENDS: dict[str, Plain] = {"decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0}


def make() -> Template:
    """The healthy run."""
    vocabulary, size = vocabularies.sequence_tokens(CUT)
    return Template(
        arguments={
            **ARGUMENTS,
            "learning_rate": 3e-4,
            "metric_for_best_model": "rougeL",
            "greater_is_better": True,
            "predict_with_generate": True,
            "generation_max_length": SUMMARY,
            "generation_num_beams": 1,
            "sortish_sampler": False,
        },
        log={
            "start": 3.6,
            "end": 1.6,
            "eval_start": 2.9,
            "eval_end": 1.74,
            "metric": "rougeL",
            "first": 0.14,
            "last": 0.31,
            "norm": 1.8,
        },
        tokenizer={
            "backend": "tokenizers",
            "eos_token": "</s>",
            "model_max_length": LONGEST,
            "pad_token": "<pad>",
            "tokenizer_class": "TokenizersBackend",
            "unk_token": "<unk>",
        },
        vocabulary=vocabulary,
        config={**_config(size), "use_cache": False},
        generation={
            "_from_model_config": False,
            **_ENDS,
            "do_sample": False,
            "early_stopping": False,
            "length_penalty": 1.0,
            "max_length": SUMMARY,
            "num_beams": 1,
            "transformers_version": VERSION,
            "use_cache": True,
        },
        base_config=_config(size),
        base=draw(_shapes(size), seed=0),
    )


def _config(size: int) -> dict[str, Plain]:
    return {
        "architectures": ("T5ForConditionalGeneration",),
        "classifier_dropout": 0.0,
        "d_ff": INNER,
        "d_kv": WIDTH // 2,
        "d_model": WIDTH,
        **_ENDS,
        "dense_act_fn": "relu",
        "dropout_rate": 0.1,
        "dtype": "float32",
        "feed_forward_proj": "relu",
        "initializer_factor": 1.0,
        "is_decoder": False,
        "is_encoder_decoder": True,
        "is_gated_act": False,
        "layer_norm_epsilon": 1e-06,
        "model_type": "t5",
        "num_decoder_layers": LAYERS,
        "num_heads": 2,
        "num_layers": LAYERS,
        "relative_attention_max_distance": 128,
        "relative_attention_num_buckets": 32,
        "scale_decoder_outputs": True,
        "tie_word_embeddings": True,
        "transformers_version": VERSION,
        "use_cache": True,
        "vocab_size": size,
    }


def _shapes(size: int) -> Shapes:
    shapes: dict[str, tuple[int, ...]] = {"shared.weight": (size, WIDTH)}
    for side, parts in (("encoder", ("SelfAttention",)), ("decoder", ("SelfAttention", "EncDecAttention"))):
        shapes[f"{side}.final_layer_norm.weight"] = (WIDTH,)
        shapes[f"{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"] = (32, 2)
        for block in range(LAYERS):
            for number, part in enumerate((*parts, "DenseReluDense")):
                shapes |= _layer(f"{side}.block.{block}.layer.{number}", part)
    return shapes


def _layer(prefix: str, part: str) -> Shapes:
    if part == "DenseReluDense":
        products = {"wi": (INNER, WIDTH), "wo": (WIDTH, INNER)}
    else:
        products = {letter: (WIDTH, WIDTH) for letter in "qkvo"}
    inner = {f"{prefix}.{part}.{name}.weight": shape for name, shape in products.items()}
    return {**inner, f"{prefix}.layer_norm.weight": (WIDTH,)}
