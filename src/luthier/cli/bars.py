"""Progress bars on a terminal."""

from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from luthier.cli.watch import numbers
from luthier.facts.event import Event


class Bars:
    """A bar for the stage that works, with time left; what is told stays above it."""

    def __init__(self, stream: TextIO) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[beside]}"),
            console=Console(file=stream),
            transient=True,
        )
        self._task: TaskID | None = None
        self._stage = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Tell of an event."""
        if event.kind == "stage" or event.stage != self._stage:
            self._open(event.stage)
        if event.kind == "progress":
            self._move(event)
        elif event.text:
            style = {"finding": "bold red", "stage": "bold", "notice": ""}[event.kind]
            self._progress.console.print(f"{event.stage}: {event.text}", style=style, markup=False, highlight=False)

    def refresh(self) -> None:
        """Draw now; rich draws ten times a second by itself."""
        self._progress.refresh()

    def _open(self, stage: str) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._stage = stage
        self._task = self._progress.add_task(stage, total=None, beside="")

    def _move(self, event: Event) -> None:
        if self._task is None:
            return
        self._progress.update(
            self._task,
            description=escape(event.text or event.stage),
            completed=event.done,
            total=event.total or None,
            beside=escape(numbers(event.numbers)),
        )
