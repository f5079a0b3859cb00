"""`luthier fit`: labelled text to a tested and explained model."""

import argparse

from luthier.cli.options import add_repair, add_report, add_request, request
from luthier.cli.outcome import tell
from luthier.cli.parser import Parser
from luthier.cli.watch import watching
from luthier.errors import LuthierError

SUMMARY = "Fine-tune a pretrained model on labelled text: look, plan, train under guard, test once, explain."
EXAMPLES = (
    ("luthier fit reviews.csv", "columns, model and settings are found, and told with reasons"),
    ("luthier fit reviews.csv --budget 5m", "what fits into five minutes of training"),
    ("luthier fit reviews.csv --set train.patience=3", "any value of the plan"),
    ("luthier fit --plan runs/reviews-1/plan.yaml", "the same run again"),
    ("luthier fit --resume runs/reviews-1", "go on after a stop, to the same weights"),
    ("luthier fit reviews.csv --strategy frozen_body --repair", "change what you set, where it is the cause"),
)


def add_arguments(parser: Parser) -> None:
    """What `fit` takes."""
    add_request(parser)
    run = parser.add_argument_group("the run")
    run.add_argument("--out", metavar="FOLDER", help="run folder to write (runs/NAME-NUMBER when not said)")
    run.add_argument("--resume", metavar="RUN", help="go on with an interrupted run")
    add_repair(run)
    add_report(parser)


def run(wanted: argparse.Namespace) -> int:
    """Train, or go on training, and tell."""
    if not (wanted.data or wanted.plan or wanted.resume):
        raise LuthierError("no data was named", where="luthier fit", next_step="luthier fit reviews.csv")
    if wanted.resume and wanted.data:
        raise LuthierError(
            "a run that goes on has its data already", where="luthier fit --resume", next_step="leave DATA out"
        )
    asked = None if wanted.resume else request(wanted)
    with watching() as watch:
        from luthier.run import fit, resume

        report = fit(asked, watch) if asked else resume(wanted.resume, watch)
    return tell(report, wanted.format)
