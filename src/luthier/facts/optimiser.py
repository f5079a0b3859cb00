"""The optimiser of a run: its groups of weights and their settings."""

from dataclasses import dataclass

from luthier.facts.arguments import Plain


@dataclass(frozen=True, slots=True)
class OptimiserGroup:
    """One group of weights.

    Attributes:
        settings: those of the group, such as "weight_decay" and "betas"; without the rate of the moment.
        tensors: how many weights are in it.
        names: their names, where a model was at hand; empty where only files were read.
    """

    settings: dict[str, Plain]
    tensors: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OptimiserFacts:
    """An optimiser.

    Attributes:
        source: "the trainer", or the file that it was read from.
        kind: name of its class; empty where only files were read, which do not say it.
        groups: its groups.
    """

    source: str
    kind: str = ""
    groups: tuple[OptimiserGroup, ...] = ()

    def setting(self, name: str) -> tuple[Plain, ...]:
        """The values that a setting has in the groups that have it."""
        return tuple(group.settings[name] for group in self.groups if name in group.settings)
