"""Texts to ids: flat, cut, in any number."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoTokenizer

from luthier.models import tokenizer as module
from luthier.models.tiny import write_tiny_model
from luthier.models.tokenizer import TextTokenizer

TEXTS = ["good morning", "", "soup " * 40, "good soup"]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> TextTokenizer:
    """Of a tiny model."""
    return TextTokenizer.load(write_tiny_model(tmp_path_factory.mktemp("tiny"), TEXTS, positions=16))


def rows(ids: np.ndarray, starts: np.ndarray) -> list[list[int]]:
    """Ids of each text."""
    return [ids[a:b].tolist() for a, b in pairwise(starts)]


def test_ids_lie_flat(tokenizer: TextTokenizer) -> None:
    """Each text has its special tokens; an empty one has nothing else."""
    found = rows(*tokenizer.ids(TEXTS, None))

    assert [len(row) for row in found] == [4, 2, 42, 4]
    assert len({row[0] for row in found}) == 1
    assert tokenizer.special_tokens == 2
    assert set(found[1]) <= set(tokenizer.special_ids)
    assert found[0][1] == found[3][1]


def test_the_cut_counts_special_tokens(tokenizer: TextTokenizer) -> None:
    """A long text keeps the first tokens and its end mark."""
    whole, cut = rows(*tokenizer.ids(TEXTS, None))[2], rows(*tokenizer.ids(TEXTS, 8))[2]

    assert cut == [*whole[:7], whole[-1]]


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("max_tokens", [None, 8])
@pytest.mark.parametrize("special", [True, False])
def test_as_transformers_does(tmp_path: Path, side: str, max_tokens: int | None, special: bool) -> None:
    """The ids are those of a call of the tokenizer itself, whichever side it cuts."""
    folder = write_tiny_model(tmp_path, TEXTS, positions=16)
    reference = AutoTokenizer.from_pretrained(folder, truncation_side=side)
    own = TextTokenizer(AutoTokenizer.from_pretrained(folder, truncation_side=side))
    made = reference(TEXTS, truncation=max_tokens is not None, max_length=max_tokens, add_special_tokens=special)

    assert rows(*own.ids(TEXTS, max_tokens, special)) == made["input_ids"]


def test_chunks_do_not_show(tokenizer: TextTokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ids are the same however many texts are encoded at once."""
    whole = tokenizer.ids(TEXTS * 5, 8)
    monkeypatch.setattr(module, "_CHUNK", 3)

    chunked = tokenizer.ids(TEXTS * 5, 8)

    assert all(np.array_equal(a, b) for a, b in zip(whole, chunked, strict=True))


def test_no_texts(tokenizer: TextTokenizer) -> None:
    """Nothing in, nothing out."""
    ids, starts = tokenizer.ids([], 8)

    assert (len(ids), starts.tolist()) == (0, [0])


def test_ids_of_special_tokens(tokenizer: TextTokenizer) -> None:
    """The ids that padding, masking and counting need are those of the files."""
    assert tokenizer.pad_id == 0
    assert tokenizer.unknown_id == 1
    assert tokenizer.mask_id == 4
    assert set(tokenizer.special_ids) == {0, 1, 2, 3, 4}
