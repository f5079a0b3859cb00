"""Time to detection: the same runs once more, each with `LuthierCallback` in its Trainer, which notes when it spoke.

The callback is put among Trainer's default ones, so that no recipe knows of it. Step 0 is before the first step.
"""

import json
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import trainer

from luthier.facts.finding import Moment
from luthier.failures._engine import all_failures
from luthier.integrations.transformers import LuthierCallback

HEARD = "heard.json"


@dataclass(frozen=True)
class Heard:
    """When the guard named the planted cause.

    Attributes:
        recipe, cause: of the run.
        step: at which it was named; None where it was not.
        steps: of the whole run.
    """

    recipe: str
    cause: str
    step: int | None
    steps: int


def can_be_heard(cause: str) -> bool:
    """Whether the cause shows before or during training."""
    failure = all_failures().get(cause)
    return failure is not None and bool({Moment.BEFORE, Moment.DURING} & set(failure.moments))


def listen(folder: Path) -> None:
    """Let every Trainer of this process write down when which failure was first seen."""

    class Ear(LuthierCallback):
        """Only records; notes the step of each new finding."""

        def __init__(self) -> None:
            super().__init__("record")
            self._first: dict[str, int] = {}

        def on_train_begin(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
            super().on_train_begin(args, state, control)
            self._note(state.global_step, state.max_steps)

        def on_step_end(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
            super().on_step_end(args, state, control)
            self._note(state.global_step, state.max_steps)

        def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **unused: Any) -> None:
            super().on_evaluate(args, state, control, metrics)
            self._note(state.global_step, state.max_steps)

        def _note(self, step: int, steps: int) -> None:
            new = [one.failure for one in self.verdicts.seen if one.failure not in self._first]
            if step and not new:
                return
            self._first |= dict.fromkeys(new, step)
            (folder / HEARD).write_text(json.dumps({"steps": steps, "first": self._first}))

    trainer.DEFAULT_CALLBACKS.append(Ear)


def heard_in(folder: Path, made: dict[str, Any]) -> Heard:
    """What was heard in a run that was listened to."""
    heard = json.loads((folder / HEARD).read_text())
    steps = [heard["first"][name] for name in (made["cause"], *made["also"]) if name in heard["first"]]
    return Heard(made["recipe"], made["cause"], min(steps, default=None), heard["steps"])


def table(heard: list[Heard]) -> list[str]:
    """A line for each run, and what they come to."""
    lines = [f"{'run':<30}{'cause':<38}{'named at step':>14}{'of':>6}"]
    lines += [
        f"{one.recipe:<30}{one.cause:<38}{'not named' if one.step is None else one.step:>14}{one.steps:>6}"
        for one in sorted(heard, key=lambda one: (one.step is None, one.step or 0, one.recipe))
    ]
    before = [one for one in heard if one.step == 0]
    during = [one for one in heard if one.step]
    lines.append(f"\nnamed {len(before) + len(during)} of {len(heard)}: {len(before)} before the first step")
    if during:
        steps, shares = [one.step or 0 for one in during], [(one.step or 0) / one.steps for one in during]
        middle, share = statistics.median(steps), statistics.median(shares)
        lines.append(f"{len(during)} later: median step {middle:.0f}, at {share:.0%} of the run")
    return lines
