"""What a person asks for: the few settings that they must know, before anything is derived."""

from dataclasses import dataclass, field
from typing import Literal

Repair = Literal["off", "own", "plan", "data"]


@dataclass(frozen=True, slots=True)
class Request:
    """The words of one `luthier fit` or `luthier check`. None means: Luthier decides, and says why.

    Attributes:
        data: file, folder or hub id of labelled text.
        text, label, group, time: column names.
        model: hub id or local folder of a pretrained model.
        strategy: id of a strategy.
        budget_seconds: training time that the user grants.
        epochs, rate, max_tokens: as in the plan.
        seed: seed of every random choice.
        out: run folder to write; None means runs/<name of the data>-<number>.
        settings: dotted plan values as the user typed them ("train.batch_size" to "8").
        plan_file: a plan.yaml to repeat.
        ignore: ids of failures that the user does not want to hear of.
        only: ids of the failures to ask; empty means all.
        near_duplicates: False skips the search for near duplicates.
        repair: what may be changed when a cause with a fix is seen: "own", values of the plan that the user did not
            set; "off", nothing; "plan", any value; "data", also rows that are scored, never those that train.
        attempts: trainings in all, at least 1.
        said_in: name of an attribute above to the place in a file of the project that sets it, such as
            "pyproject.toml, line 12"; what the person said now is not in it.
    """

    data: str
    text: str | None = None
    label: str | None = None
    group: str | None = None
    time: str | None = None
    model: str | None = None
    strategy: str | None = None
    budget_seconds: float | None = None
    epochs: float | None = None
    rate: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    out: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    plan_file: str | None = None
    ignore: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    near_duplicates: bool = True
    repair: Repair = "own"
    attempts: int = 3
    said_in: dict[str, str] = field(default_factory=dict)
