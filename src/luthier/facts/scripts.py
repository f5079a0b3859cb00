"""Unicode script to its share of the letters of texts: what profiling, pairs and generated texts count alike."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

_STARTS = (
    *(
        (0x0, ""),
        (0x41, "Latin"),
        (0x5B, ""),
        (0x61, "Latin"),
        (0x7B, ""),
        (0xC0, "Latin"),
        (0x250, ""),
        (0x370, "Greek"),
    ),
    *((0x400, "Cyrillic"), (0x530, "Armenian"), (0x590, "Hebrew"), (0x600, "Arabic"), (0x700, ""), (0x750, "Arabic")),
    *(
        (0x780, ""),
        (0x8A0, "Arabic"),
        (0x900, "Devanagari"),
        (0x980, "Bengali"),
        (0xA00, "Gurmukhi"),
        (0xA80, "Gujarati"),
    ),
    *(
        (0xB00, "Oriya"),
        (0xB80, "Tamil"),
        (0xC00, "Telugu"),
        (0xC80, "Kannada"),
        (0xD00, "Malayalam"),
        (0xD80, "Sinhala"),
    ),
    *(
        (0xE00, "Thai"),
        (0xE80, "Lao"),
        (0xF00, "Tibetan"),
        (0x1000, "Myanmar"),
        (0x10A0, "Georgian"),
        (0x1100, "Hangul"),
    ),
    *((0x1200, "Ethiopic"), (0x1380, ""), (0x1780, "Khmer"), (0x1800, "Mongolian"), (0x18B0, ""), (0x1E00, "Latin")),
    *((0x1F00, "Greek"), (0x2000, ""), (0x3040, "Hiragana"), (0x30A0, "Katakana"), (0x3100, ""), (0x3400, "Han")),
    *((0x4DC0, ""), (0x4E00, "Han"), (0xA000, ""), (0xAC00, "Hangul"), (0xD7B0, ""), (0xF900, "Han"), (0xFB00, "")),
    *((0x20000, "Han"), (0x323B0, "")),
)


def scripts(texts: Sequence[str]) -> dict[str, float]:
    """Unicode script to its share of all letters, largest first. By blocks, so marks count with their script."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), "<u4")
    blocks = np.searchsorted(np.array([start for start, _ in _STARTS]), codes, side="right") - 1
    counts: Counter[str] = Counter()
    for block, count in zip(*np.unique(blocks, return_counts=True), strict=True):
        counts[_STARTS[block][1]] += int(count)
    del counts[""]
    total = counts.total()
    return {name: count / total for name, count in counts.most_common()}
