"""SIGKILL at chosen moments, for every strategy, with and without workers, with fixed and augmented rows."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crash.child import BATCH_DONE, SAVING, STEP_STARTS, kill_self, run
from benchmarks.crash.scene import Scene, Stage, difference, every_scene


@dataclass(frozen=True, slots=True)
class When:
    """A moment of a run: the what-th call of the hook with this name and this number of steps taken."""

    name: str
    what: str
    steps: int = 0


IN_TRAINING = (
    When("start", STEP_STARTS, 0),
    When("within an epoch", STEP_STARTS, 9),
    When("within accumulation", BATCH_DONE, 10),
    When("end of an epoch", STEP_STARTS, 12),
)
AROUND = (
    When("before the plan", "plan"),
    When("at the baselines", "baselines"),
    When("while saving a checkpoint", SAVING, 10),
    When("while saving the best", SAVING, 12),
    When("before scoring", "evaluate"),
    When("before the model is saved", "save"),
    When("before it is verified", "verify"),
    When("before the report", "report"),
)


def kill_once(stage: Stage, scene: Scene, when: When) -> str:
    """Kill a run at a moment, go on with it; what went wrong, or nothing."""
    request = stage.request(scene, f"{scene.name}-{when.name.replace(' ', '-')}")

    def hook(what: str, steps: int) -> None:
        if (what, steps) == (when.what, when.steps):
            kill_self()

    killed = run(request, hook=hook).wait()
    if killed.status != -9:
        return f"was not killed: {killed}"
    ended = run(request).wait()
    if ended.status != 0:
        return f"cannot go on: {ended.said[-1:]}"
    return difference(Path(request.out or ""), stage.undisturbed(scene))


def kill_at_each_moment(stage: Stage, tell: Callable[[str], None]) -> dict[str, object]:
    """The whole matrix."""
    cases = [(scene, when) for scene in every_scene((2,)) for when in IN_TRAINING]
    cases += [(Scene(word_dropout=0.2, save_every=2), when) for when in AROUND]
    failed = []
    for scene, when in cases:
        wrong = kill_once(stage, scene, when)
        if wrong:
            failed.append(f"{scene.name}, {when.name}: {wrong}")
            tell(failed[-1])
    return {"cases": len(cases), "equal": len(cases) - len(failed), "failed": failed}
