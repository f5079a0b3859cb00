"""`luthier check`: look at data and plan before anything is trained."""

import argparse

from luthier.cli.options import add_report, add_request, request
from luthier.cli.outcome import tell
from luthier.cli.parser import Parser
from luthier.cli.watch import watching
from luthier.errors import LuthierError

SUMMARY = "Look at data and plan: what would go wrong, or go unnoticed, if this were trained?"
EXAMPLES = (
    ("luthier check reviews.csv", "every failure that can be seen before training"),
    ("luthier check reviews.csv --only train-test-overlap", "one of them"),
    ("luthier check reviews.csv --try", "and try the model on its first batches, which takes about ten seconds"),
    ("luthier check reviews.csv --json", "for a program; the exit status is 1 when an error is found"),
    ("luthier check reviews.csv --format github", "beside the lines of a pull request; sarif for code scanning"),
)


def add_arguments(parser: Parser) -> None:
    """What `check` takes."""
    add_request(parser)
    add_report(parser)
    parser.add_argument("--try", action="store_true", dest="trial", help="also try the model, about ten seconds")


def run(wanted: argparse.Namespace) -> int:
    """Look and tell."""
    if not (wanted.data or wanted.plan):
        raise LuthierError("no data was named", where="luthier check", next_step="luthier check reviews.csv")
    asked = request(wanted)
    with watching() as watch:
        from luthier.run import check

        report = check(asked, watch, trial=wanted.trial)
    return tell(report, wanted.format)
