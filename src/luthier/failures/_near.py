"""All rows of one list that nearly stand in another: an exact join, not a sketch.

A pair with Jaccard similarity of at least t shares one of the first |x| - ceil(t |x|) + 1 shingles of x when all
shingles are put in one order; with the rarest first, hardly any other pair does. Source: prefix filtering, Chaudhuri,
Ganti & Kaushik, A primitive operator for similarity joins, ICDE 2006; Bayardo, Ma & Srikant, Scaling up all pairs
similarity search, WWW 2007.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from luthier.facts.likeness import likeness, shingles


def near_rows(texts: Sequence[str], others: Sequence[str], threshold: float) -> set[int]:
    """Positions in `texts` whose shingles have a Jaccard similarity of at least `threshold` with a text of `others`.

    Args:
        texts, others: raw texts.
        threshold: above 0, at most 1.
    """
    own, known = [shingles(t) for t in texts], [shingles(t) for t in others]
    frequency = Counter(piece for pieces in (*own, *known) for piece in pieces)

    def prefix(pieces: frozenset[str]) -> list[str]:
        length = len(pieces) - math.ceil(threshold * len(pieces)) + 1
        return sorted(pieces, key=lambda piece: (frequency[piece], piece))[:length]

    holders: dict[str, list[int]] = defaultdict(list)
    for position, pieces in enumerate(known):
        for piece in prefix(pieces):
            holders[piece].append(position)
    found = set()
    for position, pieces in enumerate(own):
        candidates = {other for piece in prefix(pieces) for other in holders.get(piece, ())}
        if any(likeness(pieces, known[other]) >= threshold for other in candidates):
            found.add(position)
    return found
