"""What a running command tells whoever watches it. Stages yield or send events; only `cli` turns them into output."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from luthier.facts.finding import Number


@dataclass(frozen=True, slots=True)
class Event:
    """Something worth telling.

    Attributes:
        kind: "stage" opens a stage; "progress" moves a bar; "notice" is a line for people; "finding" is a failure seen.
        stage: "read", "profile", "check", "plan", "probe", "train", "evaluate", "save", "verify", "report".
        text: a short line, already complete, in plain English.
        done, total: position of a bar, in its own unit; 0 and 0 where there is none.
        numbers: values shown beside the bar, such as loss and rate.
    """

    kind: Literal["stage", "progress", "notice", "finding"]
    stage: str
    text: str = ""
    done: int = 0
    total: int = 0
    numbers: dict[str, Number] = field(default_factory=dict)


Watch = Callable[[Event], None]


def unwatched(event: Event) -> None:
    """A watcher that does not look."""
