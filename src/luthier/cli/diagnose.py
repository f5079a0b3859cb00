"""`luthier diagnose`: read a run and name the cause of what went wrong."""

import argparse

from luthier.cli.options import add_report
from luthier.cli.outcome import tell
from luthier.cli.parser import Parser
from luthier.cli.watch import watching

SUMMARY = "Read a run folder and say what went wrong in it, on what evidence, and what to do."
EXAMPLES = (
    ("luthier diagnose runs/reviews-1", "a run of Luthier"),
    ("luthier diagnose runs/reviews-1 --json", "for a program"),
)


def add_arguments(parser: Parser) -> None:
    """What `diagnose` takes."""
    parser.add_argument("run", metavar="RUN", help="run folder")
    add_report(parser)


def run(wanted: argparse.Namespace) -> int:
    """Read and tell."""
    with watching() as watch:
        from luthier.run import diagnose

        report = diagnose(wanted.run, watch)
    return tell(report, wanted.format)
