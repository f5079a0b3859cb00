"""Saved and loaded again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from luthier.errors import ModelError
from luthier.stages.trial.subject import Reloaded
from tests.stages.trial.subjects import Reader, ask, subject


def answering(answer: Reloaded, seen: list[Path] | None = None) -> Callable[[Path], Reloaded]:
    """A reload that comes back with this."""

    def reload(folder: Path) -> Reloaded:
        if seen is not None:
            seen.append(folder)
        (folder / "weights").write_text("saved")
        return answer

    return reload


def test_healthy() -> None:
    """The same scores; the folder is gone afterwards."""
    seen: list[Path] = []
    one = ask("reload", subject(reload=answering(Reloaded(8, 1e-6), seen)))

    assert one.answer == "passed"
    assert one.numbers["rows"] == 8
    assert not seen[0].exists()


@pytest.mark.parametrize(
    ("answer", "says"), [(Reloaded(8, 0.4), "0.4 standard"), (Reloaded(8, 0.0, ("head.weight",)), "head.weight")]
)
def test_another_model_comes_back(answer: Reloaded, says: str) -> None:
    """Other scores, or weights that the files lack."""
    one = ask("reload", subject(reload=answering(answer)))

    assert one.answer == "failed"
    assert says in one.says


def test_rounding_of_16_bits() -> None:
    """What fp32 may not differ by, bf16 may."""
    reload = answering(Reloaded(8, 0.05))

    assert ask("reload", subject(reload=reload)).answer == "failed"
    assert ask("reload", subject(Reader().bfloat16(), reload=reload)).answer == "passed"


def test_it_cannot_be_loaded() -> None:
    """The other process failed."""

    def load(folder: Path) -> Reloaded:
        raise ModelError("the saved model cannot be loaded again: OSError")

    one = ask("reload", subject(reload=load))

    assert one.answer == "failed"
    assert "OSError" in one.says


def test_it_cannot_be_saved() -> None:
    """A subject that cannot be saved says why."""
    one = ask("reload", subject(missing={"reload": "no class of Transformers"}))

    assert (one.answer, one.says) == ("not run", "no class of Transformers")
