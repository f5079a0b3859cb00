"""What was read, part by part."""

from luthier.facts.finding import Verdicts
from luthier.facts.report import Evidence, Report, Source
from luthier.stages.report.blocks import Table
from luthier.stages.report.sections.sources import sources


def table(*read: Source) -> Table:
    """The table of a report that was made from these."""
    section = sources(Report("out", Evidence(sources=read), Verdicts()))
    assert section is not None
    (made,) = section.blocks
    assert isinstance(made, Table)
    return made


def test_parts_in_order_of_reading() -> None:
    """Files of one part stand together, each once; what could not be used has its reason."""
    rows = table(
        Source("a.json", "trace"),
        Source("b.bin", "weights", "a pickle: not loaded"),
        Source("a.json", "trace"),
        Source("", "folder", "too many files"),
    ).rows

    assert [[cell.text for cell in row] for row in rows] == [
        ["trace", "a.json", ""],
        ["weights", "b.bin", "b.bin: a pickle: not loaded"],
        ["folder", ".", "too many files"],
    ]


def test_many_files_are_counted() -> None:
    """Four are named."""
    row = table(*(Source(f"checkpoint-{i}", "checkpoints") for i in range(9))).rows[0]

    assert row[1].text == "checkpoint-0; checkpoint-1; checkpoint-2; checkpoint-3 and 5 more"


def test_names_of_strangers_are_safe() -> None:
    """Control characters of a file's name are shown as their code."""
    assert table(Source("\x1b[31m.json", "trace")).rows[0][1].text == "\\u001b[31m.json"


def test_none() -> None:
    """A run of Luthier has no such section."""
    assert sources(Report("run", Evidence(), Verdicts())) is None
