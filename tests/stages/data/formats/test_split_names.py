"""Names of splits."""

import pytest

from luthier.stages.data.formats._split_names import split_named


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train.csv", "train"),
        ("reuters-r8-train.tab", "train"),
        ("banking77.test.jsonl.gz", "test"),
        ("validation-00000-of-00002.parquet", "validation"),
        ("dev", "validation"),
        ("VAL.CSV", "validation"),
        ("latest.csv", None),
        ("training_test.csv", None),
        ("devices.csv", None),
    ],
)
def test_names(name: str, split: str | None) -> None:
    """Whole words only, and only one of them."""
    assert split_named(name) == split
