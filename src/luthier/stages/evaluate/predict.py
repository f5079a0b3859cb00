"""Logits of a model for a split, in order of the rows."""

from contextlib import nullcontext

import torch
from torch import Tensor

from luthier.models.load import Classifier
from luthier.tasks._batches import Feed, collate, sorted_batches
from luthier.tasks._contract import Encoded

_TOKENS_PER_BATCH = 2048


@torch.no_grad()
def predict_logits(
    model: Classifier, encoded: Encoded, pad_id: int, *, feed: Feed | None = None, bf16: bool = False
) -> Tensor:
    """Predict a split in batches of like lengths.

    Args:
        model: left in evaluation mode. encoded: rows. pad_id: id of the padding token. feed: replays a frozen part, or
            None. bf16: compute in bf16; for scores while training. Final scores are computed in fp32, as users will
            load the model.

    Returns:
        (rows, classes) fp32.
    """
    model.eval()
    device = model.device
    logits: Tensor | None = None
    context = torch.autocast(device.type, dtype=torch.bfloat16) if bf16 else nullcontext()
    for rows in sorted_batches(encoded.lengths, _TOKENS_PER_BATCH):
        batch = collate(encoded, rows, pad_id)
        if feed is not None:
            feed(batch)
        with context:
            output = model(input_ids=batch.ids.to(device), attention_mask=batch.mask.to(device)).logits
        if logits is None:
            logits = torch.empty((len(encoded), output.shape[-1]))
        logits[torch.from_numpy(rows)] = output.float().cpu()
    return logits if logits is not None else torch.empty((0, model.config.num_labels))
