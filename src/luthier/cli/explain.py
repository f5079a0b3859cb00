"""`luthier explain`: the page of one failure."""

from __future__ import annotations

import argparse
import inspect
import json
from typing import TYPE_CHECKING

from luthier.cli.catalogue import failure_named, sections, summary
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
    print(json.dumps(_as_data(failure), ensure_ascii=False, indent=2) if wanted.json else _as_text(failure))
    return 0


def _as_text(failure: Failure) -> str:
    looked_for = ", ".join(f"{moment} training" for moment in failure.moments)
    return "\n".join(
        [
            f"{failure.id}  ({failure.origin})",
            "",
            inspect.cleandoc(failure.doc),
            "",
            f"Looked for {looked_for}. Its fix is {failure.degree}.",
            f"See it happen: luthier reproduce {failure.id}",
        ]
    )


def _as_data(failure: Failure) -> dict[str, object]:
    return {
        "id": failure.id,
        "origin": failure.origin,
        "summary": summary(failure),
        "moments": [str(moment) for moment in failure.moments],
        "fix": str(failure.degree),
        **{heading.lower().replace(" ", "_"): text for heading, text in sections(failure).items()},
    }
