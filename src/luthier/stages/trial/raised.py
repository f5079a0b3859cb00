"""Errors of foreign code are what some experiments look for."""

from types import TracebackType

_LONGEST = 300


class Raised:
    """Keeps whatever a block raises, so that it can be told. Interrupts pass.

    The block calls code that we do not know: a user's metric, collator or model, which may raise anything.

    Attributes:
        error: what was raised, or None.
    """

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __enter__(self) -> "Raised":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.error = error
        return True

    @property
    def kind(self) -> str:
        """Name of the error's class; empty where nothing was raised."""
        return type(self.error).__name__ if self.error is not None else ""

    @property
    def says(self) -> str:
        """Class and last line of the error, such as "IndexError: Target 4 is out of bounds."."""
        lines = [line.strip() for line in str(self.error).splitlines() if line.strip()]
        text = f"{self.kind}: {lines[-1]}" if lines else self.kind
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
