"""`luthier explain`: the page of one failure."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from luthier.cli.catalogue import failure_named
from luthier.cli.options import add_output
from luthier.cli.parser import Parser

if TYPE_CHECKING:
    from luthier.failures._contract import Failure

SUMMARY = "Explain a failure: how it shows, why nothing complains, how it is seen, what helps, where it is known from."
EXAMPLES = (
    ("luthier explain train-test-overlap", "the name as in a finding"),
    ("luthier failures", "all names"),
)


def add_arguments(parser: Parser) -> None:
    """What `explain` takes."""
    parser.add_argument("name", metavar="NAME", help="id of a failure")
    add_output(parser)


def run(wanted: argparse.Namespace) -> int:
    """Print the page."""
    failure = failure_named(wanted.name)
    if wanted.json:
        print(json.dumps(_as_data(failure), ensure_ascii=False, indent=2))
    else:
        from luthier.failures._pages import page

        print(page(failure), end="")
    return 0


def _as_data(failure: Failure) -> dict[str, object]:
    from luthier.failures._pages import sections, summary

    return {
        "id": failure.id,
        "origin": failure.origin,
        "summary": summary(failure),
        "moments": [str(moment) for moment in failure.moments],
        "fix_degree": str(failure.degree),
        **{heading.lower().replace(" ", "_"): text for heading, text in sections(failure).items()},
    }
