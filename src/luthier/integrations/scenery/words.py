"""Tokenizers of the scenes, made in code: a WordPiece as BERT has it, byte-level BPE as GPT-2 has it, and a BPE with
word marks as T5 has it.
"""

import re
from collections.abc import Iterable
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

START, END, PAD = "<|bos|>", "<|end|>", "<|pad|>"
TURN = "<|start|>"
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
SOURCE, TARGET = "en_XX", "de_DE"

MARKED = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|start|>' + message['role'] + '\\n' }}"
    "{% if message['role'] == 'assistant' %}"
    "{% generation %}{{ message['content'] + '<|end|>' }}{% endgeneration %}"
    "{% else %}{{ message['content'] + '<|end|>' }}{% endif %}"
    "{{ '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start|>assistant\\n' }}{% endif %}"
)
"""A chat template in the manner of ChatML, with the markers from which masks of assistant turns are made."""
UNMARKED = MARKED.replace("{% generation %}", "").replace("{% endgeneration %}", "")
ENDLESS = MARKED.replace(
    "message['content'] + '<|end|>' }}{% endgeneration %}", "message['content'] }}{% endgeneration %}"
)


def word_pieces(texts: Iterable[str], positions: int = 64) -> Any:
    """A lower-casing WordPiece tokenizer with [CLS] and [SEP]; other words than those of the texts fall into letters.

    Its pieces are listed, not trained: the trainer of the tokenizers library breaks ties by chance.
    """
    words = sorted({word for text in texts for word in re.findall(r"\w+|[^\w\s]", text.lower())})
    letters = sorted({letter for word in words for letter in word} | set("abcdefghijklmnopqrstuvwxyz0123456789?.,"))
    pieces = [*_SPECIAL, *letters, *(f"##{letter}" for letter in letters), *words]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    inner = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer(lowercase=True)
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.decoder = decoders.WordPiece()
    ends = [(token, inner.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    inner.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ends)
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        model_max_length=positions,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )


def byte_pairs(texts: Iterable[str], positions: int = 128, *, template: str = "", pad_is_eos: bool = False) -> Any:
    """A byte-level BPE tokenizer that puts the BOS token before a text.

    Args:
        texts: what its at most 500 pieces are learned from.
        positions: longest input that it states.
        template: chat template; empty means none.
        pad_is_eos: the padding token is the end token, as users of models without one set it.
    """
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500,
        special_tokens=[START, END, PAD, TURN],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    inner.train_from_iterator(texts, trainer)
    inner.post_processor = processors.TemplateProcessing(f"{START} $A", special_tokens=[(START, 0)])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner,
        model_max_length=positions,
        bos_token=START,
        eos_token=END,
        pad_token=END if pad_is_eos else PAD,
    )
    if template:
        tokenizer.chat_template = template
    return tokenizer


class TwoSided(PreTrainedTokenizerFast):  # type: ignore[misc]
    """Sources begin with the code of their language, targets with that of theirs, as in mBART and NLLB."""

    def _switch_to_input_mode(self) -> None:
        self._begin_with(SOURCE)

    def _switch_to_target_mode(self) -> None:
        self._begin_with(TARGET)

    def _begin_with(self, code: str) -> None:
        inner = self.backend_tokenizer
        ids = [(token, inner.token_to_id(token)) for token in (code, "</s>")]
        inner.post_processor = processors.TemplateProcessing(f"{code} $A </s>", special_tokens=ids)


def marked_words(texts: Iterable[str], positions: int = 128) -> Any:
    """A BPE tokenizer with word marks, an end token behind every text and another language code before targets."""
    inner = Tokenizer(models.BPE(unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Metaspace()
    inner.decoder = decoders.Metaspace()
    codes: list[str | AddedToken] = ["<pad>", "</s>", "<unk>", SOURCE, TARGET]
    inner.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=500, special_tokens=codes, show_progress=False))
    tokenizer = TwoSided(
        tokenizer_object=inner,
        model_max_length=positions,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        additional_special_tokens=[SOURCE, TARGET],
    )
    tokenizer._switch_to_input_mode()
    return tokenizer
