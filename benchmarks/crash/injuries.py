"""Checkpoints injured on purpose: each injury is named with its file, and the run ends as if nothing had happened."""

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crash.child import STEP_STARTS, kill_self, run
from benchmarks.crash.scene import Scene, Stage, difference
from luthier.files import MANIFEST, verify_folder

SCENE = Scene(word_dropout=0.2, save_every=2)
STOPPED, NEWEST, OLDER, BEST = 11, "step-00000010", "step-00000008", "step-00000006"
FILES = ("weights.safetensors", "optimiser.safetensors", "state.json", "log.jsonl", MANIFEST)
BEGINNING = "no checkpoint is usable"

Injure = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Injury:
    """What is done to a stopped run, and what is to come of it.

    Attributes:
        name: for the table.
        file: what must be named; empty where there is nothing to tell.
        injure: done to the run folder.
        goes_on: from where: a checkpoint, `BEGINNING`, or "" for a refusal.
    """

    name: str
    file: str
    injure: Injure
    goes_on: str = OLDER


def checkpoints(folder: Path) -> Path:
    """Of the only attempt."""
    return folder / "attempts" / "01" / "checkpoints"


def cut(path: Path) -> None:
    """Leave the first half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path, bit: int) -> None:
    """Turn one bit over."""
    raw = bytearray(path.read_bytes())
    raw[bit // 8] ^= 1 << bit % 8
    path.write_bytes(raw)


def every_injury() -> Iterator[Injury]:
    """Each file of the newest checkpoint in four ways, whole folders, and what lies outside of them."""
    for name in FILES:
        yield Injury(f"{name} missing", name, lambda run, name=name: (checkpoints(run) / NEWEST / name).unlink())
        yield Injury(f"{name} cut", name, lambda run, name=name: cut(checkpoints(run) / NEWEST / name))
        yield Injury(f"{name} one bit flipped", name, lambda run, name=name: _flip_middle(run, name))
        yield Injury(f"{name} of another checkpoint", name, lambda run, name=name: _swap(run, name))
    yield Injury("whole checkpoint of another step", MANIFEST, _swap_all)
    yield Injury(
        "empty newer folder", "step-00000099", lambda run: (checkpoints(run) / "step-00000099").mkdir(), NEWEST
    )
    yield Injury("leftover staging folder", "", _leave_staging, NEWEST)
    yield Injury("best checkpoint cut", BEST, _cut_best, BEGINNING)
    yield Injury("every checkpoint cut", "weights.safetensors", _cut_all, BEGINNING)
    yield Injury("log of the attempt missing", "", lambda run: (run / "attempts/01/log.jsonl").unlink(), NEWEST)
    yield Injury("log of the attempt cut", "", lambda run: cut(run / "attempts/01/log.jsonl"), NEWEST)
    for name in ("data/train.parquet", "data/test.parquet", "data/profile.json", "plan.yaml"):
        yield Injury(f"{name} one bit flipped", Path(name).name, lambda run, name=name: flip(run / name, 999), "")
        yield Injury(f"{name} missing", Path(name).name, lambda run, name=name: (run / name).unlink(), "")
    yield Injury("pretrained weights one bit flipped", "model.safetensors", _flip_pretrained, "")


def injure_everything(stage: Stage, flips: int, seed: int, tell: Callable[[str], None]) -> dict[str, object]:
    """Every injury on a copy of one stopped run; then many single bits, which need only be seen."""
    stopped = stage.folder / "stopped"
    request = stage.request(SCENE, stopped.name)
    ended = run(request, hook=_stop).wait()
    assert ended.status == -9, ended
    failed, table = [], {}
    for injury in every_injury():
        wrong = try_injury(stage, stopped, injury)
        table[injury.name] = wrong or "named, " + (f"went on from {injury.goes_on}" if injury.goes_on else "refused")
        tell(f"{injury.name:48} {table[injury.name]}")
        failed += [f"{injury.name}: {wrong}"] if wrong else []
    missed = _flip_bits(checkpoints(stopped) / NEWEST, flips, random.Random(seed))
    failed += [f"bit not seen: {missed[0]}"] if missed else []
    return {
        "injuries": len(table),
        "bits_flipped": flips,
        "bits_not_named": len(missed),
        "failed": failed,
        "table": table,
    }


def _stop(what: str, steps: int) -> None:
    if (what, steps) == (STEP_STARTS, STOPPED):
        kill_self()


def try_injury(stage: Stage, stopped: Path, injury: Injury) -> str:
    """Injure a copy of a stopped run and go on with it; what went wrong, or nothing."""
    folder, aside = stage.folder / "injured", stage.folder / "aside"
    pretrained = stage.folder / "model" / "model.safetensors"
    kept = pretrained.read_bytes()
    shutil.rmtree(folder, ignore_errors=True)
    stopped.rename(aside)
    try:
        shutil.copytree(aside, folder)
        injury.injure(folder)
        ended = run(stage.request(SCENE, folder.name)).wait()
    finally:
        aside.rename(stopped)
        pretrained.write_bytes(kept)
    told = [line for line in ended.said if injury.file in line and ("not usable" in line or line.startswith("error:"))]
    if bool(told) != bool(injury.file):
        return f"said {ended.said}"
    if not injury.goes_on:
        return "" if ended.status == 2 else f"ended with {ended.status}: {ended.said[-1:]}"
    if ended.status != 0:
        return f"ended with {ended.status}: {ended.said[-1:]}"
    if injury.goes_on == BEGINNING:
        if not any(BEGINNING in line for line in ended.said):
            return f"said {ended.said}"
    elif ended.resumed_at != int(injury.goes_on.removeprefix("step-")):
        return f"went on from step {ended.resumed_at}"
    return difference(folder, stage.undisturbed(SCENE))


def _flip_middle(run_folder: Path, name: str) -> None:
    path = checkpoints(run_folder) / NEWEST / name
    flip(path, path.stat().st_size * 4)


def _flip_bits(folder: Path, flips: int, chance: random.Random) -> list[str]:
    """Flip bits anywhere in a checkpoint, one at a time; those after which the file was not named."""
    missed = []
    for _ in range(flips):
        name = chance.choice(FILES)
        path = folder / name
        bit = chance.randrange(path.stat().st_size * 8)
        flip(path, bit)
        if not any(name in injury for injury in verify_folder(folder)):
            missed.append(f"{name}, bit {bit}")
        flip(path, bit)
    return missed


def _swap(run_folder: Path, name: str) -> None:
    shutil.copyfile(checkpoints(run_folder) / OLDER / name, checkpoints(run_folder) / NEWEST / name)


def _swap_all(run_folder: Path) -> None:
    for name in FILES:
        _swap(run_folder, name)


def _leave_staging(run_folder: Path) -> None:
    shutil.copytree(checkpoints(run_folder) / NEWEST, checkpoints(run_folder) / ".staging-step-00000012-0123abcd")


def _cut_best(run_folder: Path) -> None:
    cut(checkpoints(run_folder) / BEST / "weights.safetensors")


def _cut_all(run_folder: Path) -> None:
    for folder in checkpoints(run_folder).iterdir():
        cut(folder / "weights.safetensors")


def _flip_pretrained(run_folder: Path) -> None:
    path = run_folder.parent / "model" / "model.safetensors"
    flip(path, path.stat().st_size * 4)
