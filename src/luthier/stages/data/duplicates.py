"""Which rows are the same text, and which are nearly the same; definitions in `facts/likeness.py`.

Exact duplicates have equal normal forms. Near duplicates are found by MinHash (Broder 1997) with banding (Leskovec,
Rajaraman, Ullman, Mining of Massive Datasets, chapter 3): candidates share a band, and a pair is believed only when its
true Jaccard similarity is high enough. Time is linear in the number of rows: within a bucket a row is compared with a
few others, never with all. Memory is 8 bytes per distinct text and band, and a chunk at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import rensa
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from luthier.facts.likeness import SHINGLE, normal_form

Ids = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

THRESHOLD = 0.8
"""Jaccard similarity from which two rows are near duplicates; the usual value for text (Lee et al. 2022)."""
# 16 bands of 4 values: a pair at similarity 0.8 shares one with probability 1 - (1 - 0.8^4)^16 = 0.9998.
_BANDS, _VALUES = 16, 4
_CHUNK = 1000  # rows a time in MinHash; with larger chunks rensa's lists leave the cache and cost twice the time
_LETTERS = 4_000_000  # letters a time, where rows are long
_ROUNDS = 3  # representatives tried for each row of a bucket
_REMEMBERED = 8  # refused pairs a row
_SEED = 1


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Clusters of rows, in the order of the rows.

    Attributes:
        exact: number of the distinct normal form, from 0 in order of appearance.
        near: number of the cluster of near duplicates, exact ones included; None when not looked for.
    """

    exact: Ids
    near: Ids | None


def find(texts: pa.ChunkedArray, *, near: bool = True) -> Duplicates:
    """Cluster rows.

    Args:
        texts: strings without null.
        near: look for near duplicates too.
    """
    encoded = pc.dictionary_encode(normal_forms(texts))
    chunks = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in encoded.chunks]
    exact = np.concatenate(chunks).astype(np.int64) if chunks else np.zeros(0, np.int64)
    if not near or not len(exact):
        return Duplicates(exact, exact if near else None)
    distinct = encoded.chunks[-1].dictionary
    return Duplicates(exact, near_clusters(distinct)[exact])


def normal_forms(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """`facts.likeness.normal_form` of each row, plain ASCII rows by Arrow."""
    return pa.chunked_array([_normal_chunk(chunk) for chunk in texts.chunks], pa.string())


def _normal_chunk(texts: pa.Array) -> pa.Array:
    lower = pc.ascii_lower(texts)
    normal = pc.utf8_trim(pc.replace_substring_regex(lower, "[^0-9a-z]+", " "), characters=" ")
    odd = pc.or_(pc.invert(pc.string_is_ascii(texts)), pc.equal(normal, ""))
    if not pc.any(odd).as_py():
        return normal
    ours = pa.array([normal_form(text) for text in texts.filter(odd).to_pylist()], pa.string())
    return pc.replace_with_mask(normal, odd, ours)


def near_clusters(distinct: pa.Array) -> Ids:
    """Cluster of each distinct normal form; clusters are the connected parts of the graph of near pairs.

    Args:
        distinct: normal forms, no two equal.
    """
    letters = _letters(distinct)
    # Of two sets of shingles with similarity 0.8 the larger has five or more, thus both texts are longer than these.
    long = np.flatnonzero(letters > SHINGLE)
    clusters = np.arange(len(distinct), dtype=np.int64)
    if len(long) < 2:
        return clusters
    texts = distinct.take(pa.array(long))
    bands = _band_hashes(texts, letters[long])
    parts = clusters[: len(long)].copy()
    refused = np.zeros(0, np.int64)
    for band in range(_BANDS):
        second = bands[:, (band + 1) % _BANDS]
        parts, refused = _joined_by_band(texts, letters[long], bands[:, band], second, parts, refused)
    clusters[long] = long[parts]
    return clusters


def similarity(texts: pa.Array, first: Ids, second: Ids, letters: Ids | None = None) -> Floats:
    """True Jaccard similarity of the shingle sets of pairs.

    Args:
        texts: normal forms.
        first, second: positions in `texts` of the two sides of each pair.
        letters: length of each text, where it is known.

    Returns:
        Values from 0 to 1; 0 where a side has no more than five letters.
    """
    letters = _letters(texts) if letters is None else letters
    result = np.zeros(len(first))
    able = np.flatnonzero((letters[first] > SHINGLE) & (letters[second] > SHINGLE))
    for start, stop in _batches(letters[first[able]] + letters[second[able]], 50_000):
        batch = able[start:stop]
        result[batch] = _similarity(texts, letters, first[batch], second[batch])
    return result


def _letters(texts: pa.Array) -> Ids:
    return np.asarray(pc.utf8_length(texts).to_numpy(zero_copy_only=False), np.int64)


def _similarity(texts: pa.Array, letters: Ids, first: Ids, second: Ids) -> Floats:
    used, positions = np.unique(np.concatenate([first, second]), return_inverse=True)
    hashes, starts = _shingle_hashes(texts.take(pa.array(used)), letters[used])
    columns = (hashes >> np.uint64(1)).astype(np.int64)
    sets = csr_array((np.ones(len(columns), np.int32), columns, starts), shape=(len(used), 2**63 - 1))
    sets.sum_duplicates()
    sets.data[:] = 1
    left, right = positions[: len(first)], positions[len(first) :]
    both = np.asarray(sets[left].multiply(sets[right]).sum(axis=1)).ravel()
    sizes = np.diff(sets.indptr)
    return np.asarray(both / (sizes[left] + sizes[right] - both), np.float64)


def _batches(letters: Ids, most: int) -> Iterator[tuple[int, int]]:
    """Slices of at most `most` rows and, single rows apart, of bounded length."""
    ends = np.cumsum(letters)
    start = 0
    while start < len(letters):
        before = ends[start - 1] if start else 0
        stop = int(np.searchsorted(ends, before + _LETTERS, side="right"))
        stop = max(start + 1, min(stop, start + most))
        yield start, stop
        start = stop


def _shingle_hashes(texts: pa.Array, letters: Ids) -> tuple[Hashes, Ids]:
    """Hash of every run of five letters, row after row, and where each row starts. Every row has more than four."""
    codes = np.frombuffer("".join(texts.to_pylist()).encode("utf-32-le"), "<u4").astype(np.uint64)
    runs = len(codes) - SHINGLE + 1
    hashes = np.zeros(runs, np.uint64)
    for place in range(SHINGLE):
        hashes *= np.uint64(0x9E3779B97F4A7C15)
        hashes += codes[place : place + runs]
    starts = np.concatenate([[0], np.cumsum(letters)])
    inside = np.ones(len(codes), bool)
    for back in range(1, SHINGLE):
        inside[starts[1:] - back] = False
    hashes = hashes[inside[:runs]]
    hashes ^= hashes >> np.uint64(30)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(27)
    return hashes, np.concatenate([[0], np.cumsum(letters - SHINGLE + 1)]).astype(np.int64)


def _band_hashes(texts: pa.Array, letters: Ids) -> Hashes:
    """One hash per text and band, shape (texts, 16)."""
    weights = np.random.default_rng(_SEED).integers(1, 2**63, _VALUES, dtype=np.uint64) | np.uint64(1)
    bands = np.empty((len(texts), _BANDS), np.uint64)
    for start, stop in _batches(letters, _CHUNK):
        hashes, starts = _shingle_hashes(texts.slice(start, stop - start), letters[start:stop])
        matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
            hashes, starts.astype(np.uint64), _BANDS * _VALUES, _SEED
        )
        values = np.array(matrix.to_rows(), np.uint64).reshape(stop - start, _BANDS, _VALUES)
        bands[start:stop] = (values * weights).sum(axis=2, dtype=np.uint64)
    return bands


def _joined_by_band(
    texts: pa.Array, letters: Ids, keys: Hashes, second: Hashes, parts: Ids, refused: Ids
) -> tuple[Ids, Ids]:
    """Join parts by the near pairs that one band proposes; pairs once refused are not looked at again."""
    members = _crowded(keys)
    members = members[np.lexsort((second[members], keys[members]))]
    bucket = keys[members]
    for turn in range(_ROUNDS):
        if len(members) < 2:
            break
        heads = np.flatnonzero(np.concatenate([[True], bucket[1:] != bucket[:-1]]))
        sizes = np.diff(np.concatenate([heads, [len(members)]]))
        first, other = np.repeat(members[heads], sizes), members
        if turn == 0:  # neighbours too: the second key puts likely partners side by side
            inner = np.flatnonzero(bucket[1:] == bucket[:-1])
            first, other = np.concatenate([first, members[inner]]), np.concatenate([other, members[inner + 1]])
        parts, refused = _joined_by_pairs(texts, letters, first, other, parts, refused)
        apart = parts[members] != parts[np.repeat(members[heads], sizes)]
        members, bucket = members[apart], bucket[apart]
    return parts, refused


def _crowded(keys: Hashes) -> Ids:
    """Rows whose key another row has too."""
    order = np.argsort(keys)
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    shared = np.zeros(len(keys), bool)
    shared[:-1] |= same
    shared[1:] |= same
    return np.sort(order[shared])  # NumPy's quicksort orders ties by processor


def _joined_by_pairs(
    texts: pa.Array, letters: Ids, first: Ids, other: Ids, parts: Ids, refused: Ids
) -> tuple[Ids, Ids]:
    low, high = np.minimum(first, other), np.maximum(first, other)
    # Jaccard 0.8 asks for lengths within a quarter; a repeated shingle can shorten a set, hence the slack.
    shorter, longer = np.minimum(letters[low], letters[high]), np.maximum(letters[low], letters[high])
    open_ = (parts[low] != parts[high]) & (shorter >= 0.5 * longer)
    pairs = _without(_distinct(low[open_] * len(parts) + high[open_]), refused)
    low, high = np.divmod(pairs, len(parts))
    near = similarity(texts, low, high, letters) >= THRESHOLD
    # Forgetting costs time, not truth: the memory of refused pairs is bounded.
    kept = refused if len(refused) < _REMEMBERED * len(parts) else refused[:0]
    refused = np.sort(np.concatenate([kept, pairs[~near]]))
    return (merged(parts, low[near], high[near]) if near.any() else parts), refused


def _distinct(values: Ids) -> Ids:
    """Sorted distinct values. np.unique hashes first, which takes ten times as long on a million pairs (NumPy 2.4)."""
    ordered = np.sort(values)
    fresh = np.ones(len(ordered), bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return np.asarray(ordered[fresh], np.int64)


def _without(values: Ids, taken: Ids) -> Ids:
    """Values that do not stand in the sorted `taken`."""
    if not len(taken):
        return values
    places = np.minimum(np.searchsorted(taken, values), len(taken) - 1)
    return np.asarray(values[taken[places] != values], np.int64)


def merged(parts: Ids, first: Ids, second: Ids) -> Ids:
    """Parts (numbers below the number of rows) after joining pairs of rows; each is called by its first row."""
    count = len(parts)
    ones = np.ones(len(first), bool)
    graph = coo_array((ones, (parts[first], parts[second])), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    of_row = component[parts]
    firsts: Ids = np.full(component.max() + 1, count, np.int64)
    np.minimum.at(firsts, of_row, np.arange(count))
    return np.asarray(firsts[of_row], np.int64)
