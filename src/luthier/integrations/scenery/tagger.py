"""A BERT that tags places and persons, in a `transformers.Trainer`; words of several pieces have their tag once."""

from itertools import pairwise
from typing import Any

import torch
from transformers import BertForTokenClassification, DataCollatorForTokenClassification

from luthier.integrations.scenery import bodies, training, words
from luthier.integrations.scenery.options import Wanted
from luthier.integrations.scenery.rows import TAGS, tagged

OPTIONS = frozenset(("subword_labels_copied", "padding_in_labels", "tags_shifted", "outputs", "keep_words", "no_begin"))
"""Options of this scene.

- `subword_labels_copied`: 1 gives every piece of a word its tag, so that one entity begins several times;
- `padding_in_labels`: 1 pads labels with the tag O instead of the ignored index;
- `tags_shifted`: 1 forgets that [CLS] stands in front, so that each tag stands one piece too early;
- `outputs`: width of the head; 4 fits;
- `keep_words`: 1 keeps the columns tokens and ner_tags beside the ids;
- `no_begin`: 1 lets persons begin with I- instead of B-, as the IOB1 scheme has it.
"""


def make(wanted: Wanted) -> Any:
    """Build it."""
    rows = tagged()
    # Half of the texts only, so that names of the other half fall into pieces, as names do.
    tokenizer = words.word_pieces(" ".join(row) for row, _ in rows[::4])
    torch.manual_seed(0)
    config = bodies.bert_config(tokenizer, 128, wanted.count("outputs", len(TAGS)))
    if not wanted.on("outputs"):
        config.id2label = dict(enumerate(TAGS))
    model = BertForTokenClassification(config)
    data = [_row(wanted, tokenizer, *row) for row in rows]
    label_pad = 0 if wanted.on("padding_in_labels") else -100
    collator = DataCollatorForTokenClassification(tokenizer, label_pad_token_id=label_pad)
    return training.trainer(wanted, model, tokenizer, data, collator)


def _row(wanted: Wanted, tokenizer: Any, row: list[str], tags: list[int]) -> dict[str, Any]:
    encoded = tokenizer(row, is_split_into_words=True, truncation=True)
    homes = encoded.word_ids()
    if wanted.on("no_begin"):
        tags = [TAGS.index("I-PERSON") if TAGS[tag] == "B-PERSON" else tag for tag in tags]
    labels = [-100 if home is None else tags[home] for home in homes]
    if not wanted.on("subword_labels_copied"):
        repeated = [False, *(home == before for before, home in pairwise(homes))]
        labels = [-100 if again else label for label, again in zip(labels, repeated, strict=True)]
    if wanted.on("tags_shifted"):
        labels = [*labels[1:], -100]
    kept = {"tokens": row, "ner_tags": tags} if wanted.on("keep_words") else {}
    return {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"], "labels": labels, **kept}
