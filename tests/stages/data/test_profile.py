"""The profile as a whole, on a small file with a bit of everything."""

from pathlib import Path

import pytest

from luthier.facts.data import DataFacts
from luthier.stages.data.profile import profile
from luthier.stages.data.read import read_rows
from luthier.stages.data.split import make_splits


@pytest.fixture
def facts(tmp_path: Path) -> DataFacts:
    """Facts of given splits that overlap, contradict each other and repeat."""
    lines = [
        f"The {n}th review says that it was {word}.,{'Good' if n % 2 else 'bad'},u{n % 20}"
        for n in range(40)
        for word in ("fine", "so so")
    ]
    (tmp_path / "train.csv").write_text(
        "\n".join(["text,label,user", *lines, "A clash,bad,u1", "a clash,Good,u2", "<b>x</b>,,u1"])
    )
    (tmp_path / "dev.csv").write_text(
        "text,label,user\nSomething new,bad,u99\nThe 3th review says that it was fine!,Good,u3\n"
    )
    (tmp_path / "test.csv").write_text("text,label,user\nA different thing,bad,u98\nNever seen before,GOOD,u97\n")
    read = read_rows(str(tmp_path))
    return profile(read, make_splits(read).splits)


def test_counts(facts: DataFacts) -> None:
    """Rows, classes and what was folded and dropped."""
    assert facts.rows == {"train": 82, "validation": 2, "test": 2}
    assert facts.classes == ("Good", "bad")
    assert facts.class_counts["test"] == {"Good": 1, "bad": 1}
    assert facts.label_variants == {"Good": ("Good", "GOOD")}
    assert facts.cleaning.dropped == {"no label": 1}
    assert facts.split_origin == "given"
    assert facts.majority_share == 0.5


def test_repeats_and_conflicts(facts: DataFacts) -> None:
    """What stands twice, with which labels."""
    assert facts.exact_duplicates == {"train": 1, "validation": 0, "test": 0}
    assert [(one.split, one.other, one.rows, one.same_label) for one in facts.overlaps] == [
        ("validation", "train", 1, 1)
    ]
    assert facts.conflict_rows == 2
    assert facts.accuracy_ceiling == 1 - 1 / 86


def test_groups_and_wording(facts: DataFacts) -> None:
    """The user column and the language."""
    assert [(one.column, one.split, one.shared_groups) for one in facts.groups] == [
        ("user", "validation", 1),
        ("user", "test", 0),
    ]
    assert next(iter(facts.languages)) == "en"
    assert facts.scripts == {"Latin": 1.0}
    assert facts.function_word_share is not None
    assert facts.function_word_share > 0.4


def test_without_tokenizer(facts: DataFacts) -> None:
    """Nothing is said in tokens."""
    assert facts.lengths == {}
    assert facts.truncated_overlaps is None
    assert facts.truncated_collisions is None


def test_sms_spam(sms_spam: Path) -> None:
    """The public set: repeats stay on one side, and English is natural."""
    read = read_rows(str(sms_spam))
    facts = profile(read, make_splits(read).splits)

    assert read.columns.label == "spam"
    assert sum(facts.rows.values()) == 4837
    assert facts.overlaps == ()
    assert facts.near_overlaps == ()
    assert sum(facts.exact_duplicates.values()) > 300
    assert facts.function_word_share == pytest.approx(0.4, abs=0.05)
