"""A GPT-2 that learns from conversations in TRL's `SFTTrainer`; the words of the assistant enter the loss."""

from typing import Any

import torch

from luthier.facts.arguments import Plain
from luthier.integrations.optional import need
from luthier.integrations.roles import roles_of
from luthier.integrations.scenery import causal, training, weights, words
from luthier.integrations.scenery.options import Wanted
from luthier.integrations.scenery.rows import conversations

OPTIONS = frozenset(
    (
        "no_end_token",
        "prompt_in_loss",
        "no_generation_markers",
        "two_bos",
        "long_prompts",
        "prompt_completion",
        "packing",
        "pad_is_eos",
        "unresized_tokens",
        "new_tokens",
        "collator_rebuilds",
        "masks_disagree",
        "wrong_turns",
        "lora",
        "faint_turns",
    )
)
"""Options of this scene.

- `no_end_token`: 1 lets the template put no end token behind the assistant's words;
- `prompt_in_loss`: 1 takes every role into the loss;
- `no_generation_markers`: 1 masks by a template without markers, outside of TRL, so that nothing is supervised;
- `two_bos`: 1 renders the template into a text column, before which the tokenizer puts a second BOS token;
- `long_prompts`: 1 lets the questions of every other row fill the limit, so that its answer is cut away;
- `prompt_completion`: 1 hands over prompt and completion instead of messages;
- `packing`: 1 joins rows with `position_ids`, 2 without (TRL's "wrapped");
- `pad_is_eos`: 1 pads with the end token, which TRL's own collator bears;
- `unresized_tokens`: tokens added to the tokenizer and put before every question, while the embedding table stays;
- `new_tokens`: tokens added and put before every question, the table resized;
- `masks_disagree`: 1 masks rows by hand, with turns whose lengths do not add up: every row is ignored, as FastChat did;
- `wrong_turns`: 1 learns the words of the user in place of the assistant's, 2 the last answer alone;
- `lora`: 1 trains LoRA on the attention in place of all weights;
- `faint_turns`: 1 has vectors close to zero for the tokens of the template, as in models that never met them;
- `collator_rebuilds`: 1 replaces TRL's collator by the one for language models, which makes its labels anew.
"""

LIMIT = 128
BY_HAND = ("no_generation_markers", "masks_disagree", "wrong_turns")
"""Options under which the rows bring ids and labels made outside of TRL."""


def make(wanted: Wanted) -> Any:
    """Build it."""
    trl = need("trl")
    rows = conversations()
    texts = [turn["content"] for row in rows for turn in row["messages"]]  # type: ignore[attr-defined]
    tokenizer = words.byte_pairs(texts, LIMIT, template=_template(wanted), pad_is_eos=wanted.on("pad_is_eos"))
    torch.manual_seed(0)
    model = causal.body(tokenizer)
    new = weights.with_new_tokens(tokenizer, model, wanted, resized=wanted.on("new_tokens"))
    if wanted.on("faint_turns"):
        with torch.no_grad():
            model.get_input_embeddings().weight[tokenizer.convert_tokens_to_ids([words.TURN, words.END])] *= 0.001
    if wanted.on("lora"):
        peft = need("peft")
        config = peft.LoraConfig(task_type="CAUSAL_LM", r=4, target_modules=["c_attn"], fan_in_fan_out=True)
        model = peft.get_peft_model(model, config)
    data = [_row(wanted, tokenizer, row["messages"], number, new) for number, row in enumerate(rows)]
    assistant_only = not any(wanted.on(one) for one in ("prompt_in_loss", "two_bos", *BY_HAND))
    settings: dict[str, Plain] = {
        "assistant_only_loss": assistant_only and not wanted.on("prompt_completion"),
        "max_length": None if any(wanted.on(one) for one in BY_HAND) else LIMIT,
        "packing": wanted.on("packing"),
        "packing_strategy": "wrapped" if wanted.count("packing") == 2 else "bfd",
    }
    collator = causal.TextsOnly(tokenizer) if wanted.on("collator_rebuilds") else None
    kinds = trl.SFTTrainer, trl.SFTConfig
    return training.trainer(wanted, model, tokenizer, data, collator, usual=settings, kinds=kinds)


def _template(wanted: Wanted) -> str:
    if wanted.on("no_generation_markers"):
        return words.UNMARKED
    return words.ENDLESS if wanted.on("no_end_token") else words.MARKED


def _row(wanted: Wanted, tokenizer: Any, messages: Any, number: int, new: list[str]) -> dict[str, Any]:
    turns = [dict(turn) for turn in messages]
    asked = next(turn for turn in turns if turn["role"] == "user")
    asked["content"] = " ".join([*new, asked["content"]])
    if wanted.on("long_prompts") and number % 2:
        asked["content"] = " ".join([asked["content"]] * 20)
    if wanted.on("prompt_completion"):
        return {"prompt": turns[:-1], "completion": turns[-1:]}
    if wanted.on("two_bos"):
        return {"text": tokenizer.apply_chat_template(turns, tokenize=False)}
    if any(wanted.on(one) for one in BY_HAND):
        return {"messages": turns, **_by_hand(wanted, tokenizer, turns)}
    return {"messages": turns}


def _by_hand(wanted: Wanted, tokenizer: Any, turns: list[dict[str, str]]) -> dict[str, Any]:
    """Ids and labels; without wrong turns nothing is learned."""
    ids: list[int] = tokenizer.apply_chat_template(turns, tokenize=True, return_dict=True)["input_ids"]
    names = roles_of({"messages": turns}, ids, tokenizer) or []
    learned: list[int] = []
    if wanted.count("wrong_turns") == 1:
        learned = [place for place, name in enumerate(names) if name == "user"]
    elif wanted.on("wrong_turns"):
        last = max(place for place, name in enumerate(names) if name == "user")
        learned = [place for place, name in enumerate(names) if name == "assistant" and place > last]
    return {"input_ids": ids, "labels": [one if place in learned else -100 for place, one in enumerate(ids)]}
