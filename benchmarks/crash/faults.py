"""Every call that changes the disk fails once: no space, an I/O error, no permission; or the power goes at that call.

After SQLite's tests: fail the n-th operation for every n, then look whether everything is whole. The failing stands
below Python and Rust (failing_disk.c, preloaded), so that safetensors, tokenizers and pyarrow meet it too.
"""

import ctypes
import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from benchmarks.crash.child import Child, Ended, run
from benchmarks.crash.scene import Scene, Stage, difference
from luthier.facts.evaluation import Evaluation, Interval
from luthier.stages.train.checkpoint import Checkpoints, Position

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EPERM)
POWER_CUT = -1
SCENE = Scene("top_layers", save_every=3)


def fail_every_call(stage: Stage, tell: Callable[[str], None]) -> dict[str, object]:
    """Both parts below, in a process that has the failing disk preloaded."""
    compiler = shutil.which("cc")
    if compiler is None:
        return {"not looked": "there is no C compiler", "failed": []}
    disk, answer = stage.folder / "failing_disk.so", stage.folder / "faults.json"
    source = Path(__file__).with_name("failing_disk.c")
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", disk, source, "-ldl"], check=True)
    command = [sys.executable, "-m", "benchmarks.crash.faults", str(stage.folder / "faults"), str(answer)]
    subprocess.run(command, env={**os.environ, "LD_PRELOAD": str(disk)}, check=True)
    result: dict[str, object] = json.loads(answer.read_text())
    return result


def main() -> None:
    """Entry of the process with the failing disk."""
    folder, answer = Path(sys.argv[1]), Path(sys.argv[2])
    saves, failed = one_save(folder / "save")
    runs, places, more = whole_run(Stage(folder / "run", rows=60, epochs=1))
    result = {"faults_in_a_save": saves, "faults_in_a_run": runs, "places_in_a_run": places, "failed": failed + more}
    answer.write_text(json.dumps(result))


def one_save(folder: Path) -> tuple[int, list[str]]:
    """Every call of one save of a checkpoint fails in every way; returns the number of cases, and the bad ones."""
    folder.mkdir(parents=True)
    home = folder / "checkpoints"
    calls = _save(home, nth=0)[1]
    failed, cases = [], 0
    for nth, call in enumerate(calls, start=1):
        for how in (*ERRORS, POWER_CUT):
            cases += 1
            ended, _ = _save(home, nth=nth, how=how)
            wrong = _wrong_after_save(home, ended, how)
            failed += [f"save, call {nth} ({call}), {_named(how)}: {wrong}"] if wrong else []
    return cases, failed


def _save(home: Path, nth: int, how: int = 0) -> tuple[Ended, list[str]]:
    """Save steps 1 and 2, then step 3 on the failing disk."""
    shutil.rmtree(home, ignore_errors=True)
    home.with_name("log.jsonl").write_bytes(b"{}\n" * 100)

    def work(child: Child) -> None:
        checkpoints = Checkpoints(home)
        for step in (1, 2, 3):
            if step == 3:
                arm(home, nth, how)
            try:
                _save_step(checkpoints, step)
            finally:
                for line in calls() if nth == 0 else []:
                    child.note(line)

    ended = Child(work).wait()
    return ended, list(ended.said)


def _save_step(checkpoints: Checkpoints, step: int) -> None:
    scored = Evaluation("model", "validation", 1, {"accuracy": Interval(1.0, 1.0, 1.0)})
    position = Position(done=step, total=3, evaluations=((step, scored),))
    log = checkpoints.folder.with_name("log.jsonl")
    checkpoints.save(position, {"w": torch.full((64, 64), step)}, {"random": torch.ones(9)}, log)


def _wrong_after_save(home: Path, ended: Ended, how: int) -> str:
    if ended.status not in ((-9,) if how == POWER_CUT else (0, 2)):
        return f"ended with {ended.status}: {ended.said}"
    checkpoints = Checkpoints(home)
    newest, passed_over = checkpoints.newest()
    if newest is None or passed_over or newest.position.done not in (2, 3):
        return f"newest {newest and newest.position.done}, {passed_over}"
    if ended.status == 0 and newest.position.done != 3:
        return "said nothing and saved nothing"
    _save_step(checkpoints, 3)
    left = sorted(path.name for path in home.iterdir())
    return "" if left == ["step-00000002", "step-00000003"] else f"left {left}"


def whole_run(stage: Stage) -> tuple[int, int, list[str]]:
    """Every place where a run changes the disk fails once, the errors taking turns.

    Places are calls whose file has the same name up to numbers. Returns cases, places and the bad ones.
    """
    seen = _places(stage)
    failed = []
    for case, (nth, call) in enumerate(seen):
        how = ERRORS[case % len(ERRORS)]
        wrong = _wrong_after_fault(stage, nth, how)
        failed += [f"run, call {nth} ({call}), {_named(how)}: {wrong}"] if wrong else []
    return len(seen), len({call for _, call in seen}), failed


def _places(stage: Stage) -> list[tuple[int, str]]:
    request = stage.request(SCENE, "counted")
    folder = Path(request.out or "")
    listing = stage.folder / "calls.txt"
    request_done = run(request, before=lambda: _count(folder, listing)).wait()
    assert request_done.status == 0, request_done
    places: dict[str, int] = {}
    for nth, line in enumerate(listing.read_text().splitlines(), start=1):
        places.setdefault(re.sub(r"-[0-9a-f]{8}$|-[0-9a-f]{8}(?=/)|step-\d+|\.tmp\w+", "", line), nth)
    return [(nth, call) for call, nth in places.items()]


def _count(folder: Path, listing: Path) -> None:
    arm(folder, 0, 0)
    leave = os._exit

    def write_and_leave(status: int) -> None:
        listing.write_text("\n".join(calls()))
        leave(status)

    os._exit = write_and_leave  # type: ignore[assignment]


def _wrong_after_fault(stage: Stage, nth: int, how: int) -> str:
    request = stage.request(SCENE, "faulty")
    folder = Path(request.out or "")
    shutil.rmtree(folder, ignore_errors=True)
    ended = run(request, before=lambda: arm(folder, nth, how)).wait()
    if ended.status not in (0, 2):
        return f"ended with {ended.status}: {ended.said[-1:]}"
    if ended.status == 2:
        again = run(request).wait()
        if again.status != 0:
            return f"cannot go on: {again.said[-1:]}"
    return difference(folder, stage.undisturbed(SCENE))


def arm(folder: Path, nth: int, how: int) -> None:
    """Let the nth call from now on below a folder fail; 0 for none."""
    ctypes.CDLL(None).failing_disk_arm(str(folder).encode(), ctypes.c_long(nth), ctypes.c_int(how))


def calls() -> list[str]:
    """The calls below the folder since then."""
    listing = ctypes.CDLL(None).failing_disk_calls
    listing.restype = ctypes.c_char_p
    return listing().decode().splitlines()  # type: ignore[no-any-return]


def _named(how: int) -> str:
    return "power cut" if how == POWER_CUT else errno.errorcode[how]


if __name__ == "__main__":
    main()
