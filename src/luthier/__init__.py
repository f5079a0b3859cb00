"""Luthier: fine-tune pretrained language models so that a fine-tune does not fail silently.

    import luthier

    report = luthier.fit(luthier.Request("reviews.csv"))
    run = luthier.load(report.folder)
    run.predict(["a text", "another"])

The public names are all here. They are imported when first used, so that `import luthier` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luthier.checking import check
    from luthier.errors import InputError, LuthierError, ModelError, PlanError, RegistryError, RunError
    from luthier.facts.event import Event
    from luthier.facts.plan import Plan
    from luthier.facts.report import Report
    from luthier.facts.request import Request
    from luthier.run import diagnose, fit, load, resume

__all__ = [
    "Event",
    "InputError",
    "LuthierError",
    "ModelError",
    "Plan",
    "PlanError",
    "RegistryError",
    "Report",
    "Request",
    "RunError",
    "check",
    "diagnose",
    "fit",
    "load",
    "resume",
]

_HOMES = {
    "luthier.checking": ("check",),
    "luthier.errors": ("InputError", "LuthierError", "ModelError", "PlanError", "RegistryError", "RunError"),
    "luthier.facts.event": ("Event",),
    "luthier.facts.plan": ("Plan",),
    "luthier.facts.report": ("Report",),
    "luthier.facts.request": ("Request",),
    "luthier.run": ("diagnose", "fit", "load", "resume"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'luthier' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
