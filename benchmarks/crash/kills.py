"""SIGKILL at random moments. Every kill is followed by a resume; every run is brought to its end and compared."""

import random
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.crash.child import run
from benchmarks.crash.scene import Scene, Stage, difference, every_scene

_LONGEST = 0.1
"""Seconds after an event within which the kill strikes; a step with its checkpoint takes about as long."""


@dataclass(slots=True)
class Tally:
    """What came of the kills.

    Attributes:
        kills: SIGKILLs sent to a living run.
        runs: runs brought to their end.
        unusable: what a run said that could not go on.
        different: runs that ended otherwise than the undisturbed one, with the first file that differs.
        most_lost: most steps that a kill cost, in save intervals.
        lost_steps: the same in steps.
        in_training: kills that struck while training.
        passed_over: checkpoints that a resume found not usable; a kill should leave none.
        seconds: wall time.
    """

    kills: int = 0
    runs: int = 0
    unusable: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    most_lost: float = 0.0
    lost_steps: int = 0
    in_training: int = 0
    passed_over: int = 0
    seconds: float = 0.0


def kill_many(stage: Stage, kills: int, seed: int, tell: Callable[[str], None]) -> dict[str, object]:
    """Kill until so many kills have struck."""
    chance, tally, started = random.Random(seed), Tally(), time.monotonic()
    scenes = list(every_scene())
    lives = {scene: _events(stage, scene) for scene in scenes}
    while tally.kills < kills:
        scene = chance.choice(scenes)
        _chain(stage, scene, lives[scene], chance, tally, kills)
        if tally.runs % 20 == 0:
            tell(
                f"{tally.kills} kills, {tally.runs} runs, {len(tally.unusable)} unusable, {len(tally.different)} differ"
            )
    tally.seconds = time.monotonic() - started
    result = asdict(tally)
    late = [f"{tally.most_lost} save intervals lost"] if tally.most_lost > 1 else []
    return {**result, "failed": [*tally.unusable, *tally.different, *late]}


def _events(stage: Stage, scene: Scene) -> int:
    """Events of the run when nothing happens to it."""
    ended = run(stage.request(scene, f"{scene.name}-counted")).wait()
    assert ended.status == 0, ended
    return ended.events


def _chain(stage: Stage, scene: Scene, events: int, chance: random.Random, tally: Tally, kills: int) -> None:
    """One run, killed again and again at random moments of its life until one life is long enough."""
    request = stage.request(scene, f"killed-{tally.runs}")
    folder = Path(request.out or "")
    reached = 0
    while True:
        child = run(request)
        moment = chance.randrange(events), chance.uniform(0.0, _LONGEST)
        ended = child.kill_after(*moment) if tally.kills < kills else child.wait()
        resumed = ended.resumed_at
        if resumed is not None:
            tally.lost_steps = max(tally.lost_steps, reached - resumed)
            tally.most_lost = max(tally.most_lost, (reached - resumed) / scene.save_every)
        elif ended.step:
            # It trained from the beginning: what was reached before is lost.
            tally.lost_steps = max(tally.lost_steps, reached)
            tally.most_lost = max(tally.most_lost, reached / scene.save_every)
        tally.passed_over += sum("is not usable" in line for line in ended.said)
        reached = ended.step or (reached if resumed is None else resumed)
        if ended.status != -9:
            break
        tally.kills += 1
        tally.in_training += bool(ended.step)
    tally.runs += 1
    if ended.status != 0:
        tally.unusable.append(f"{scene.name}: {ended.said[-1:]}")
        return
    first = difference(folder, stage.undisturbed(scene))
    if first:
        tally.different.append(f"{scene.name}: {first}")
        return
    shutil.rmtree(folder)
