"""Foreign exceptions become `ModelError` at the door, and nowhere else."""

from pathlib import Path
from types import TracebackType
from typing import Literal

from luthier.errors import LuthierError, ModelError

_LONGEST = 300


class translated:
    """Turns whatever a foreign library raises in the block into a `ModelError`.

    Handed damaged or hostile files, libraries raise nearly anything: ZeroDivisionError for a model of no heads, bare
    `Exception` from the tokenizers library, and where Rust panics a class that is not even an `Exception`
    (tests/models/test_safety.py keeps a table). Listing kinds would leave holes, so the block is kept to the foreign
    call alone and every error in it is the file's fault. Interrupts pass.

    Args:
        what: what could not be done; the first line of the foreign message is added.
        where: file or folder.
        next_step: what to do about it.
    """

    def __init__(self, what: str, where: Path | str, next_step: str) -> None:
        self._what, self._where, self._next_step = what, where, next_step

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if error is None or isinstance(error, LuthierError):
            return False
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            return False
        raise ModelError(
            f"{self._what}: {_first_line(error)}", where=str(self._where), next_step=self._next_step
        ) from error


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else ""
    if isinstance(error, KeyError | ArithmeticError | AttributeError | AssertionError) or not text:
        text = f"{type(error).__name__} {text}".strip()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
