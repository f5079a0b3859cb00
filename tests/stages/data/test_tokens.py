"""Token measures with a tokenizer that can be worked out on paper: a word is a token, between two special ones."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from luthier.facts.rows import Splits
from luthier.stages.data import overlaps, tokens


class Words:
    """Each word is a token; words with a digit are unknown."""

    unknown_id = 1
    special_tokens = 2

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.rows = 0

    def ids(self, texts: Sequence[str], max_tokens: int | None) -> tuple[np.ndarray, np.ndarray]:
        """Flat ids and starts."""
        self.rows += len(texts)
        rows = [[101, *map(self._id, text.split()[: max_tokens - 2 if max_tokens else None]), 102] for text in texts]
        starts = np.cumsum([0, *map(len, rows)])
        return np.array([one for row in rows for one in row], np.int32), starts.astype(np.int64)

    def _id(self, word: str) -> int:
        return 1 if any(map(str.isdigit, word)) else self.known.setdefault(word, len(self.known) + 200)


def table(*texts: str) -> pa.Table:
    """Rows with label a."""
    numbers = pa.array(range(1, len(texts) + 1), pa.int64())
    files = pa.array(["x"] * len(texts), pa.string()).dictionary_encode()
    columns = {"row": numbers, "line": numbers, "file": files, "text": pa.array(texts, pa.string())}
    return pa.table(columns | {"label": pa.array(["a"] * len(texts), pa.string())})


def test_lengths() -> None:
    """Every number on paper: lengths 3, 4, 6, 12 with a cut at 6."""
    texts = table("one", "one two", "a 1 2 3", "a b c d e f g h i 9")["text"]

    found = tokens.lengths(texts, Words(), 6, seed=0)

    assert (found.rows, found.max_tokens, found.rows_cut) == (4, 6, 1)
    assert found.quantiles == {0: 3, 5: 4, 25: 4, 50: 6, 75: 12, 95: 12, 99: 12, 100: 12}
    assert found.tokens_lost_share == 6 / 25
    assert found.pieces_per_word == 1.0
    assert found.unknown_share == 4 / 17
    assert found.rows_mostly_unknown == 1


def test_no_unknown_token() -> None:
    """A tokenizer without one knows everything."""
    tokenizer = Words()
    tokenizer.unknown_id = None  # type: ignore[assignment]

    assert tokens.lengths(table("1 2")["text"], tokenizer, 6, seed=0).unknown_share == 0.0


def test_a_sample_is_enough() -> None:
    """Of many rows 5,000 are measured."""
    tokenizer = Words()

    assert tokens.lengths(table(*["one two"] * 6_000)["text"], tokenizer, 6, seed=0).rows == 5_000
    assert tokenizer.rows == 5_000


def test_what_the_cut_makes_equal() -> None:
    """Rows that differ after the fourth word, within train and across splits; equal texts are not the cut's doing."""
    train = table("a b c d x", "a b c d y", "p q r s one", "short", "same words are here again")
    test = table("p q r s two", "short", "same words are here again", "a b c d")
    splits = overlaps.numbered(Splits(train, table("v"), test, "given"), near=False)

    found, collisions = tokens.after_the_cut(splits, Words(), 6)

    assert collisions == 2
    assert [(one.split, one.other, one.rows, one.total) for one in found] == [("test", "train", 2, 4)]
    assert [(mine.row, theirs.row) for mine, theirs in found[0].examples] == [(1, 3), (4, 1)]


def test_only_shared_beginnings_are_tokenised() -> None:
    """Rows that begin alike, whatever their case and accents, are tokenised, the others are not."""
    start = "a b c d e f g h"
    train = table(
        f"{start} i j x", f"{start} i j y", f"Á {start[2:]} k l m", *(f"{chr(98 + n)} {start} i j" for n in range(20))
    )
    splits = overlaps.numbered(Splits(train, table("v"), table("w"), "given"), near=False)
    tokenizer = Words()

    found, collisions = tokens.after_the_cut(splits, tokenizer, 12)

    assert (found, collisions) == ((), 2)
    assert tokenizer.rows == 3


def test_short_rows_are_not_tokenised() -> None:
    """What cannot fill the cut cannot be cut."""
    tokenizer = Words()
    splits = overlaps.numbered(Splits(table("abc", "a b c d e f"), table("v"), table("w"), "given"), near=False)

    assert tokens.after_the_cut(splits, tokenizer, 8) == ((), 0)
    assert tokenizer.rows == 0


def test_pieces_by_language() -> None:
    """Tokens per word of each language that is not rare; nothing without a tokenizer."""
    told = [("a b", "en")] * 90 + [("eins zwei drei", "de")] * 9 + [("un", "fr")]

    assert tokens.pieces_by_language(told, Words()) == {"en": 1.0, "de": 1.0}
    assert tokens.pieces_by_language(told, None) == {}
