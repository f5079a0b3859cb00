"""The longest batch fits.

Passed: a batch of the longest training rows goes forward and backward; its peak memory is told for information.
Failed: it raises: out of memory, or more tokens than the model has positions. Batches are drawn at random, so the run
would have met it hours later.

Memory on a processor is the growth of the resident set, sampled every 5 ms, so it is an estimate from below: what was
freed earlier is used again. On a GPU it is torch's own peak. Source: transformers #14243, #8077,
#2446 (rows longer than the positions, found in one late batch).
"""

import threading
import time
from types import TracebackType

import psutil
import torch

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered, not_run
from luthier.stages.trial.raised import Raised
from luthier.stages.trial.steps import backward
from luthier.stages.trial.subject import Subject
from luthier.stages.trial.tensors import count

ORDER = 100
SHARE = 1.0
_EVERY = 0.005
_MB = 2**20


def run(subject: Subject, budget: Budget) -> Experiment:
    """Forward and backward in training mode."""
    if subject.longest is None:
        return not_run(subject.why_not("longest_batch"))
    batch = subject.longest()
    main = batch.get("input_ids")
    tokens = int(main.shape[1]) if main is not None and main.ndim > 1 else 0
    numbers: Numbers = {"rows": count(batch), "tokens": tokens}
    subject.training_mode()
    with Raised() as raised, _Peak() as peak:
        backward(subject, [batch])
    numbers["peak_mb"] = peak.grown / _MB
    if raised.error is not None:
        numbers |= {"error": raised.kind, "message": raised.says}
        return answered(False, f"a batch of {count(batch)} x {tokens} tokens raises {raised.says}", numbers)
    says = f"the longest batch, {count(batch)} x {tokens} tokens, fits: at its peak {peak.grown / _MB:,.0f} MB more"
    return answered(True, says, numbers)


class _Peak:
    """Bytes by which the memory of this process grows in a block, at its highest."""

    def __init__(self) -> None:
        self.grown = 0
        self._process = psutil.Process()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._gpu = torch.cuda.is_available()

    def __enter__(self) -> "_Peak":
        if self._gpu:
            torch.cuda.reset_peak_memory_stats()
            self._start = torch.cuda.memory_allocated()
        else:
            self._start = self._process.memory_info().rss
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._gpu:
            self.grown = torch.cuda.max_memory_allocated() - self._start
            return
        self._note()
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.is_set():
            self._note()
            time.sleep(_EVERY)

    def _note(self) -> None:
        self.grown = max(self.grown, self._process.memory_info().rss - self._start)
