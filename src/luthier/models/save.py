"""A fine-tuned classifier to disk, in the layout that Transformers' users expect."""

from pathlib import Path

from safetensors import SafetensorError
from transformers import PreTrainedModel

from luthier.errors import RunError
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

    Raises:
        RunError: a file could not be written, as safetensors and tokenizers tell it.
        OSError: the same, as Python tells it.
    """
    attention = model.config._attn_implementation
    try:
        with expanded(model, vocabulary), plain(model):
            model.set_attn_implementation("sdpa")
            model.save_pretrained(folder)
            model.set_attn_implementation(attention)
        tokenizer.save(folder, max_tokens)
    except SafetensorError as error:
        raise _cannot_save(folder, error) from error
    except Exception as error:
        if type(error) is Exception:  # tokenizers knows no other kind
            raise _cannot_save(folder, error) from error
        raise


def _cannot_save(folder: Path, error: Exception) -> RunError:
    return RunError(
        f"the model cannot be written: {error}",
        where=str(folder.parent),
        next_step="look at the disk; training is not lost: go on with luthier fit --resume",
    )
