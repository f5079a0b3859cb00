"""What the callback writes down beside a run: every step as it was, and what was seen, before and during.

`luthier_log.jsonl` has one line per step or evaluation, in the form of Luthier's own logs (`luthier.log`);
`luthier_findings.json` has the answers of all failures, the length of the run and the census of its first batches.
`stages/diagnose/readers/recorded.py` reads both.
"""

import json
import time
from pathlib import Path

from luthier.facts.census import BatchCensus
from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Verdicts
from luthier.facts.trace import Step, Trace
from luthier.files import make_folder, write_file
from luthier.log import Log, Recorder, read_log
from luthier.stages.diagnose.readers.recorded import FINDINGS, LOG, VERSION
from luthier.stages.report.json import to_json

_SYNC_SECONDS = 5.0
"""Seconds between two syncs of the log: what a power cut takes, and so rare that its cost of some ms is not felt."""


class Record:
    """Both files of a run. With no folder nothing is written, and the columns are kept all the same.

    Args:
        folder: output folder of the run; None for a process that does not write.
        total_steps, steps_per_epoch: length of the run in optimiser steps.
        done: step at which the run goes on; the log keeps what came before. 0 starts the log anew.

    Raises:
        RunError: from every method, where a file cannot be written.
    """

    def __init__(self, folder: Path | None, total_steps: int, steps_per_epoch: int, done: int = 0) -> None:
        self.recorder = Recorder(total_steps, steps_per_epoch)
        self._folder, self._synced = folder, time.monotonic()
        self._log: Log | None = None
        if folder is not None:
            make_folder(folder)
            path = folder / LOG
            write_file(path, b"".join(_kept(path, done)))
            read_log(path, self.recorder)
            self._log = Log(path)

    def step(self, step: Step) -> None:
        """Take up a step."""
        self.recorder.add(step)
        if self._log is not None:
            self._log.write(step, step.number)

    def evaluation(self, evaluation: Evaluation, step: int) -> None:
        """Take up an evaluation made after this step."""
        self.recorder.evaluations.append((step, evaluation))
        if self._log is not None:
            self._log.write(evaluation, step)

    def sync(self) -> None:
        """Make the log durable, unless that was done a moment ago."""
        if self._log is not None and time.monotonic() - self._synced > _SYNC_SECONDS:
            self._log.sync()
            self._synced = time.monotonic()

    def trace(self, *, finished: bool = False) -> Trace:
        """The log so far, as columns."""
        return self.recorder.trace(finished=finished)

    def findings(self, verdicts: Verdicts, census: BatchCensus | None, *, finished: bool = False) -> None:
        """Write the answers of all failures."""
        if self._folder is not None:
            content = {
                "version": VERSION,
                "total_steps": self.recorder.total_steps,
                "steps_per_epoch": self.recorder.steps_per_epoch,
                "finished": finished,
                "verdicts": verdicts,
                "census": census,
            }
            write_file(self._folder / FINDINGS, to_json(content))

    def close(self) -> None:
        """Sync and close the log."""
        if self._log is not None:
            self._log.sync()
            self._log.close()
            self._log = None


def _kept(path: Path, done: int) -> list[bytes]:
    """Lines of an earlier log up to the step at which the run goes on; a line that a crash cut ends it."""
    kept: list[bytes] = []
    if not done or not path.is_file():
        return kept
    for line in path.read_bytes().splitlines(keepends=True):
        try:
            step = int(json.loads(line)["step"])
        except (ValueError, KeyError, TypeError):
            break
        if not line.endswith(b"\n"):
            break
        if step <= done:
            kept.append(line)
    return kept
