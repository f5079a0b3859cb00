"""The guard: asks the failures that can be seen during training, every few steps and after each evaluation."""

import time

from luthier.facts.finding import Finding, Moment, Verdicts
from luthier.facts.report import Evidence
from luthier.failures._contract import Failure
from luthier.failures._engine import ask

_EVERY = 10


class Guard:
    """Watches a run.

    Args:
        failures: whom to ask; those without the moment `during` are passed over.
        silenced: ids of which the user does not want to hear.
    """

    def __init__(self, failures: dict[str, Failure], silenced: tuple[str, ...] = ()) -> None:
        self._asked = [f for f in failures.values() if Moment.DURING in f.moments]
        self._silenced = silenced
        self.verdicts = Verdicts()
        self.seconds = 0.0

    def due(self, step: int) -> bool:
        """Whether to look after this step."""
        return bool(self._asked) and step % _EVERY == 0

    def look(self, evidence: Evidence) -> tuple[Finding, ...]:
        """Ask now; returns findings that were not there at the last look."""
        started = time.perf_counter()
        known = {finding.failure for finding in self.verdicts.seen}
        self.verdicts = ask(self._asked, Moment.DURING, evidence, silenced=self._silenced)
        self.seconds += time.perf_counter() - started
        return tuple(finding for finding in self.verdicts.seen if finding.failure not in known)
