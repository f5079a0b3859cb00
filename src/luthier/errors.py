"""Everything that Luthier raises on purpose.

    LuthierError                 what went wrong, where, and what to do next; exit status 2
    ├── InputError               the user's data cannot be used
    ├── PlanError                a setting is unknown, out of range or contradicts another
    ├── ModelError               a model cannot be loaded safely, or at all
    ├── RunError                 a run folder cannot be read, written or resumed
    └── RegistryError            a plug-in file does not keep its contract

Each carries `what`, `where` and `next_step`; `str()` joins them. Foreign exceptions are translated where the foreign
library is called, and nowhere else.
"""


class LuthierError(Exception):
    """Base of all errors that are meant for the user.

    Args:
        what: what went wrong, with the value that was found.
        where: file, line, column, row or setting; empty when there is none.
        next_step: what to do about it.
    """

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what = what
        self.where = where
        self.next_step = next_step
        super().__init__(self._joined())

    def _joined(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  next: {self.next_step}" if self.next_step else text


class InputError(LuthierError):
    """The user's data cannot be used."""


class PlanError(LuthierError):
    """A setting is unknown, out of range or contradicts another."""


class ModelError(LuthierError):
    """A model cannot be loaded safely, or at all."""


class RunError(LuthierError):
    """A run folder cannot be read, written or resumed."""


class RegistryError(LuthierError):
    """A plug-in file does not keep its contract."""
