"""A T5 that writes summaries, in a `Seq2SeqTrainer`; labels are padded with the ignored index."""

from typing import Any

import torch
from transformers import (
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    T5Config,
    T5ForConditionalGeneration,
    default_data_collator,
)

from luthier.facts.arguments import Plain
from luthier.integrations.scenery import training, weights, words
from luthier.integrations.scenery.options import Wanted
from luthier.integrations.scenery.rows import summaries

OPTIONS = frozenset(
    (
        "padding_in_labels",
        "wrong_decoder_start",
        "target_as_source",
        "no_end_token",
        "targets_cut",
        "keep_text",
        "shifted_labels",
        "no_target_code",
        "no_generation_length",
        "unresized_tokens",
        "long_row",
        "uneven_targets",
    )
)
"""Options of this scene.

- `padding_in_labels`: 1 pads labels to their limit with the padding token;
- `wrong_decoder_start`: 1 starts the decoder with the end token where the model was made for the padding token;
- `target_as_source`: 1 tokenizes targets as if they were sources;
- `no_end_token`: 1 leaves the end token out of the targets;
- `targets_cut`: tokens kept of each target; 32 fits;
- `keep_text`: 1 keeps the columns document and summary beside the ids;
- `shifted_labels`: 1 moves labels one to the left, which the model does once more;
- `no_target_code`: 1 leaves the code of their language out of the targets;
- `no_generation_length`: 1 says nothing of the length of generated texts;
- `unresized_tokens`: tokens added to the tokenizer and put before every source, while the embedding table stays;
- `long_row`: times that the source of one row is written behind itself, uncut;
- `uneven_targets`: 1 writes every other target twice, so that the targets of a batch differ in length.
"""


def make(wanted: Wanted) -> Any:
    """Build it."""
    pairs = summaries()
    if wanted.on("uneven_targets"):
        pairs = [(source, " ".join([target] * (1 + number % 2))) for number, (source, target) in enumerate(pairs)]
    tokenizer = words.marked_words([text for pair in pairs for text in pair])
    torch.manual_seed(0)
    start = tokenizer.eos_token_id if wanted.on("wrong_decoder_start") else tokenizer.pad_token_id
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=2,
        num_heads=2,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=start,
    )
    model = T5ForConditionalGeneration(config)
    new = weights.with_new_tokens(tokenizer, model, wanted, resized=False)
    data = [_row(wanted, tokenizer, " ".join([*new, source]), target) for source, target in pairs]
    if times := wanted.count("long_row"):
        data[1]["input_ids"] = tokenizer(" ".join([pairs[1][0]] * times))["input_ids"]
        data[1]["attention_mask"] = [1] * len(data[1]["input_ids"])
    padded = wanted.on("padding_in_labels")
    collator = default_data_collator if padded else DataCollatorForSeq2Seq(tokenizer, model=model)
    usual: dict[str, Plain] = {"predict_with_generate": True}
    usual |= {} if wanted.on("no_generation_length") else {"generation_max_length": 32}
    kinds = Seq2SeqTrainer, Seq2SeqTrainingArguments
    return training.trainer(wanted, model, tokenizer, data, collator, usual=usual, kinds=kinds)


def _row(wanted: Wanted, tokenizer: Any, source: str, target: str) -> dict[str, Any]:
    padded = wanted.on("padding_in_labels")
    padding: dict[str, Any] = {"padding": "max_length", "truncation": True} if padded else {"truncation": True}
    read = tokenizer(source, max_length=96, **padding)
    limit = wanted.count("targets_cut", 32)
    as_source = wanted.on("target_as_source")
    if as_source:
        labels = tokenizer(target, max_length=limit, **padding)["input_ids"]
    else:
        labels = tokenizer(text_target=target, max_length=limit, **padding)["input_ids"]
    if wanted.on("no_end_token"):
        labels = [one for one in labels if one != tokenizer.eos_token_id]
    if wanted.on("no_target_code"):
        labels = [one for one in labels if one != tokenizer.convert_tokens_to_ids(words.TARGET)]
    if wanted.on("shifted_labels"):
        labels = [*labels[1:], -100]
    kept = {"document": source, "summary": target} if wanted.on("keep_text") else {}
    return {"input_ids": read["input_ids"], "attention_mask": read["attention_mask"], "labels": labels, **kept}
