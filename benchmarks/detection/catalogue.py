"""Every recipe by name."""

from benchmarks.detection import classification, healthy, instruction, summaries
from benchmarks.detection.fit import Recipe


def _recipes() -> dict[str, type[Recipe]]:
    found: dict[str, type[Recipe]] = {}
    for module in (classification, instruction, summaries, healthy):
        for name, one in vars(module).items():
            own = isinstance(one, type) and issubclass(one, Recipe) and one.__module__ == module.__name__
            if own and not name.startswith("_"):
                found[name] = one
    return found


RECIPES = _recipes()
