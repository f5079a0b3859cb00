"""Fixtures that several test files share."""

import os
import random
import sys
from pathlib import Path

import numpy as np
import pytest

from scripts.fetch_demo import FetchError, fetch

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@pytest.fixture(autouse=True)
def _seeded() -> None:
    """Every test starts from the same random state."""
    random.seed(0)
    np.random.seed(0)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)


def _fetched(name: str) -> Path:
    try:
        return fetch(name)
    except FetchError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{name} cannot be had here: {error}")


@pytest.fixture(scope="session")
def minilm() -> Path:
    """Folder of all-MiniLM-L6-v2 in Hugging Face layout: 6 layers, width 384, 22.7 million weights."""
    return _fetched("minilm")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a random BERT (2 layers, width 16) whose tokenizer knows the words of the made-up reviews."""
    from luthier.failures import _corpora
    from luthier.models.tiny import write_tiny_model

    texts = _corpora.make("reviews", 200, {}, 0)["text"].to_pylist()
    return write_tiny_model(tmp_path_factory.mktemp("tiny") / "model", texts)


@pytest.fixture(scope="session")
def trainer_run(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Output folder of four steps of `transformers.Trainer` on the tiny model. Read it only; injure a copy."""
    from tests.trainer_runs import train

    return train(tiny_model, tmp_path_factory.mktemp("trainer") / "run")


@pytest.fixture(scope="session")
def sms_spam() -> Path:
    """CSV of 4,837 text messages; columns: an unnamed index, spam (0 or 1), text."""
    return _fetched("sms_spam")
