"""A BERT that marks the answer in a context, in a `transformers.Trainer`; the columns of SQuAD stay beside the ids."""

from typing import Any

import torch
from transformers import BertForQuestionAnswering, default_data_collator

from luthier.integrations.scenery import bodies, training, words
from luthier.integrations.scenery.options import Wanted
from luthier.integrations.scenery.rows import questions

OPTIONS = frozenset(("spans_beyond_cut", "spans_shifted", "keep_text", "limit", "unanswerable", "left_padding"))
"""Options of this scene.

- `spans_beyond_cut`: 1 counts positions in the text before it is cut, so that they lie beyond the input;
- `spans_shifted`: tokens by which every span is off;
- `keep_text`: 0 drops question, context and answers;
- `limit`: tokens kept of each row; 64 fits;
- `unanswerable`: 1 takes the answer of every other row away, whose span then is the first token;
- `left_padding`: 1 pads on the left.
"""


def make(wanted: Wanted) -> Any:
    """Build it."""
    rows = questions()
    tokenizer = words.word_pieces(f"{row['question']} {row['context']}" for row in rows)
    tokenizer.padding_side = "left" if wanted.on("left_padding") else "right"
    torch.manual_seed(0)
    model = BertForQuestionAnswering(bodies.bert_config(tokenizer))
    none: dict[str, list[Any]] = {"text": [], "answer_start": []}
    if wanted.on("unanswerable"):
        rows = [{**row, "answers": none} if number % 2 else row for number, row in enumerate(rows)]
    data = [_row(wanted, tokenizer, row) for row in rows]
    return training.trainer(wanted, model, tokenizer, data, default_data_collator)


def _row(wanted: Wanted, tokenizer: Any, row: dict[str, Any]) -> dict[str, Any]:
    beyond = wanted.on("spans_beyond_cut")
    limit = wanted.count("limit", 18 if beyond else 64)
    encoded = tokenizer(
        row["question"], row["context"], truncation="only_second", max_length=limit, padding="max_length"
    )
    whole = tokenizer(row["question"], row["context"]) if beyond else encoded
    begin = next(iter(row["answers"]["answer_start"]), 0)
    end = begin + len(next(iter(row["answers"]["text"]), " "))
    first, last = whole.char_to_token(begin, sequence_index=1), whole.char_to_token(end - 1, sequence_index=1)
    shift = wanted.count("spans_shifted")
    here = row["answers"]["text"] and first is not None and last is not None
    spans = (first + shift, last + shift) if here else (0, 0)
    kept = row if wanted.options.get("keep_text", 1) else {}
    return {**encoded, "start_positions": spans[0], "end_positions": spans[1], **kept}
