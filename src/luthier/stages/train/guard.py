"""The guard: asks the failures that can be seen during training, every few steps and after each evaluation."""

import time

from luthier.facts.finding import Finding, Moment, Verdicts
from luthier.facts.report import Evidence
from luthier.failures._contract import Failure
from luthier.failures._engine import ask, last_word

NOTHING = Verdicts()
_EVERY = 10


class Guard:
    """Watches a run.

    Args:
        failures: whom to ask; those without the moment `during` are passed over.
        silenced: ids of which the user does not want to hear.
        before: what was answered before training; a cause that is known silences its symptoms.
    """

    def __init__(
        self, failures: dict[str, Failure], silenced: tuple[str, ...] = (), before: Verdicts = NOTHING
    ) -> None:
        self._asked = [f for f in failures.values() if Moment.DURING in f.moments]
        self._silenced = silenced
        self._before = before
        self.verdicts = before
        self.seconds = 0.0

    def due(self, step: int) -> bool:
        """Whether to look after this step."""
        return bool(self._asked) and step % _EVERY == 0

    def look(self, evidence: Evidence) -> tuple[Finding, ...]:
        """Ask now; returns findings that were not there at the last look. What has passed again is forgotten."""
        started = time.perf_counter()
        known = {finding.failure for finding in self.verdicts.seen}
        now = ask(self._asked, Moment.DURING, evidence, silenced=self._silenced)
        self.verdicts = last_word(self._before, now)
        self.seconds += time.perf_counter() - started
        return tuple(finding for finding in self.verdicts.seen if finding.failure not in known)
