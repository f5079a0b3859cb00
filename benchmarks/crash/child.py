"""A run of Luthier in a forked child, which may be killed at any moment without harm to this process.

Forking a process that has everything imported makes a kill cost a second instead of ten. The fresh process in which a
run loads its saved model again is played inside the child for the same reason.
"""

import json
import mmap
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

# Everything that run.py imports late: a child must find it imported.
import luthier.known
import luthier.run
import luthier.stages.evaluate.verdict
import luthier.stages.report.environment
import luthier.stages.report.write
import luthier.trained
from luthier.errors import LuthierError
from luthier.facts.event import Event, Watch
from luthier.facts.request import Request
from luthier.models.fresh import answer
from luthier.stages.evaluate import intervals, reload
from luthier.stages.train import checkpoint
from luthier.stages.train.loop import Training

_SIZE = 1 << 16
_COUNTERS = 16
_TICK = 0.001
STEP_STARTS, BATCH_DONE, SAVING = "a step starts", "a batch is done", "a checkpoint is being written"

Act = Callable[[], None]
Hook = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended.

    Attributes:
        status: exit status; 0 finished, 2 a LuthierError, 3 any other exception, -9 killed.
        step: last optimiser step that it had taken, over its whole life; 0 for none.
        events: events of its life.
        said: notices and the error, in order.
    """

    status: int
    step: int
    events: int
    said: tuple[str, ...]

    @property
    def resumed_at(self) -> int | None:
        """Step of the checkpoint from which it went on."""
        for line in self.said:
            if line.startswith("resumed at step "):
                return int(line.split()[3].replace(",", ""))
        return None


class Child:
    """A child whose notes are seen here, whatever becomes of it."""

    def __init__(self, work: Callable[["Child"], None]) -> None:
        self._notes = mmap.mmap(-1, _SIZE)  # shared with the child
        self._end = _COUNTERS
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._live(work)

    def _live(self, work: Callable[["Child"], None]) -> None:
        status = 3
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # orphaned loader workers complain when their parent is killed
            torch.set_num_threads(1)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            work(self)
            status = 0
        except LuthierError as error:
            self.note(f"error: {error}")
            status = 2
        except KeyboardInterrupt as stop:
            self.note(f"interrupted: {stop.args}")
            status = 130
        except BaseException as error:
            self.note(f"traceback: {type(error).__name__}: {error}")
            raise
        finally:
            os._exit(status)

    def note(self, line: str) -> None:
        """Keep a line where the parent sees it."""
        raw = line.replace("\n", " ").encode() + b"\n"
        if self._end + len(raw) < _SIZE:
            self._notes[self._end : self._end + len(raw)] = raw
            self._end += len(raw)

    def step(self, number: int) -> None:
        """Keep the number of the last step."""
        self._notes[:8] = number.to_bytes(8, "little")

    @property
    def events(self) -> int:
        """Events so far: how far it has come, whatever else this machine is doing."""
        return int.from_bytes(self._notes[8:16], "little")

    def watch(self, event: Event) -> None:
        """A watcher that notes what the parent needs."""
        self._notes[8:16] = (self.events + 1).to_bytes(8, "little")
        if event.kind == "progress" and event.stage == "train":
            self.step(event.done)
        elif event.kind == "notice":
            self.note(event.text)

    def kill_after(self, events: int, seconds: float) -> Ended:
        """SIGKILL so many seconds after so many events, unless it ended by itself."""
        until = None
        while until is None or time.monotonic() < until:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return self._ended(status)
            if until is None and self.events >= events:
                until = time.monotonic() + seconds
            time.sleep(_TICK)
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def wait(self) -> Ended:
        """Wait for its end."""
        return self._ended(os.waitpid(self.pid, 0)[1])

    def _ended(self, status: int) -> Ended:
        lines = bytes(self._notes[_COUNTERS:]).split(b"\0", 1)[0].decode(errors="replace").splitlines()
        step = int.from_bytes(self._notes[:8], "little")
        events = self.events
        self._notes.close()
        return Ended(os.waitstatus_to_exitcode(status), step, events, tuple(lines))


def run(request: Request, *, before: Act | None = None, hook: Hook | None = None) -> Child:
    """Fit, or go on where the run folder (`request.out`) holds a run already.

    Args:
        request: what to do.
        before: called in the child first.
        hook: called in the child with the name of a stage that begins, `STEP_STARTS`, `BATCH_DONE` or `SAVING`, and
            the number of steps taken.
    """
    folder = Path(request.out or "")

    def work(child: Child) -> None:
        _shorten()
        watch = child.watch
        if hook:
            _call_in_training(hook)
            watch = _both(child, hook)
        if before:
            before()
        if (folder / "request.json").is_file():
            luthier.run.resume(str(folder), watch)
        else:
            luthier.run.fit(request, watch)

    return Child(work)


def _both(child: Child, hook: Hook) -> Watch:
    def watch(event: Event) -> None:
        child.watch(event)
        if event.kind == "stage":
            hook(event.stage, 0)

    return watch


def warm_up(request: Request) -> None:
    """Run once in this process, so that children find everything imported; nothing stays changed."""
    kept = intervals.RESAMPLES, reload.subprocess
    _shorten()
    luthier.run.fit(request)
    intervals.RESAMPLES, reload.subprocess = kept


def kill_self() -> None:
    """What the power does when it fails."""
    os.kill(os.getpid(), signal.SIGKILL)


def _shorten() -> None:
    intervals.RESAMPLES = 50  # intervals are not what is tried here; at 2,000 they take as long as the training

    def run_here(command: list[str], *, input: str, **_: Any) -> SimpleNamespace:
        wanted = json.loads(input)
        made = answer(Path(command[-1]), wanted["texts"], wanted["max_tokens"])
        return SimpleNamespace(returncode=0, stdout=json.dumps(made), stderr="")

    reload.subprocess = SimpleNamespace(run=run_here, TimeoutExpired=subprocess.TimeoutExpired)  # type: ignore[attr-defined]


def _call_in_training(hook: Hook) -> None:
    step, backward, copy = Training._step, Training._backward, shutil.copyfile

    def watched_step(self: Training, batches: Any) -> Any:
        hook(STEP_STARTS, self.done)
        return step(self, batches)

    def watched_backward(self: Training, batch: Any, share: float) -> float:
        loss = backward(self, batch, share)
        hook(BATCH_DONE, self.done)
        return loss

    def watched_copy(source: Path, target: Path) -> None:
        hook(SAVING, int(target.parent.name.split("-")[2]))
        copy(source, target)

    checkpoint.shutil = SimpleNamespace(copyfile=watched_copy)  # type: ignore[attr-defined]
    Training._step, Training._backward = watched_step, watched_backward  # type: ignore[method-assign]
