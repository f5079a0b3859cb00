"""`luthier reproduce`: act out a failure on a small model, and its healthy twin."""

import argparse

from luthier.cli.catalogue import failure_named
from luthier.cli.options import add_report
from luthier.cli.outcome import tell
from luthier.cli.parser import Parser
from luthier.cli.watch import watching

SUMMARY = "Act out a failure on a small model: the scene in which it happens, or its healthy twin."
EXAMPLES = (
    ("luthier reproduce labels-shuffled", "the bad scene; the failure is seen"),
    ("luthier reproduce labels-shuffled --good", "the twin; nothing is seen"),
)


def add_arguments(parser: Parser) -> None:
    """What `reproduce` takes."""
    parser.add_argument("name", metavar="NAME", help="id of a failure")
    parser.add_argument("--good", action="store_true", help="the healthy twin instead")
    parser.add_argument("--model", metavar="ID", help="hub id or folder of the model to act with")
    add_report(parser)


def run(wanted: argparse.Namespace) -> int:
    """Act and tell; seeing the failure in its bad scene is what is hoped for, so it does not change the status."""
    failure = failure_named(wanted.name)
    with watching() as watch:
        from luthier.reproduce import reproduce

        report = reproduce(failure.id, watch, good=wanted.good, model=wanted.model)
    tell(report, wanted.format)
    seen = any(finding.failure == failure.id for finding in report.verdicts.seen)
    return 0 if seen != wanted.good else 1
