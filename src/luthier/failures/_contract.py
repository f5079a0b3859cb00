"""What a failure file must hold.

A failure is a module `failures/<origin>/<failure>.py`. Its name is its id, its command-line word, its page and its
test. The module holds

- a docstring with the headings Symptom, Why it is silent, Evidence, Fix, Source, in this order;
- one to three of the functions `before`, `during`, `after`. A moment asks for the evidence it needs by the names of
  its parameters (`data`, `model`, `plan`, `trace`, `census`, …: the fields of `Evidence`); a parameter with a default
  may be missing. It returns a `Finding`, `None` when the failure is not there, or `NotLooked` with a reason;
- `MESSAGE`, `WHY` and `NEXT_STEP`: templates filled with `Finding.numbers` (`str.format`). `MESSAGE` says cause,
  number and place in one or two sentences. Where a finding has a variant, the template is a dict from variant to
  text;
- `DEGREE` and, unless the degree is ADVICE, `fix`: a pure function `fix(plan, finding) -> Plan`, `fix(splits,
  finding) -> Splits` or, for settings that only other tools have, `fix(arguments, finding) -> Arguments`, which
  changes nothing when called a second time;
- `EXPLAINED_BY`, where it has causes of its own among the failures: their ids. When one of them was seen too, this
  one is a symptom and is told as such: one fault, one finding;
- `EXPERIMENT`, where its confidence is not full or other failures look alike: the cheapest experiment that tells
  whether it is this one, one sentence, filled like the other texts;
- `SIGNS`: how it looks to whoever does not know its name yet: one or more signatures of `_signs.py`;
- `BAD` and `GOOD`: two scenes of one kind: a fit (`Scene`), a folder of another tool (`RunScene`) or a trainer in
  memory (`LiveScene`).

Nothing is registered by hand: `registry.py` finds the file, and `load` refuses one that breaks the contract.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import ModuleType

from luthier.errors import RegistryError
from luthier.facts.arguments import Arguments
from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.plan import Plan
from luthier.facts.report import Evidence
from luthier.facts.rows import Splits
from luthier.facts.scene import AnyScene
from luthier.failures._signs import SIGNS

Answer = Finding | NotLooked | None
Look = Callable[..., Answer]
PlanFix = Callable[[Plan, Finding], Plan]
RowFix = Callable[[Splits, Finding], Splits]
ArgumentFix = Callable[[Arguments, Finding], Arguments]
Text = str | Mapping[str, str]

HEADINGS = ("Symptom", "Why it is silent", "Evidence", "Fix", "Source")
PARTS = frozenset(field.name for field in fields(Evidence)) - {"missing", "sources", "outside"}


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure, as the engine sees it.

    Attributes:
        id: file name without ".py".
        origin: folder name.
        doc: the module's docstring.
        moments: moment to the function that looks.
        message, why, next_step: templates.
        degree: how safe the fix is.
        fix_plan, fix_rows, fix_arguments: at most one of them is present.
        explained_by: ids of failures that cause this one.
        bad, good: scenes.
        experiment: template of the experiment that tells whether it is this one; empty where none is needed.
        signs: signatures of `_signs.py`.
    """

    id: str
    origin: str
    doc: str
    moments: dict[Moment, Look]
    message: Text
    why: Text
    next_step: Text
    degree: Degree
    fix_plan: PlanFix | None
    fix_rows: RowFix | None
    fix_arguments: ArgumentFix | None
    bad: AnyScene
    good: AnyScene
    explained_by: tuple[str, ...] = ()
    experiment: Text = ""
    signs: tuple[str, ...] = ()

    def needs(self, moment: Moment) -> tuple[str, ...]:
        """Parts of the evidence without which this moment cannot look."""
        return _parameters(self.moments[moment])[0]

    def reads(self, moment: Moment) -> tuple[str, ...]:
        """Parts of the evidence that this moment takes, needed or not."""
        return _parameters(self.moments[moment])[1]


@cache
def _parameters(look: Look) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the needed parameters, and of all; kept, because the guard asks in the training loop."""
    parameters = inspect.signature(look).parameters
    return tuple(n for n, p in parameters.items() if p.default is inspect.Parameter.empty), tuple(parameters)


def load(origin: str, name: str, module: ModuleType) -> Failure:
    """Turn a module into a `Failure`.

    Raises:
        RegistryError: a part is missing or has the wrong form.
    """

    def part(wanted: str) -> object:
        if not hasattr(module, wanted):
            raise RegistryError(f"failure {name} has no {wanted}", where=str(module.__file__))
        return getattr(module, wanted)

    moments = {m: getattr(module, m.value) for m in Moment if hasattr(module, m.value)}
    fix = getattr(module, "fix", None)
    first = next(iter(inspect.signature(fix).parameters), "") if fix else ""
    failure = Failure(
        id=name,
        origin=origin,
        doc=module.__doc__ or "",
        moments=moments,
        message=part("MESSAGE"),  # type: ignore[arg-type]
        why=part("WHY"),  # type: ignore[arg-type]
        next_step=part("NEXT_STEP"),  # type: ignore[arg-type]
        degree=part("DEGREE"),  # type: ignore[arg-type]
        fix_plan=fix if first == "plan" else None,
        fix_rows=fix if first == "splits" else None,
        fix_arguments=fix if first == "arguments" else None,
        bad=part("BAD"),  # type: ignore[arg-type]
        good=part("GOOD"),  # type: ignore[arg-type]
        explained_by=getattr(module, "EXPLAINED_BY", ()),
        experiment=getattr(module, "EXPERIMENT", ""),
        signs=getattr(module, "SIGNS", ()),
    )
    _refuse_if_broken(failure, str(module.__file__), has_fix=fix is not None)
    return failure


def _refuse_if_broken(failure: Failure, where: str, *, has_fix: bool) -> None:
    if not failure.moments:
        raise RegistryError(f"failure {failure.id} has none of before, during, after", where=where)
    for moment in failure.moments:
        unknown = set(failure.reads(moment)) - PARTS
        if unknown:
            raise RegistryError(f"failure {failure.id} asks for unknown evidence {sorted(unknown)}", where=where)
    if unknown := set(failure.signs) - set(SIGNS):
        raise RegistryError(f"failure {failure.id} has signs that _signs.py lacks: {sorted(unknown)}", where=where)
    if has_fix and not (failure.fix_plan or failure.fix_rows or failure.fix_arguments):
        raise RegistryError(f"fix of {failure.id} must take plan, splits or arguments first", where=where)
    if not has_fix and failure.degree is not Degree.ADVICE:
        raise RegistryError(f"failure {failure.id} has degree {failure.degree} but no fix", where=where)
