"""What an experiment file must hold.

An experiment is a module `experiments/<experiment>.py`, found by itself. Its docstring says what passing and failing
mean and where the method is from. It holds

- `ORDER`: a number; experiments run in ascending order;
- `SHARE`: the part of the battery's time that it may take, relative to the others;
- `run(subject, budget) -> Experiment`: tries and answers. It may change the model, its gradients and the random state:
  the battery puts everything back. It leaves the exceptions of foreign code to the battery unless they are its answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import cast

from luthier.errors import RegistryError
from luthier.facts.finding import Number
from luthier.facts.trial import Experiment
from luthier.registry import plug_ins
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.subject import Subject

Run = Callable[[Subject, Budget], Experiment]
Numbers = dict[str, Number]


@dataclass(frozen=True, slots=True)
class Trial:
    """An experiment, as the battery sees it; the fields are the parts of its module."""

    name: str
    order: int
    share: float
    run: Run


def load(_: str, name: str, module: ModuleType) -> Trial:
    """Turn a module into a `Trial`.

    Raises:
        RegistryError: a part is missing.
    """
    missing = [part for part in ("ORDER", "SHARE", "run") if not hasattr(module, part)]
    if missing:
        raise RegistryError(f"experiment {name} has no {', '.join(missing)}", where=str(module.__file__))
    return Trial(name, int(module.ORDER), float(module.SHARE), cast(Run, module.run))


def all_trials() -> tuple[Trial, ...]:
    """Every experiment in the order in which they run."""
    found = plug_ins("luthier.stages.trial.experiments", load)
    return tuple(sorted(found.values(), key=lambda trial: trial.order))


def answered(passed: bool, says: str, numbers: Numbers) -> Experiment:
    """An answer; the battery adds name and time."""
    return Experiment("", "passed" if passed else "failed", numbers, says)


def not_run(reason: str) -> Experiment:
    """No answer, and why."""
    return Experiment("", "not run", {}, reason)
