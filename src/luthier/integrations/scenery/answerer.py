"""A BERT that marks the answer in a context, in a `transformers.Trainer`; the columns of SQuAD stay beside the ids."""

from typing import Any

import torch
from transformers import BertForQuestionAnswering, default_data_collator

from luthier.integrations.scenery import bodies, training, words
from luthier.integrations.scenery.options import Wanted
from luthier.integrations.scenery.rows import questions

OPTIONS = frozenset(("spans_beyond_cut", "spans_shifted", "keep_text", "limit"))
"""Options of this scene.

- `spans_beyond_cut`: 1 counts positions in the text before it is cut, so that they lie beyond the input;
- `spans_shifted`: tokens by which every span is off;
- `keep_text`: 0 drops question, context and answers;
- `limit`: tokens kept of each row; 64 fits.
"""


def make(wanted: Wanted) -> Any:
    """Build it."""
    rows = questions()
    tokenizer = words.word_pieces(f"{row['question']} {row['context']}" for row in rows)
    torch.manual_seed(0)
    model = BertForQuestionAnswering(bodies.bert_config(tokenizer))
    data = [_row(wanted, tokenizer, row) for row in rows]
    return training.trainer(wanted, model, tokenizer, data, default_data_collator)


def _row(wanted: Wanted, tokenizer: Any, row: dict[str, Any]) -> dict[str, Any]:
    beyond = wanted.on("spans_beyond_cut")
    limit = wanted.count("limit", 18 if beyond else 64)
    encoded = tokenizer(
        row["question"], row["context"], truncation="only_second", max_length=limit, padding="max_length"
    )
    whole = tokenizer(row["question"], row["context"]) if beyond else encoded
    begin = row["answers"]["answer_start"][0]
    end = begin + len(row["answers"]["text"][0])
    first, last = whole.char_to_token(begin, sequence_index=1), whole.char_to_token(end - 1, sequence_index=1)
    shift = wanted.count("spans_shifted")
    spans = (0, 0) if first is None or last is None else (first + shift, last + shift)
    kept = row if wanted.options.get("keep_text", 1) else {}
    return {**encoded, "start_positions": spans[0], "end_positions": spans[1], **kept}
