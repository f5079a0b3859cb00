"""Files and lines of a finding, for formats that show findings beside files."""

from dataclasses import dataclass

from luthier.facts.finding import Finding
from luthier.facts.report import Report


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file.

    Attributes:
        file: path as the user gave it; empty where no file is concerned.
        line: line from 1; None where the whole file is meant.
    """

    file: str = ""
    line: int | None = None


def spots(finding: Finding, report: Report) -> tuple[Spot, ...]:
    """Places of a finding: its rows where it has rows, else the file that it names, else the data or the run."""
    place = finding.place
    data = report.evidence.data
    if place.what == "rows" and place.lines:
        files = place.files or (data.path if data else "",) * len(place.lines)
        found = (Spot(file, line) for file, line in zip(files, place.lines, strict=False) if file)
        return tuple(dict.fromkeys(found))
    if place.what == "file" and place.name:
        return (Spot(place.name),)
    file = report.folder or (data.path if data else "")
    return (Spot(file),) if file else ()
