"""Vocabularies and embedding tables: how many rows a table has, and a vocabulary of other words for scenes."""

import json
from collections.abc import Mapping

from luthier.facts.arguments import Plain
from luthier.facts.saved import SavedConfig, WeightFacts


def rows_of_table(weights: WeightFacts | None, config: SavedConfig | None) -> int | None:
    """Rows of the token embedding, as stored, else as the config says; None where neither is known."""
    if weights is not None and weights.embedding_rows is not None:
        return weights.embedding_rows
    return stated(config.model, "vocab_size") if config is not None else None


def stated(config: Mapping[str, Plain], name: str) -> int | None:
    """A whole number of a config, which models for pictures and text keep one level down; None where it is not said."""
    inner = config.get("text_config")
    value = config.get(name, inner.get(name) if isinstance(inner, dict) else None)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def other_vocabulary(words: int) -> str:
    """A tokenizer.json of so many words that nobody says, behind the special tokens of BERT."""
    special = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    pieces = [*special, *(f"w{number}" for number in range(words - len(special)))]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    lower = {"type": "BertNormalizer", "lowercase": True}
    model = {"type": "WordPiece", "unk_token": "[UNK]", "vocab": vocabulary}
    return json.dumps({"version": "1.0", "added_tokens": [], "normalizer": lower, "model": model})
