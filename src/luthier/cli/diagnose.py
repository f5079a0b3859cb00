"""`luthier diagnose`: read a run, of Luthier or of another tool, and name the cause of what went wrong."""

import argparse

from luthier.cli.options import add_look, add_report, ids
from luthier.cli.outcome import tell
from luthier.cli.parser import Parser
from luthier.cli.project import with_defaults
from luthier.cli.watch import watching

SUMMARY = "Read a run and say what went wrong in it, on what evidence, and what to do. Nothing in it is executed."
EXAMPLES = (
    ("luthier diagnose runs/reviews-1", "a run of Luthier"),
    ("luthier diagnose output/", "the output folder of Trainer, TRL or PEFT: log, settings, weights, checkpoints"),
    ("luthier diagnose output/ --data reviews.csv --base bert-base-uncased", "with its rows and its base model"),
    ("luthier diagnose output/ --json", "for a program; the exit status is 1 when an error is found"),
)


def add_arguments(parser: Parser) -> None:
    """What `diagnose` takes."""
    parser.add_argument("run", metavar="DIR", help="run folder of Luthier, or output folder of another tool")
    beside = parser.add_argument_group("what goes with a run of another tool")
    beside.add_argument("--data", metavar="FILE", help="rows that it was trained on: file, or folder of splits")
    beside.add_argument("--base", metavar="MODEL", help="folder or hub id of the model that was fine-tuned")
    beside.add_argument("--text", metavar="COLUMN", help="column of the rows that holds the text")
    beside.add_argument("--label", metavar="COLUMN", help="column of the rows that holds the label")
    add_look(parser)
    add_report(parser)


def run(wanted: argparse.Namespace) -> int:
    """Read and tell."""
    with_defaults(wanted)
    ignore, only = ids(wanted.ignore), ids(wanted.only)
    with watching() as watch:
        from luthier.run import diagnose

        report = diagnose(
            wanted.run,
            watch,
            data=wanted.data,
            base=wanted.base,
            text=wanted.text,
            label=wanted.label,
            ignore=ignore,
            only=only,
        )
    return tell(report, wanted.format)
