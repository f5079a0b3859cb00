"""Whether the ids of a row say what its texts say."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_WORD = re.compile(r"[a-z0-9]+|[^\W_]")
"""Words of Latin letters, and each letter of other scripts, some of which have no spaces between words."""
FEWEST = 5
"""Words from which a row's texts are long enough to be what its ids were made of; shorter ones may be names or keys."""
_LONGEST = 20_000


def share(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> float | None:
    """Mean share of words that both sides have, of the side that has more of its words in the other; 0 to 1.

    A template adds words and a cut takes some away, and each of them leaves one of the two sides whole. None where no
    row has texts of `FEWEST` words or more, or none can be decoded.

    Args:
        rows: decoded input, and the row of the data set.
    """
    found = []
    for decoded, own in rows:
        mine, theirs = _words(decoded), _words(" ".join(_texts(own)))
        if len(mine) >= FEWEST and len(theirs) >= FEWEST:
            common = len(mine & theirs)
            found.append(max(common / len(mine), common / len(theirs)))
    return sum(found) / len(found) if found else None


def _texts(value: Any) -> Iterator[str]:
    """All texts in a row, those of turns and of languages too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple) and value and not isinstance(value[0], int | float):
        for inner in value:
            yield from _texts(inner)


def _words(text: str) -> set[str]:
    """Without case and accents, which some tokenizers take away."""
    folded = unicodedata.normalize("NFKD", text[:_LONGEST]).lower()
    return set(_WORD.findall("".join(sign for sign in folded if not unicodedata.combining(sign))))
