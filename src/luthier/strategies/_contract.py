"""What a strategy file must hold.

A strategy is a module `strategies/<strategy>.py` and says which weights learn, at which rate:

- `SUMMARY`: one line for people;
- `DEFAULTS`: dotted plan values that it wants where the user set nothing, each with its reason;
- `suits(data, model) -> str`: empty when it suits, else why not;
- `prepare(parts, plan) -> Prepared`: parameter groups and how much of the model is frozen. Pure: it changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import cast

from torch.nn import Parameter

from luthier.errors import RegistryError
from luthier.facts.data import DataFacts
from luthier.facts.finding import Number
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.models.parts import Parts


@dataclass(frozen=True, slots=True)
class Group:
    """Weights that learn at one rate.

    Attributes:
        name: as it stands in logs: "embeddings", "encoder", "head".
        parameters: the weights.
        rate: peak learning rate.
    """

    name: str
    parameters: tuple[Parameter, ...]
    rate: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a strategy decided.

    Attributes:
        groups: weights that learn; every other weight is frozen.
        frozen_layers: leading layers, embeddings included, that never change; 0 when the embeddings learn.
        frozen_body: the whole body never changes; only the head learns.
    """

    groups: tuple[Group, ...]
    frozen_layers: int = 0
    frozen_body: bool = False


Suits = Callable[[DataFacts, ModelFacts], str]
Prepare = Callable[[Parts, Plan], Prepared]
Defaults = Mapping[str, tuple[Number, str]]


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy, as the stages see it; the fields are the parts of its module."""

    id: str
    summary: str
    defaults: Defaults
    suits: Suits
    prepare: Prepare


def load(_: str, name: str, module: ModuleType) -> Strategy:
    """Turn a module into a `Strategy`.

    Raises:
        RegistryError: a part is missing.
    """
    missing = [part for part in ("SUMMARY", "DEFAULTS", "suits", "prepare") if not hasattr(module, part)]
    if missing:
        raise RegistryError(f"strategy {name} has no {', '.join(missing)}", where=str(module.__file__))
    return Strategy(
        id=name,
        summary=cast(str, module.SUMMARY),
        defaults=cast(Defaults, module.DEFAULTS),
        suits=cast(Suits, module.suits),
        prepare=cast(Prepare, module.prepare),
    )
