"""Rows in memory are measured as they are."""

from luthier.stages.data.given import profile_given


def test_as_they_are() -> None:
    """Nothing is cleaned or split; places count rows from 1; overlaps and conflicts are found."""
    train = [("one text", "a"), ("another text", "b"), ("One  text", "b"), ("a last text", "a")]
    found = profile_given(
        "train_dataset",
        {"train": train, "validation": [("another text", "b")]},
        text="text",
        label="label",
        classes=("a", "b"),
    )

    assert found.rows == {"train": 4, "validation": 1, "test": 0}
    assert found.split_origin == "given"
    assert found.class_counts["train"] == {"a": 2, "b": 2}
    assert [(one.rows, one.total, one.same_label) for one in found.overlaps] == [(1, 1, 1)]
    assert found.overlaps[0].examples[0][1].row == 2
    assert found.overlaps[0].examples[0][1].file == "train"
    assert found.conflict_rows == 2
    assert found.cleaning.changed == {}
    assert found.lengths == {}
    assert [(column.name, column.used_as) for column in found.columns] == [("text", "text"), ("label", "label")]
    assert found.near_overlaps is not None


def test_many_rows() -> None:
    """Near duplicates are not looked for in more rows than a check can bear."""
    rows = [(f"text {number}", "ab"[number % 2]) for number in range(10_001)]
    found = profile_given("x", {"train": rows}, text="text", label="label", classes=("a", "b"))

    assert found.near_overlaps is None
