"""A fine-tuned classifier to disk, in the layout that Transformers' users expect."""

from pathlib import Path

from transformers import PreTrainedModel

from luthier.models.heads import plain
from luthier.models.tokenizer import TextTokenizer
from luthier.models.vocabulary import Vocabulary, expanded


def save_classifier(
    model: PreTrainedModel, vocabulary: Vocabulary | None, tokenizer: TextTokenizer, max_tokens: int, folder: Path
) -> None:
    """Write config with label names, safetensors and tokenizer files.

    Args:
        model: unchanged afterwards.
        vocabulary: the compact vocabulary that it trained with, or None.
        tokenizer: saved beside it.
        max_tokens: where texts were cut in training.
        folder: exists and is empty.
    """
    attention = model.config._attn_implementation
    with expanded(model, vocabulary), plain(model):
        model.set_attn_implementation("sdpa")
        model.save_pretrained(folder)
        model.set_attn_implementation(attention)
    tokenizer.save(folder, max_tokens)
