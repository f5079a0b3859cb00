"""A BERT classifier of four topics in a `transformers.Trainer`, rows tokenized and padded as the tutorials do."""

from typing import Any

import torch
from transformers import (
    BertForSequenceClassification,
    GPT2Config,
    GPT2ForSequenceClassification,
    Trainer,
    TrainingArguments,
)

from luthier.facts.arguments import Plain
from luthier.failures import _corpora
from luthier.integrations.scenery import bodies, collators, training, weights, words
from luthier.integrations.scenery.options import Wanted
from luthier.integrations.scenery.rows import ROWS, sentences

_FAULTS = ("html", "damaged", "sign", "few", "numbered")
OPTIONS = frozenset(
    (
        "outputs",
        "labels_from",
        "labels_as_float",
        "labels_all_ignored",
        "misnamed_label",
        "multilabel",
        "labels_as_int",
        "unresized_tokens",
        "long_rows",
        "mask_missing",
        "keep_text",
        "one_label",
        "train_rows",
        "cyrillic",
        "decoder",
        "stale_ids",
        "metric",
        "named_labels",
        "weights_read",
        "sorted",
        *_FAULTS,
        *collators.OPTIONS,
    )
)
"""Options of this scene.

- `outputs`: width of the head; 4 fits;
- `labels_from`: id of the first label; 0 fits;
- `labels_as_float`: 1 stores class ids as floats;
- `labels_all_ignored`: 1 gives every row the label -100;
- `misnamed_label`: 1 calls the label column "target";
- `multilabel`: 1 gives each row one truth value per class, as floats, and the model the loss for it;
- `labels_as_int`: with `multilabel`, 1 stores the truth values as integers;
- `unresized_tokens`: tokens added to the tokenizer and put before every text, while the embedding table stays;
- `long_rows`: 1 lets rows run on beyond the positions of the model;
- `mask_missing`: 1 leaves out the attention mask;
- `keep_text`: 1 keeps the columns text and topic beside the ids;
- `one_label`: 1 gives every row the same label;
- `train_rows`: rows to train on; 40 unless said;
- `decoder`: 1 takes a GPT-2 with a head in place of the BERT, 2 one whose config has another padding token;
- `stale_ids`: 1 takes the ids of the rows from another tokenizer, as a cache does that was not made anew;
- `cyrillic`: 1 writes the texts in Cyrillic letters, of which the vocabulary has no word;
- `metric`: 0 leaves out `compute_metrics`;
- `named_labels`: 1 names the classes in the data set and in the config alike; 2 gives the config the same names in
  another order, 3 the names of another task, 4 none; 5 numbers the names anew for the way back, from name to id;
- `weights_read`: 1 gives rows a column `weight` and the trainer a `compute_loss` that reads it where it is there;
- `sorted`: 1 puts the training rows in the order of their labels;
- `html`, `damaged`, `sign`, `few`, `numbered`: see `failures/_faults.py`;
- those of `collators.OPTIONS`: see there.
"""

_LIMIT = 64
_CYRILLIC = " ".join("абвгдежзийклмнопрстуфхцчшщ")
_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", _CYRILLIC.replace(" ", ""))
_NAMES = tuple(sorted(_corpora.LABELS["topics"]))
_NAMED = {1: _NAMES, 2: _NAMES[::-1], 3: ("contradiction", "entailment", "neutral", "unrelated"), 5: _NAMES}


class Weighing(Trainer):  # type: ignore[misc]
    """A Trainer with a loss of its own: rows weigh what their column says."""

    def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **rest: Any) -> Any:
        """The mean loss of the rows, weighed where weights are there."""
        weights = inputs.pop("weight", None)
        outputs = model(**inputs)
        losses = torch.nn.functional.cross_entropy(outputs.logits, inputs["labels"], reduction="none")
        loss = losses.mean() if weights is None else (losses * weights).sum() / weights.sum()
        return (loss, outputs) if return_outputs else loss


def body(tokenizer: Any, outputs: int) -> Any:
    """A random BERT with a head."""
    return BertForSequenceClassification(bodies.bert_config(tokenizer, _LIMIT, outputs))


def _decoder(tokenizer: Any, outputs: int) -> Any:
    """A random GPT-2 with a head, which reads the last token that is no padding."""
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=_LIMIT,
        n_embd=16,
        n_layer=2,
        n_head=2,
        initializer_range=0.25,
        num_labels=outputs,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=tokenizer.pad_token_id,
    )
    return GPT2ForSequenceClassification(config)


def accuracy(predicted: Any) -> dict[str, float]:
    """Share of rows whose most likely class is the label."""
    return {"accuracy": float((predicted.predictions.argmax(-1) == predicted.label_ids).mean())}


def make(wanted: Wanted) -> Any:
    """Build it."""
    texts, labels = _texts(wanted)
    tokenizer = words.word_pieces([*texts, _CYRILLIC] if wanted.on("cyrillic") else texts)
    texts = [text.lower().translate(_LETTERS) for text in texts] if wanted.on("cyrillic") else texts
    torch.manual_seed(0)
    model = (_decoder if wanted.on("decoder") else body)(tokenizer, wanted.count("outputs", 4))
    if wanted.count("decoder") == 2:
        model.config.pad_token_id = tokenizer.unk_token_id
    if wanted.on("multilabel"):
        model.config.problem_type = "multi_label_classification"
    if names := _NAMED.get(wanted.count("named_labels")):
        model.config.id2label = dict(enumerate(names))
        back = names[::-1] if wanted.count("named_labels") == 5 else names
        model.config.label2id = {name: number for number, name in enumerate(back)}
    new = weights.with_new_tokens(tokenizer, model, wanted, resized=False)
    maker = words.word_pieces(sentences()) if wanted.on("stale_ids") else tokenizer
    return trainer(wanted, model, tokenizer, rows(wanted, maker, texts, labels, new))


def trainer(wanted: Wanted, model: Any, tokenizer: Any, data: list[dict[str, Any]], rate: float = 5e-5) -> Any:
    """A Trainer on these rows."""
    metric = accuracy if wanted.options.get("metric", 1) and not wanted.on("multilabel") else None
    usual: dict[str, Plain] = {"learning_rate": rate}
    collator = collators.of_classifier(tokenizer, wanted)
    kinds = (Weighing if wanted.on("weights_read") else Trainer), TrainingArguments
    names = _NAMES if wanted.on("named_labels") else ()
    return training.trainer(
        wanted, model, tokenizer, data, collator, usual=usual, metrics=metric, kinds=kinds, names=names
    )


def _texts(wanted: Wanted) -> tuple[list[str], list[int]]:
    count = wanted.count("train_rows", ROWS)
    faults = {name: wanted.options[name] for name in _FAULTS if name in wanted.options}
    made = _corpora.make("topics", count + count // 4, faults, 0)
    texts, labels = made["text"].to_pylist(), [_NAMES.index(name) for name in made["label"].to_pylist()]
    if wanted.on("sorted"):
        order = [*sorted(range(count), key=lambda place: labels[place]), *range(count, len(labels))]
        return [texts[place] for place in order], [labels[place] for place in order]
    return texts, labels


def rows(wanted: Wanted, tokenizer: Any, texts: list[str], labels: list[int], new: list[str]) -> list[dict[str, Any]]:
    """Tokenized rows with their labels."""
    made = []
    for text, label in zip(texts, labels, strict=True):
        whole = " ".join([*new, text, *([text] * 8 if wanted.on("long_rows") else [])])
        encoded = tokenizer(whole, truncation=not wanted.on("long_rows"))
        row: dict[str, Any] = {"input_ids": encoded["input_ids"]}
        if not wanted.on("mask_missing"):
            row["attention_mask"] = encoded["attention_mask"]
        row["target" if wanted.on("misnamed_label") else "label"] = _label(wanted, label)
        if wanted.on("keep_text"):
            row |= {"text": text, "topic": f"topic {label}"}
        if wanted.on("weights_read"):
            row["weight"] = 1.0 + label
        made.append(row)
    return made


def _label(wanted: Wanted, label: int) -> int | float | list[float] | list[int]:
    if wanted.on("labels_all_ignored"):
        return -100
    if wanted.on("one_label"):
        return 0
    if wanted.on("multilabel"):
        held = [int(number in (label, (label + 1) % 4)) for number in range(4)]
        return held if wanted.on("labels_as_int") else [float(one) for one in held]
    number = label + wanted.count("labels_from")
    return float(number) if wanted.on("labels_as_float") else number
