"""A GPT-2 that learns answers, in a `transformers.Trainer`: the prompt is masked, the end token is learned."""

from collections.abc import Callable
from typing import Any

import torch
from transformers import DataCollatorForLanguageModeling, DataCollatorForSeq2Seq, GPT2Config, GPT2LMHeadModel

from luthier.integrations.scenery import training, weights, words
from luthier.integrations.scenery.options import Wanted
from luthier.integrations.scenery.rows import prompts

OPTIONS = frozenset(
    (
        "pad_is_eos",
        "no_end_token",
        "labels_all_ignored",
        "padding_in_labels",
        "shifted_labels",
        "two_bos",
        "prompt_in_loss",
        "collator_rebuilds",
        "long_prompts",
        "unresized_tokens",
        "left_padding",
        "packing",
        "mask_missing",
        "keep_text",
    )
)
"""Options of this scene.

- `pad_is_eos`: 1 pads with the end token under the collator for language models, which then masks every end; its rows
  bring no labels;
- `no_end_token`: 1 leaves the end token out of the rows;
- `labels_all_ignored`: 1 masks the answers too;
- `padding_in_labels`: 1 pads labels with the padding token;
- `shifted_labels`: 1 moves labels one to the left, which the model does once more;
- `two_bos`: 1 writes the BOS token into the text, before which the tokenizer puts its own;
- `prompt_in_loss`: 1 leaves the prompt unmasked;
- `collator_rebuilds`: 1 hands masked rows to the collator for language models, which makes its labels anew;
- `long_prompts`: 1 lets every prompt fill the limit of 48 tokens, so that the answers are cut away; 2 every other one;
- `unresized_tokens`: tokens added to the tokenizer and put before every prompt, while the embedding table stays;
- `left_padding`: 1 pads on the left;
- `packing`: 1 joins four rows into one without saying where one ends; 2 says so by `position_ids`;
- `mask_missing`: 1 leaves out the attention mask;
- `keep_text`: 1 keeps the columns prompt and completion beside the ids.
"""

LIMIT = 48


def body(tokenizer: Any) -> Any:
    """A random GPT-2 of two layers."""
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=256,
        n_embd=16,
        n_layer=2,
        n_head=2,
        initializer_range=0.1,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return GPT2LMHeadModel(config)


def make(wanted: Wanted) -> Any:
    """Build it."""
    pairs = prompts()
    tokenizer = words.byte_pairs([prompt + answer for prompt, answer in pairs], pad_is_eos=wanted.on("pad_is_eos"))
    tokenizer.padding_side = "left" if wanted.on("left_padding") else "right"
    torch.manual_seed(0)
    model = body(tokenizer)
    new = weights.with_new_tokens(tokenizer, model, wanted, resized=False)
    asked = [(" ".join([*new, prompt]), answer) for prompt, answer in pairs]
    data = _packed(wanted, [_row(wanted, tokenizer, *pair, number) for number, pair in enumerate(asked)])
    return training.trainer(wanted, model, tokenizer, data, _collator(wanted, tokenizer))


def _row(wanted: Wanted, tokenizer: Any, prompt: str, answer: str, number: int) -> dict[str, Any]:
    long = wanted.count("long_prompts") == 1 or (wanted.on("long_prompts") and number % 2)
    asked = (prompt + " ") * 12 if long else prompt
    before = tokenizer((tokenizer.bos_token if wanted.on("two_bos") else "") + asked)["input_ids"]
    after = tokenizer(answer, add_special_tokens=False)["input_ids"]
    after += [] if wanted.on("no_end_token") else [tokenizer.eos_token_id]
    ids = (before + after)[:LIMIT]
    masked = len(ids) if wanted.on("labels_all_ignored") else 0 if wanted.on("prompt_in_loss") else len(before)
    labels = ([-100] * masked + ids[masked:])[: len(ids)]
    row: dict[str, Any] = {"input_ids": ids}
    if not wanted.on("pad_is_eos"):
        row["labels"] = [*labels[1:], -100] if wanted.on("shifted_labels") else labels
    if not wanted.on("mask_missing"):
        row["attention_mask"] = [1] * len(ids)
    return row | ({"prompt": asked, "completion": answer} if wanted.on("keep_text") else {})


def _packed(wanted: Wanted, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not wanted.on("packing"):
        return rows
    made = []
    for start in range(0, len(rows), 4):
        four = rows[start : start + 4]
        joined = {name: [one for row in four for one in row[name]] for name in ("input_ids", "labels")}
        if wanted.count("packing") == 2:
            joined["position_ids"] = [place for row in four for place in range(len(row["input_ids"]))]
        else:
            joined["attention_mask"] = [1] * len(joined["input_ids"])
        made.append(joined)
    return made


def _collator(wanted: Wanted, tokenizer: Any) -> Callable[..., Any]:
    if wanted.on("packing") and wanted.count("packing") == 2:
        return one_by_one
    if wanted.on("pad_is_eos") or wanted.on("collator_rebuilds"):
        return TextsOnly(tokenizer)
    ignored = tokenizer.pad_token_id if wanted.on("padding_in_labels") else -100
    collator: Callable[..., Any] = DataCollatorForSeq2Seq(tokenizer, label_pad_token_id=ignored)
    return collator


class TextsOnly(DataCollatorForLanguageModeling):  # type: ignore[misc]
    """The collator for language models; labels of the rows go, since it cannot pad them and makes its own anyway."""

    def __init__(self, tokenizer: Any) -> None:
        super().__init__(tokenizer, mlm=False)

    def __call__(self, features: list[dict[str, Any]], return_tensors: str | None = None) -> Any:
        """Collate."""
        kept = [{name: value for name, value in row.items() if name != "labels"} for row in features]
        return super().__call__(kept, return_tensors)


def one_by_one(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows joined end to end into one, without padding; `position_ids` begin anew in each."""
    return {name: torch.tensor([[one for row in features for one in row[name]]]) for name in features[0]}
