"""The profile as a whole, on a small file with a bit of everything."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from luthier.facts.data import DataFacts
from luthier.stages.data.profile import profile, with_cut
from luthier.stages.data.read import read_rows
from luthier.stages.data.split import make_splits

WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo", "lima")


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
    assert facts.label_runs == 42
    assert facts.texts is not None
    assert (facts.texts.rows, facts.times) == (82, None)


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


class Letters:
    """Each letter is a token; none is special or unknown."""

    unknown_id = None
    special_tokens = 0

    def ids(self, texts: Sequence[str], max_tokens: int | None) -> tuple[np.ndarray, np.ndarray]:
        """Flat ids and starts."""
        rows = [[ord(letter) for letter in text[:max_tokens]] for text in texts]
        return np.array([one for row in rows for one in row], np.int32), np.cumsum([0, *map(len, rows)]).astype(
            np.int64
        )


def test_another_cut(tmp_path: Path) -> None:
    """Measuring again for another cut gives what a whole profile with that cut gives."""
    (tmp_path / "x.csv").write_text(
        "text,label\n" + "".join(f"{hash_ * 4},{'ab'[n % 2]}\n" for n, hash_ in enumerate(WORDS))
    )
    read = read_rows(str(tmp_path / "x.csv"))
    splits = make_splits(read).splits

    long, short = (profile(read, splits, tokenizer=Letters(), max_tokens=cut) for cut in (500, 5))

    assert short.lengths["train"].rows_cut > long.lengths["train"].rows_cut == 0
    assert with_cut(long, splits, Letters(), 5) == short


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
