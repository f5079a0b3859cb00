"""Duplicates against their plain definition in facts/likeness.py."""

import random
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from luthier.facts.likeness import likeness, normal_form, shingles
from luthier.stages.data import duplicates


def column(*texts: str) -> pa.ChunkedArray:
    """Texts in two chunks."""
    return pa.chunked_array([pa.array(texts[:2], pa.string()), pa.array(texts[2:], pa.string())])


def corpus(seed: int, count: int) -> list[str]:
    """Sentences, copies of some with a small or a larger change."""
    chance = random.Random(seed)
    words = ["".join(chance.choices("abcdefghij", k=chance.randint(2, 8))) for _ in range(300)]
    texts = [" ".join(chance.choices(words, k=chance.randint(1, 14))) for _ in range(count)]
    for _ in range(count):
        copy = chance.choice(texts).split()
        copy[chance.randrange(len(copy))] = chance.choice(words)
        texts.append(" ".join(copy))
    return texts


def components(texts: list[str]) -> set[frozenset[int]]:
    """Clusters by comparing all pairs."""
    parents = list(range(len(texts)))

    def root(one: int) -> int:
        while parents[one] != one:
            one = parents[one]
        return one

    pieces = [shingles(text) for text in texts]
    for one, other in combinations(range(len(texts)), 2):
        if likeness(pieces[one], pieces[other]) >= duplicates.THRESHOLD:
            parents[root(other)] = root(one)
    return {frozenset(n for n in range(len(texts)) if root(n) == r) for r in range(len(texts))} - {frozenset()}


def test_exact() -> None:
    """Case, punctuation, spacing and Unicode form make no difference; signs alone do."""
    texts = ("Hello, you!", "HELLO  you", "ｈｅｌｌｏ you…", ":)", ":(", "straße", "STRASSE", "other")

    found = duplicates.find(column(*texts), near=False)

    assert found.exact.tolist() == [0, 0, 0, 1, 2, 3, 3, 4]
    assert found.near is None


@pytest.mark.parametrize("text", ["Plain TEXT, here!", "", "...", " a_b ", "É à", "𝓐bc", "a\tb\nc", "१२ क्या"])
def test_normal_form_is_the_one_definition(text: str) -> None:
    """The fast way gives what facts/likeness.py says."""
    assert duplicates.normal_forms(column(text)).to_pylist() == [normal_form(text)]


@pytest.mark.parametrize("seed", range(3))
def test_near_clusters_are_those_of_all_pairs(seed: int) -> None:
    """On 400 texts the clusters are the same as by comparing each with each."""
    texts = corpus(seed, 200)

    near = duplicates.find(column(*texts)).near

    assert near is not None
    found = {frozenset(np.flatnonzero(near == cluster).tolist()) for cluster in np.unique(near)}
    assert found == components(texts)


def test_similarity_is_the_one_definition() -> None:
    """Vectorised Jaccard equals that of facts/likeness.py."""
    texts = [normal_form(text) for text in corpus(5, 30) if len(normal_form(text)) > 5]
    pairs = np.array(list(combinations(range(len(texts)), 2)))

    found = duplicates.similarity(pa.array(texts), pairs[:, 0], pairs[:, 1])

    pieces = [shingles(text) for text in texts]
    assert found == pytest.approx([likeness(pieces[one], pieces[other]) for one, other in pairs])


def test_letters_beyond_ascii() -> None:
    """Shingles are of characters, whatever their bytes."""
    base = "这个产品的质量非常好我很喜欢下次还会再来购买推荐给大家使用体验很不错"
    emoji = "𝕏𝕐😀" * 12 + "abcdef"

    near = duplicates.find(column(base, base + "啊", emoji, emoji + "g", "short", "short!")).near

    assert near is not None
    assert near[0] == near[1]
    assert near[2] == near[3]
    assert near[4] == near[5]
    assert len(set(near.tolist())) == 3


def test_many_rows_of_one_template_stay_linear() -> None:
    """5,000 rows that all are near to each other are one cluster, without 12 million comparisons."""
    texts = [f"your parcel has been delivered to the reception desk at number {n}" for n in range(5000)]

    near = duplicates.find(pa.chunked_array([pa.array(texts)])).near

    assert near is not None
    assert np.bincount(near).max() > 4900


def test_nothing() -> None:
    """No rows, no clusters."""
    found = duplicates.find(pa.chunked_array([], pa.string()))

    assert len(found.exact) == 0


def test_merged() -> None:
    """Parts joined by pairs are called by their first row."""
    parts = np.array([0, 1, 1, 3, 4])

    assert duplicates.merged(parts, np.array([4]), np.array([2])).tolist() == [0, 1, 1, 3, 1]
