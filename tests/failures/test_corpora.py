"""The rows of scenes."""

from collections import Counter

import pytest

from luthier.errors import PlanError
from luthier.facts.likeness import normal_form
from luthier.failures._corpora import CORPORA, make
from luthier.failures._near import near_rows
from luthier.failures._phrases import FUNCTION_WORDS

GIVEN = {"given": 1}


def texts(rows: list[dict[str, str]], *splits: str) -> list[str]:
    """Texts of some splits."""
    return [row["text"] for row in rows if row["split"] in splits]


@pytest.mark.parametrize("corpus", CORPORA)
def test_plain(corpus: str) -> None:
    """Even classes, no text twice or nearly twice, the same for the same seed and others for another."""
    rows = make(corpus, 400).to_pylist()
    listed = [row["text"] for row in rows]

    assert max(Counter(row["label"] for row in rows).values()) - 400 / len({row["label"] for row in rows}) < 1
    assert len({normal_form(text) for text in listed}) == 400
    assert near_rows(listed[200:], listed[:200], 0.8) == set()
    assert rows == make(corpus, 400).to_pylist()
    assert rows != make(corpus, 400, seed=1).to_pylist()


@pytest.mark.parametrize("corpus", CORPORA)
def test_natural(corpus: str) -> None:
    """A third to a half of the words are function words, as in running text."""
    words = " ".join(make(corpus, 200)["text"].to_pylist()).lower().split()

    assert 0.33 < sum(word.strip(".,;:?") in FUNCTION_WORDS for word in words) / len(words) < 0.55


def test_imbalance() -> None:
    """The first class gets its share."""
    counts = Counter(make("reviews", 200, {"imbalance": 0.9})["label"].to_pylist())

    assert counts == {"bad": 180, "good": 20}


def test_noise() -> None:
    """A share of rows gets a wrong label; texts stay."""
    right, wrong = make("reviews", 200).to_pylist(), make("reviews", 200, {"noise": 0.3}).to_pylist()

    assert [row["text"] for row in right] == [row["text"] for row in wrong]
    assert sum(a["label"] != b["label"] for a, b in zip(right, wrong, strict=True)) == 60


def test_conflict() -> None:
    """A share of rows stands there again under another label."""
    rows = make("topics", 200, {"conflict": 0.2}).to_pylist()
    labels: dict[str, set[str]] = {}
    for row in rows:
        labels.setdefault(row["text"], set()).add(row["label"])

    assert len(rows) == 240
    assert sum(len(found) == 2 for found in labels.values()) == 40


@pytest.mark.parametrize(("option", "exact"), [("overlap", True), ("near", False)])
def test_leaks(option: str, exact: bool) -> None:
    """Half of the scored rows are copies, or near copies, of training rows."""
    rows = make("topics", 200, {**GIVEN, option: 0.5}).to_pylist()
    train, scored = texts(rows, "train"), texts(rows, "validation", "test")

    assert (len(train), len(scored)) == (160, 40)
    assert len(set(train) & set(scored)) == (20 if exact else 0)
    assert len(near_rows(scored, train, 0.8)) == 20


def test_no_leaks() -> None:
    """Plain given splits share nothing."""
    rows = make("topics", 200, GIVEN).to_pylist()

    assert near_rows(texts(rows, "validation", "test"), texts(rows, "train"), 0.8) == set()


@pytest.mark.parametrize(("leak", "shared"), [(1.0, 20), (0.5, 10), (0.0, 0)])
def test_groups(leak: float, shared: int) -> None:
    """As many authors stand on both sides as leak, or hardly fewer: some have no scored row by chance."""
    rows = make("topics", 200, {**GIVEN, "groups": 20, "leak": leak}).to_pylist()
    sides = [{row["author"] for row in rows if (row["split"] == "train") == side} for side in (True, False)]

    assert all(sides)
    assert 0.6 * shared <= len(sides[0] & sides[1]) <= shared


def test_header_script_and_stop_words() -> None:
    """A letterhead in front, another script, or no function words."""
    (header,) = make("topics", 1, {"header": 40})["text"].to_pylist()
    (script,) = make("topics", 1, {"script": 1})["text"].to_pylist()
    (bare,) = make("topics", 1, {"stop_words": 0})["text"].to_pylist()

    assert header.startswith("This message and its attachments")
    assert all("ሀ" <= char <= "᎟" for char in script if char.isalpha())
    assert not FUNCTION_WORDS & set(bare.split())


@pytest.mark.parametrize(("corpus", "options"), [("poems", {}), ("topics", {"typo": 1})])
def test_refused(corpus: str, options: dict[str, int]) -> None:
    """Unknown corpora and options are named."""
    with pytest.raises(PlanError, match=corpus):
        make(corpus, 10, options)
