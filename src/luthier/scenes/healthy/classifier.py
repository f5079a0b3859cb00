"""A BERT that tells four topics apart, tuned by Trainer: two layers, sixteen wide."""

from __future__ import annotations

from luthier.facts.arguments import Plain
from luthier.failures._corpora import LABELS
from luthier.scenes.healthy import vocabularies
from luthier.scenes.healthy.template import ARGUMENTS, VERSION, Shapes, Template, draw

WIDTH, LAYERS, POSITIONS, CUT = 16, 2, 512, 128


def make() -> Template:
    """The healthy run."""
    vocabulary, size = vocabularies.encoder_tokens(CUT)
    names = sorted(LABELS["topics"])
    return Template(
        arguments={**ARGUMENTS, "metric_for_best_model": "accuracy", "greater_is_better": True},
        log={"start": 1.4, "end": 0.12, "eval_end": 0.26, "metric": "accuracy", "first": 0.55, "last": 0.92},
        tokenizer={
            "backend": "tokenizers",
            "cls_token": "[CLS]",
            "mask_token": "[MASK]",
            "model_max_length": POSITIONS,
            "pad_token": "[PAD]",
            "sep_token": "[SEP]",
            "tokenizer_class": "TokenizersBackend",
            "unk_token": "[UNK]",
        },
        vocabulary=vocabulary,
        config={
            **_config(size, "BertForSequenceClassification"),
            "id2label": {str(number): name for number, name in enumerate(names)},
            "label2id": {name: number for number, name in enumerate(names)},
            "problem_type": "single_label_classification",
            "use_cache": False,
        },
        base_config=_config(size, "BertForPreTraining"),
        base=draw({f"bert.{name}": shape for name, shape in _shapes(size).items()}, seed=0),
        fresh={"classifier.bias": (len(names),), "classifier.weight": (len(names), WIDTH)},
    )


def _config(size: int, architecture: str) -> dict[str, Plain]:
    return {
        "add_cross_attention": False,
        "architectures": (architecture,),
        "attention_probs_dropout_prob": 0.1,
        "bos_token_id": None,
        "classifier_dropout": None,
        "dtype": "float32",
        "eos_token_id": None,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": WIDTH,
        "initializer_range": 0.02,
        "intermediate_size": 2 * WIDTH,
        "is_decoder": False,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": POSITIONS,
        "model_type": "bert",
        "num_attention_heads": 2,
        "num_hidden_layers": LAYERS,
        "pad_token_id": 0,
        "tie_word_embeddings": True,
        "transformers_version": VERSION,
        "type_vocab_size": 2,
        "use_cache": True,
        "vocab_size": size,
    }


def _shapes(size: int) -> Shapes:
    square, wide = (WIDTH, WIDTH), (2 * WIDTH, WIDTH)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.LayerNorm.bias": (WIDTH,),
        "embeddings.LayerNorm.weight": (WIDTH,),
        "embeddings.position_embeddings.weight": (POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "embeddings.word_embeddings.weight": (size, WIDTH),
        "pooler.dense.bias": (WIDTH,),
        "pooler.dense.weight": square,
    }
    dense = {
        "attention.output.dense": square,
        "attention.self.key": square,
        "attention.self.query": square,
        "attention.self.value": square,
        "intermediate.dense": wide,
        "output.dense": wide[::-1],
    }
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}"
        for name, shape in dense.items():
            shapes |= {f"{prefix}.{name}.weight": shape, f"{prefix}.{name}.bias": shape[:1]}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{prefix}.{name}.weight": (WIDTH,), f"{prefix}.{name}.bias": (WIDTH,)}
    return shapes
