"""Vectors of the template's tokens in the base model."""

from pathlib import Path

from safetensors.numpy import load_file, save_file

from luthier.facts.scene import RunScene
from luthier.facts.tokenizer import TokenizerFacts
from luthier.scenes.folder import write
from luthier.stages.diagnose.foreign import of_folder


def read(folder: Path, faint: str = "") -> TokenizerFacts:
    """The tokenizer of an adapter, whose base has a vector of zeros for a token."""
    written = write(RunScene("adapter", base=True), folder)
    base = Path(written.base)
    if faint:
        tokenizer = of_folder(written.run, base).tokenizer
        assert tokenizer is not None
        weights = load_file(base / "model.safetensors")
        weights["transformer.wte.weight"][tokenizer.added[faint]] = 0
        save_file(weights, base / "model.safetensors")
    found = of_folder(written.run, base).tokenizer
    assert found is not None
    return found


def test_none(tmp_path: Path) -> None:
    """A healthy base knows its tokens."""
    assert read(tmp_path).faint == ()


def test_one(tmp_path: Path) -> None:
    """The one whose vector is zero."""
    assert read(tmp_path, "<|assistant|>").faint == ("<|assistant|>",)


def test_no_base(tmp_path: Path) -> None:
    """Nothing is known without it."""
    written = write(RunScene("adapter"), tmp_path)
    found = of_folder(written.run).tokenizer

    assert found is not None
    assert found.faint is None
