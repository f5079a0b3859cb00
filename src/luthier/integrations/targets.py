"""Targets of encoder-decoder models: how they begin, and by which side of the tokenizer they were made."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from luthier.integrations.batches import Batch
from luthier.integrations.ends import Marks
from luthier.integrations.kinds import IGNORED
from luthier.integrations.opened import base_of
from luthier.integrations.tokens import TokenRow


def source_in_target(rows: Iterable[TokenRow], marks: Marks, tokenizer: Any) -> float | None:
    """Share of target tokens that only the source side of the tokenizer gives for the same words."""
    if tokenizer is None:
        return None
    differ = total = 0
    for row in rows:
        target = [label for label in row.labels if label not in (IGNORED, marks.pad) and label >= 0]
        text = tokenizer.decode(target, skip_special_tokens=True)
        held = Counter(one for one in target if one not in marks.ends)
        as_source, as_target = Counter(tokenizer(text)["input_ids"]), Counter(tokenizer(text_target=text)["input_ids"])
        differ += ((held & as_source) - as_target).total()
        total += held.total()
    return differ / total if total else None


def decoder_start(batches: Iterable[Batch], model: Any) -> tuple[int, ...]:
    """First ids that the decoder reads, distinct: given in the batch, or made by the model from the labels."""
    model, found = base_of(model), set()
    for batch in batches:
        given = batch.tensors.get("decoder_input_ids")
        if given is None and hasattr(model, "prepare_decoder_input_ids_from_labels"):
            given = model.prepare_decoder_input_ids_from_labels(labels=batch.tensors["labels"])
        if given is not None:
            found |= set(given[:, 0].tolist())
    return tuple(sorted(found))


def target_start(rows: Sequence[TokenRow]) -> tuple[int, ...]:
    """First labels that enter the loss, distinct."""
    first = (next((one for one in row.labels if one != IGNORED), None) for row in rows)
    return tuple(sorted({one for one in first if one is not None}))
