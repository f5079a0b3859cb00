"""Labels: spellings, missing ones, order."""

import pyarrow as pa
import pytest

from luthier.stages.data.labels import folded, folding


def column(*values: str | None) -> pa.ChunkedArray:
    """A label column."""
    return pa.chunked_array([pa.array(values, pa.string())])


def test_spellings_fold_into_the_most_frequent() -> None:
    """Case and stray space are no classes of their own."""
    labels = column("Spam", "spam ", "Spam", " ham", "ham", "ham")

    fold = folding([labels])

    assert fold.classes == ("Spam", "ham")
    assert fold.variants == {"Spam": ("Spam", "spam "), "ham": ("ham", " ham")}
    assert folded(labels, fold).to_pylist() == ["Spam", "Spam", "Spam", "ham", "ham", "ham"]


@pytest.mark.parametrize("missing", ["", " ", "nan", "NaN", "<NA>", "null", None])
def test_missing(missing: str | None) -> None:
    """What writers leave for a missing value is none."""
    labels = column("a", missing, "b")

    assert folded(labels, folding([labels])).to_pylist() == ["a", None, "b"]


@pytest.mark.parametrize("kept", ["None", "none", "N/A", "0"])
def test_words_that_are_classes(kept: str) -> None:
    """ "None" may be a class."""
    assert kept in folding([column("a", kept)]).classes


def test_whole_numbers() -> None:
    """1.0 is 1 where all labels are whole, and numbers are ordered as numbers."""
    assert folding([column("10.0", "2", "1.0")]).classes == ("1", "2", "10")
    assert folding([column("1.0", "2.5")]).classes == ("1.0", "2.5")


def test_declared_order() -> None:
    """Class names of the format keep their order; others follow."""
    assert folding([column("neg", "pos", "odd")], ("pos", "neutral", "neg")).classes == ("pos", "neg", "odd")


def test_parts_are_folded_together() -> None:
    """The most frequent spelling counts over all parts."""
    assert folding([column("A"), column("a", "a")]).classes == ("a",)
