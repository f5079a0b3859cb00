"""Tokens of a chat template that the base model never met: their vectors are almost zero."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from luthier.errors import RunError
from luthier.facts.tokenizer import TokenizerFacts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.config import model_folder
from luthier.stages.diagnose.readers.heads import embedding_name
from luthier.stages.diagnose.readers.values import FLOATS, row_lengths
from luthier.stages.diagnose.readers.weights import find

SHORT = 0.1
"""Share of the median length below which a vector counts as almost zero. In MiniLM-L6 all have 0.22 of it or more, the
tokens that no text held ("[unused0]") 0.39 or more."""
_SAMPLE = 500


def with_faint(facts: TokenizerFacts | None, base: Path | None) -> TokenizerFacts | None:
    """The tokenizer's facts with such tokens, where there is a template and the base's weights are at hand.

    Args:
        facts: of the saved tokenizer.
        base: folder of the model that was fine-tuned.

    Raises:
        RunError: the base is no folder.
    """
    if facts is None or base is None or not facts.chat_template:
        return facts
    home = Home(base)
    tensors = find(home, model_folder(home) or "").tensors
    table = tensors.get(embedding_name({name: tensor.shape for name, tensor in tensors.items()}) or "")
    if table is None or not table.whole or table.kind not in FLOATS:
        return facts
    tokens = [token for token, row in facts.added.items() if row < table.shape[0] and _written(token, facts)]
    try:
        usual = np.median(row_lengths(table, range(0, table.shape[0], max(1, table.shape[0] // _SAMPLE))))
        lengths = row_lengths(table, [facts.added[token] for token in tokens])
    except RunError:
        return facts
    return replace(facts, faint=tuple(t for t, own in zip(tokens, lengths, strict=True) if own < SHORT * usual))


def _written(token: str, facts: TokenizerFacts) -> bool:
    """Whether the template writes it: under its name, or as the end token."""
    return token in facts.chat_template or token == facts.turn_end
