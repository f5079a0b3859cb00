"""The tiny model is a real one, only small."""

from pathlib import Path

from luthier.models import load
from luthier.models.locate import locate
from luthier.models.tiny import write_tiny_model
from luthier.models.tokenizer import TextTokenizer

TEXTS = ["The soup was cold.", "A kind waiter, and a warm soup!"]


def test_it_reads_like_any_other(tmp_path: Path) -> None:
    """Facts, tokenizer and classifier come through the same door."""
    folder = locate(str(write_tiny_model(tmp_path / "m", TEXTS, layers=3, width=8, positions=20)))
    facts, tokenizer = load.facts("m", folder), TextTokenizer.load(folder)

    assert (facts.architecture, facts.layers, facts.hidden_size, facts.usable_positions) == ("bert", 3, 8, 20)
    assert load.load_classifier(folder, ("a", "b"), "cls").config.num_labels == 2
    ids, offsets = tokenizer.ids(TEXTS, None)
    assert offsets.tolist() == [0, 7, 18]
    assert tokenizer.unknown_id not in ids
    assert sum(path.stat().st_size for path in folder.iterdir()) < 100_000


def test_unknown_words_fall_into_pieces(tmp_path: Path) -> None:
    """Of letters that it knows; a foreign letter is unknown."""
    tokenizer = TextTokenizer.load(write_tiny_model(tmp_path, TEXTS))
    known, _ = tokenizer.ids(["spuos"], None)
    foreign, _ = tokenizer.ids(["ሰላም"], None)

    assert tokenizer.unknown_id not in known
    assert len(known) == 2 + len("spuos")
    assert tokenizer.unknown_id in foreign


def test_the_same_bytes(tmp_path: Path) -> None:
    """From the same arguments; another seed gives other weights."""
    one, two, other = (
        write_tiny_model(tmp_path / name, TEXTS, seed=seed) for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )

    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    assert (one / "model.safetensors").read_bytes() != (other / "model.safetensors").read_bytes()
