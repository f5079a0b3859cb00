"""What failures of overlapping splits share: which overlap is told, how bad it is, and which rows a fix drops."""

from collections.abc import Callable, Iterable, Sequence

from luthier.facts.data import Overlap, SplitName
from luthier.facts.finding import Number, Severity
from luthier.facts.rows import Splits
from luthier.failures._fixes import without_scored_rows
from luthier.failures._places import first_pair
from luthier.failures._signals import score_noise

SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")


def worst_overlap(overlaps: Iterable[Overlap]) -> Overlap | None:
    """The scored split of which the largest share stands in another; the test where two are even."""
    found = [overlap for overlap in overlaps if overlap.rows and overlap.split != "train"]
    return max(found, key=lambda overlap: (overlap.share, overlap.split == "test"), default=None)


def severity(overlap: Overlap) -> Severity:
    """An error where the overlap may move the score by more than noise does."""
    return "error" if overlap.share > score_noise(overlap.total) else "warning"


def numbers(overlap: Overlap) -> dict[str, Number]:
    """What a message says of an overlap; shares and noise in percent."""
    return {
        "rows": overlap.rows,
        "total": overlap.total,
        "percent": 100 * overlap.share,
        "split": overlap.split,
        "other": overlap.other,
        "noise": 100 * score_noise(overlap.total),
        **first_pair(overlap),
    }


def without_rows_seen_before(splits: Splits, seen: Callable[[Sequence[str], Sequence[str]], set[int]]) -> Splits:
    """Drop scored rows that stand in a split before theirs: train, validation, test.

    Args:
        splits: all rows.
        seen: (texts of a split, all texts of the splits before it) to the positions to drop.
    """
    texts = {name: splits[name].column("text").to_pylist() for name in SPLITS}

    def leaked(name: SplitName) -> set[int]:
        earlier = [text for other in SPLITS[: SPLITS.index(name)] for text in texts[other]]
        return seen(texts[name], earlier)

    return without_scored_rows(splits, leaked)
