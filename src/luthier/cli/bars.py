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

from luthier.cli.lines import numbers
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
        self._tasks: dict[str, TaskID] = {}
        self._shown = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Tell of an event."""
        self._show(event.stage, anew=event.kind == "stage")
        if event.kind == "progress":
            self._progress.update(
                self._tasks[event.stage],
                description=escape(event.text or event.stage),
                completed=event.done,
                total=event.total or None,
                beside=escape(numbers(event.numbers)),
            )
        elif event.text:
            style = {"finding": "bold red", "stage": "bold", "notice": ""}[event.kind]
            self._progress.console.print(f"{event.stage}: {event.text}", style=style, markup=False, highlight=False)

    def refresh(self) -> None:
        """Draw now; rich draws ten times a second by itself."""
        self._progress.refresh()

    def _show(self, stage: str, *, anew: bool) -> None:
        """Show the bar of a stage alone; one that was interrupted by another keeps its place and its speed."""
        if anew and stage in self._tasks:
            self._progress.remove_task(self._tasks.pop(stage))
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=None, beside="")
        if stage != self._shown:
            for name, task in self._tasks.items():
                self._progress.update(task, visible=name == stage)
            self._shown = stage
