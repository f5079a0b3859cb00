"""What an evaluation keeps in memory: Trainer joins the scores of all rows before it asks for metrics."""

import os
from collections.abc import Sequence
from typing import Any

import torch

from luthier.facts.census import Kind, RowCensus, Scoring
from luthier.integrations.loading import row_tokens
from luthier.integrations.opened import Opened
from luthier.integrations.tokens import TOKEN_KINDS


def scoring_of(opened: Opened, kind: Kind, outputs: int, rows: Sequence[RowCensus]) -> Scoring | None:
    """What evaluations keep; None where the evaluation rows are a stream.

    Args:
        opened: the trainer.
        kind: of the labels.
        outputs: width of the scores.
        rows: census of the first training rows; the longest target of an encoder-decoder is taken from them.
    """
    count = opened.scored_rows
    if count is None:
        return None
    if kind not in TOKEN_KINDS:
        return Scoring(count, 0, count * outputs if opened.keeps_scores else 0, _memory(opened.args))
    targets = kind == "sequence_to_sequence"
    positions = max((row.supervised for row in rows), default=0) if targets else _longest(opened.evaluation)
    numbers = count * positions * outputs if opened.keeps_scores else 0
    return Scoring(count, positions, numbers, _memory(opened.args))


def _longest(rows: Any) -> int:
    return max(row_tokens(rows).values(), default=0)


def _memory(args: Any) -> int:
    """Bytes of the memory in which scores are joined: the accelerator's, unless they are moved off it now and then."""
    moved = getattr(args, "use_cpu", False) or getattr(args, "eval_accumulation_steps", None) is not None
    if torch.cuda.is_available() and not moved:
        return int(torch.cuda.get_device_properties(0).total_memory)
    known = {"SC_PAGE_SIZE", "SC_PHYS_PAGES"} <= set(getattr(os, "sysconf_names", {}))
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if known else 0
