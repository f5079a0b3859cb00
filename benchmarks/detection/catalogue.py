"""Every recipe by name: the classes below `recipes/` that plant a cause, and those that are healthy by name."""

from importlib import import_module
from pkgutil import iter_modules

from benchmarks.detection import recipes
from benchmarks.detection.fit import Recipe


def _recipes() -> dict[str, type[Recipe]]:
    found: dict[str, type[Recipe]] = {}
    for module in iter_modules(recipes.__path__, f"{recipes.__name__}."):
        for name, one in vars(import_module(module.name)).items():
            own = isinstance(one, type) and issubclass(one, Recipe) and one.__module__ == module.name
            if own and (one.cause or name.startswith("Healthy")):
                found[name] = one
    return found


RECIPES = _recipes()
_TWINS = {
    "Instruct": "HealthyInstruct",
    "Summarize": "HealthySummaries",
    "Tag": "HealthyTagger",
    "Answer": "HealthyAnswers",
    "Fit": "Healthy",
}


def healthy_twin(recipe: type[Recipe]) -> str:
    """Name of the healthy recipe that does the same work."""
    return next(name for base, name in _TWINS.items() if base in {one.__name__ for one in recipe.__mro__})
