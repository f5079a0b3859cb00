"""LoRA on the classifier, in a `transformers.Trainer`."""

from typing import Any

import torch

from luthier.failures import _corpora
from luthier.integrations.optional import need
from luthier.integrations.scenery import classifier, weights, words
from luthier.integrations.scenery.options import Wanted
from luthier.integrations.scenery.rows import ROWS

OPTIONS = frozenset(
    (
        "lora_without_head",
        "lora_misspelt",
        "lora_absent",
        "new_tokens",
        "new_tokens_learn",
        "lora_narrow",
        "lora_frozen",
        "lora_rank",
        "lora_alpha",
    )
) | (classifier.OPTIONS - {"multilabel", "labels_as_int"})
"""Options of this scene, beside those of the classifier.

- `lora_without_head`: 1 leaves out the task type, so that the head neither learns nor is saved;
- `lora_misspelt`: 1 asks to save a module that the model does not have;
- `lora_absent`: 1 targets the modules of another architecture too;
- `new_tokens`: tokens added, the table resized, but no row of it learns;
- `new_tokens_learn`: 1 lets the rows of these tokens learn;
- `lora_narrow`: 1 adapts the query of the first layer alone;
- `lora_frozen`: 1 freezes the adapter, as loading it for inference does;
- `lora_rank`, `lora_alpha`: 4 and 8 unless said.
"""


def make(wanted: Wanted) -> Any:
    """Build it."""
    peft = need("peft")
    made = _corpora.make("topics", ROWS + ROWS // 4, {}, 0)
    texts, names = made["text"].to_pylist(), made["label"].to_pylist()
    classes = sorted(set(names))
    tokenizer = words.word_pieces(texts)
    torch.manual_seed(0)
    model = classifier.body(tokenizer, wanted.count("outputs", 4))
    if wanted.on("new_tokens"):
        model.config.save_pretrained(wanted.folder / "base")
        model.config._name_or_path = str(wanted.folder / "base")
    new = weights.with_new_tokens(tokenizer, model, wanted, resized=wanted.on("new_tokens"))
    learned = {"word_embeddings": tokenizer.convert_tokens_to_ids(new)} if wanted.on("new_tokens_learn") else None
    config = peft.LoraConfig(
        task_type=None if wanted.on("lora_without_head") else "SEQ_CLS",
        r=wanted.count("lora_rank", 4),
        lora_alpha=wanted.count("lora_alpha", 8),
        lora_dropout=0.05,
        target_modules=_targets(wanted),
        modules_to_save=["classifer"] if wanted.on("lora_misspelt") else None,
        trainable_token_indices=learned,
    )
    adapted = peft.get_peft_model(model, config)
    if wanted.on("lora_frozen"):
        for parameter in adapted.parameters():
            parameter.requires_grad_(False)
    rows = classifier.rows(wanted, tokenizer, texts, [classes.index(name) for name in names], new)
    return classifier.trainer(wanted, adapted, tokenizer, rows, rate=5e-4)


def _targets(wanted: Wanted) -> str | list[str]:
    if wanted.on("lora_narrow"):
        return r".*layer\.0\..*query"
    return ["query", "value", *(["q_proj", "v_proj", "up_proj"] if wanted.on("lora_absent") else [])]
