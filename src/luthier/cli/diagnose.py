"""`luthier diagnose`: read a run, of Luthier or of another tool, and name the cause of what went wrong."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from luthier.cli.options import add_look, add_report, ids
from luthier.cli.outcome import tell
from luthier.cli.parser import Parser
from luthier.cli.project import with_defaults
from luthier.cli.watch import watching

if TYPE_CHECKING:
    from luthier.facts.event import Watch
    from luthier.facts.report import Report

ROWS = "FILE"
"""Stands in a plan for rows that are still to be named: a plan without any could not be read again."""
SUMMARY = "Read a run and say what went wrong in it, on what evidence, and what to do. Nothing in it is executed."
EXAMPLES = (
    ("luthier diagnose runs/reviews-1", "a run of Luthier"),
    ("luthier diagnose output/", "the output folder of Trainer, TRL or PEFT: log, settings, weights, checkpoints"),
    ("luthier diagnose output/ --data reviews.csv --base bert-base-uncased", "with its rows and its base model"),
    ("luthier diagnose output/ --data reviews.csv --repair", "a corrected plan, and its run"),
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
    mend = parser.add_argument_group("repair")
    mend.add_argument("--repair", action="store_true", help="write a corrected plan; with --data also run it")
    mend.add_argument("--plan-out", default="repaired-plan.yaml", metavar="FILE", help="where the plan is written")
    mend.add_argument("--out", metavar="FOLDER", help="run folder of the repaired run")
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
        runs_again = wanted.repair and wanted.data
        status = 0 if runs_again and wanted.format != "text" else tell(report, wanted.format)
        return _repaired(wanted, report, watch) if wanted.repair else status


def _repaired(wanted: argparse.Namespace, report: Report, watch: Watch) -> int:
    """Write the corrected plan, and run it where rows are at hand; a program then gets the report of that run alone."""
    from luthier.facts.request import Request
    from luthier.files import write_file
    from luthier.run import fit, mend
    from luthier.stages.plan.file import to_text

    plan, changes = mend(report, wanted.data or ROWS, wanted.base or "")
    path = Path(wanted.plan_out)
    write_file(path, to_text(plan, path.name))
    told = ", ".join(f"{one.name} {one.before} → {one.after}" for one in changes)
    print(f"\nRepaired: {told}\nPlan: {path}", file=sys.stderr)
    if not wanted.data:
        print(f"  next: luthier fit {ROWS} --plan {path}", file=sys.stderr)
        return 0
    request = Request(wanted.data, text=wanted.text, label=wanted.label, plan_file=str(path), out=wanted.out)
    return tell(fit(request, watch), wanted.format)
