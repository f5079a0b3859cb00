"""Facts of saved models and their tokenizers made by hand: healthy ones, changed as named."""

from luthier.facts.arguments import Plain
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.tokenizer import TokenizerFacts

FILES = ("config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")


def config(
    architecture: str = "GPT2LMHeadModel", generation: dict[str, Plain] | None = None, **values: Plain
) -> SavedConfig:
    """The configs of a saved model."""
    model: dict[str, Plain] = {"architectures": (architecture,), "vocab_size": 1000, "eos_token_id": 2, **values}
    return SavedConfig("", model, {"eos_token_id": 2} if generation is None else generation, files=FILES)


def tokenizer(**changes: object) -> TokenizerFacts:
    """A tokenizer for chats whose turns end with its end token."""
    values: dict[str, object] = {
        "source": "out",
        "size": 1000,
        "special": {"bos": 1, "eos": 2, "pad": 0},
        "special_text": {"bos": "<s>", "eos": "</s>", "pad": "<pad>"},
        "added": {"<pad>": 0, "<s>": 1, "</s>": 2, "<|im_end|>": 3},
        "chat_template": "…",
        "turn_end": "</s>",
    }
    return TokenizerFacts(**{**values, **changes})  # type: ignore[arg-type]


def weights(**changes: object) -> WeightFacts:
    """Ten tensors of an encoder and a head, in one file."""
    shapes = {f"bert.encoder.layer.{number}.weight": (4, 4) for number in range(10)} | {"classifier.weight": (2, 4)}
    values: dict[str, object] = {"files": ("model.safetensors",), "tensors": shapes, "head": ("classifier.weight",)}
    return WeightFacts(**{**values, **changes})  # type: ignore[arg-type]
