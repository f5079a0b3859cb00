"""Baselines learn, are deterministic, and survive odd rows."""

import numpy as np
import pytest

from luthier.stages.evaluate import baselines, metrics
from luthier.stages.evaluate.baselines import Labelled, fit_baselines

GOOD = ("lovely film", "great cast", "a joy to watch", "bright and warm", "wonderful ending")
BAD = ("dull film", "awful cast", "a bore to watch", "dark and cold", "terrible ending")
NONE = Labelled([], np.zeros(0, dtype=np.int64))


def reviews(rows: int, seed: int = 0, *, dimensions: int = 4) -> Labelled:
    """Short reviews of two classes, and noisy vectors that tell them apart."""
    random = np.random.default_rng(seed)
    gold = np.arange(rows) % 2
    texts = [f"{random.choice(BAD if one else GOOD)} {random.integers(1000)}" for one in gold]
    features = random.normal(size=(rows, dimensions)) + gold[:, None] * 2.0
    return Labelled(texts, gold, features)


def scored(baseline: baselines.FittedBaseline, rows: Labelled) -> float:
    """Accuracy of a baseline."""
    return float(np.mean(metrics.predictions(baseline.probabilities(rows.texts, rows.features)) == rows.gold))


def test_learn_and_are_named() -> None:
    """All three are fitted; both that read the rows beat the majority by far."""
    found = fit_baselines(reviews(200), reviews(60, 1), 2, seed=0)
    test = reviews(100, 2)

    assert [one.name for one in found] == ["majority", "tfidf", "frozen"]
    assert scored(found[0], test) == 0.5
    assert min(scored(one, test) for one in found[1:]) > 0.95


def test_probabilities_are_probabilities() -> None:
    """One row each, columns for all classes, sums of 1; also where a class has no train row."""
    for one in fit_baselines(reviews(60), reviews(20, 1), 4, seed=0):
        found = one.probabilities(["dull", "bright", ""], np.zeros((3, 4)))

        assert found.shape == (3, 4)
        assert found.sum(axis=1) == pytest.approx([1, 1, 1])
        assert (found[:, 2:] == 0).all()


def test_same_rows_same_probabilities() -> None:
    """Two fits agree bit for bit."""
    first, second = (fit_baselines(reviews(80), reviews(20, 1), 2, seed=3) for _ in range(2))
    test = reviews(30, 2)

    for one, other in zip(first, second, strict=True):
        theirs = other.probabilities(test.texts, test.features)
        assert np.array_equal(one.probabilities(test.texts, test.features), theirs)


def test_without_features_no_frozen_baseline() -> None:
    """It is left out, not faked."""
    rows = reviews(40)
    found = fit_baselines(Labelled(rows.texts, rows.gold), NONE, 2, seed=0)

    assert [one.name for one in found] == ["majority", "tfidf"]


def test_one_class_leaves_the_majority() -> None:
    """A regression cannot be fitted on one class."""
    found = fit_baselines(Labelled(["a", "b"], np.zeros(2, dtype=np.int64)), NONE, 2, seed=0)

    assert [one.name for one in found] == ["majority"]
    assert found[0].probabilities(["c"]).tolist() == [[1.0, 0.0]]


def test_texts_without_a_repeated_term() -> None:
    """Where no term occurs in two rows, single occurrences count."""
    rows = Labelled(["alpha", "beta", "gamma", "delta"], np.array([0, 1, 0, 1]))

    assert scored(fit_baselines(rows, NONE, 2, seed=0)[1], rows) == 1.0


def test_chinese_is_read_by_characters() -> None:
    """No spaces, so words would be whole sentences and nothing would repeat."""
    random = np.random.default_rng(0)
    gold = np.arange(120) % 2
    nouns, words = "房间饭菜服务电影", ("很好喜欢", "很差讨厌")
    texts = ["".join(random.choice(list(nouns), 3)) + words[one] for one in gold]
    test = ["电影房间" + words[one] for one in (0, 1)]
    tfidf = fit_baselines(Labelled(texts, gold), NONE, 2, seed=0)[1]

    assert metrics.predictions(tfidf.probabilities(test)).tolist() == [0, 1]


def test_huge_row_is_cut() -> None:
    """Five million characters in a row take no longer than the first twenty thousand."""
    rows = reviews(40)
    rows = Labelled([*rows.texts, "word " * 1_000_000], np.append(rows.gold, 0))

    assert fit_baselines(rows, NONE, 2, seed=0)[1].probabilities(["word " * 1_000_000]).shape == (1, 2)


def test_sample_is_capped_and_seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the cap the same seed draws the same rows, in their order."""
    rows = reviews(100)
    first, second = rows.sample(30, 1), rows.sample(30, 1)

    assert len(first.texts) == 30
    assert list(first.texts) == list(second.texts)
    assert first.features is not None
    assert rows.features is not None
    assert first.features[0].tolist() in rows.features.tolist()
    monkeypatch.setattr(baselines, "MOST_ROWS", 30)
    assert len(fit_baselines(rows, NONE, 2, seed=1)) == 3


def test_validation_chooses_the_penalty() -> None:
    """Labels that are noise ask for the strongest penalty, clean ones do not."""
    random = np.random.default_rng(0)
    texts = [" ".join(f"word{number}" for number in random.integers(0, 200, 8)) for _ in range(400)]
    noise = random.integers(0, 2, 400)
    noisy = fit_baselines(Labelled(texts[:300], noise[:300]), Labelled(texts[300:], noise[300:]), 2, seed=0)[1]
    clean = fit_baselines(reviews(300), reviews(100, 1), 2, seed=0)[1]

    assert noisy.regression.C == min(baselines.TFIDF_PENALTIES) < clean.regression.C


def test_penalty_is_chosen_on_few_rows_and_fitted_on_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The regression of a large split has seen every row; a subset of one class is not used."""
    monkeypatch.setattr(baselines, "TUNING_ROWS", 40)
    rows = reviews(200)
    found = fit_baselines(rows, reviews(40, 1), 2, seed=0)
    whole = baselines._regression(found[1].vectorizer.transform(rows.texts), rows.gold, found[1].regression.C)
    one_class = Labelled(rows.texts, (np.arange(200) == 1).astype(np.int64), rows.features)

    assert found[1].regression.coef_ == pytest.approx(whole.coef_, abs=0.02)
    assert len(fit_baselines(one_class, reviews(40, 1), 2, seed=0)) == 3
