"""A GPT-2 tuned on conversations by TRL's SFTTrainer, with loss on the assistant's words: two layers, sixteen wide."""

from __future__ import annotations

from luthier.facts.arguments import Plain
from luthier.facts.finding import Number
from luthier.scenes.healthy import vocabularies
from luthier.scenes.healthy.template import ARGUMENTS, SFT, VERSION, Shapes, Template, Weights, draw

WIDTH, LAYERS, POSITIONS = 16, 2, 512
CHAT = (
    "{% for message in messages %}{% if message['role'] == 'assistant' %}<|assistant|>\n"
    "{% generation %}{{ message['content'] }}<|end|>{% endgeneration %}\n"
    "{% else %}<|{{ message['role'] }}|>\n{{ message['content'] }}<|end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
LOG: dict[str, Number] = {"start": 3.3, "end": 1.5, "eval_start": 2.6, "eval_end": 1.62, "norm": 1.4, "norm_end": 0.7}
TOKENIZER: dict[str, Plain] = {
    "backend": "tokenizers",
    "bos_token": "<|endoftext|>",
    "eos_token": "<|end|>",
    "extra_special_tokens": ("<|user|>", "<|assistant|>"),
    "model_max_length": POSITIONS,
    "pad_token": "<|pad|>",
    "tokenizer_class": "TokenizersBackend",
    "unk_token": "<|endoftext|>",
}


def make() -> Template:
    """The healthy run."""
    vocabulary, ids = vocabularies.decoder_tokens()
    return Template(
        arguments={**ARGUMENTS, **SFT, "learning_rate": 2e-5, "num_train_epochs": 3},
        log=LOG,
        tokenizer=TOKENIZER,
        vocabulary=vocabulary,
        chat_template=CHAT,
        config={**config(ids), "use_cache": False},
        generation={
            "_from_model_config": True,
            "bos_token_id": ids["<|endoftext|>"],
            "eos_token_id": ids["<|end|>"],
            "max_new_tokens": 256,
            "output_attentions": False,
            "output_hidden_states": False,
            "pad_token_id": ids["<|pad|>"],
            "transformers_version": VERSION,
            "use_cache": True,
        },
        base_config=config(ids),
        base=base(len(ids)),
    )


def config(ids: dict[str, int]) -> dict[str, Plain]:
    """config.json of the model before tuning."""
    return {
        "activation_function": "gelu_new",
        "add_cross_attention": False,
        "architectures": ("GPT2LMHeadModel",),
        "attn_pdrop": 0.1,
        "bos_token_id": ids["<|endoftext|>"],
        "dtype": "float32",
        "embd_pdrop": 0.1,
        "eos_token_id": ids["<|end|>"],
        "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-05,
        "model_type": "gpt2",
        "n_embd": WIDTH,
        "n_head": 2,
        "n_inner": None,
        "n_layer": LAYERS,
        "n_positions": POSITIONS,
        "pad_token_id": ids["<|pad|>"],
        "reorder_and_upcast_attn": False,
        "resid_pdrop": 0.1,
        "scale_attn_by_inverse_layer_idx": False,
        "scale_attn_weights": True,
        "tie_word_embeddings": True,
        "transformers_version": VERSION,
        "use_cache": True,
        "vocab_size": len(ids),
    }


def base(size: int) -> Weights:
    """Weights of the model before tuning."""
    shapes: dict[str, tuple[int, ...]] = {
        "transformer.ln_f.bias": (WIDTH,),
        "transformer.ln_f.weight": (WIDTH,),
        "transformer.wpe.weight": (POSITIONS, WIDTH),
        "transformer.wte.weight": (size, WIDTH),
    }
    for layer in range(LAYERS):
        shapes |= _layer(f"transformer.h.{layer}")
    return draw(shapes, seed=0)


def _layer(prefix: str) -> Shapes:
    """GPT-2 keeps its projections as (inputs, outputs)."""
    shapes: dict[str, tuple[int, ...]] = {}
    products = {
        "attn.c_attn": (WIDTH, 3 * WIDTH),
        "attn.c_proj": (WIDTH, WIDTH),
        "mlp.c_fc": (WIDTH, 4 * WIDTH),
        "mlp.c_proj": (4 * WIDTH, WIDTH),
    }
    for name, shape in products.items():
        shapes |= {f"{prefix}.{name}.weight": shape, f"{prefix}.{name}.bias": shape[1:]}
    for name in ("ln_1", "ln_2"):
        shapes |= {f"{prefix}.{name}.weight": (WIDTH,), f"{prefix}.{name}.bias": (WIDTH,)}
    return shapes
