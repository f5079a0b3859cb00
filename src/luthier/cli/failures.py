"""`luthier failures`: what Luthier knows to look for."""

import argparse
import json
from itertools import groupby

from luthier.cli.catalogue import known_failures
from luthier.cli.options import add_output
from luthier.cli.parser import Parser

SUMMARY = "List every failure that Luthier looks for, by where it comes from."
EXAMPLES = (("luthier failures", "names and one line each"), ("luthier failures --json", "for a program"))


def add_arguments(parser: Parser) -> None:
    """What `failures` takes."""
    add_output(parser)


def run(wanted: argparse.Namespace) -> int:
    """Print the list."""
    from luthier.failures._pages import summary

    known = sorted(known_failures().values(), key=lambda failure: (failure.origin, failure.id))
    if wanted.json:
        rows = [{"id": one.id, "origin": one.origin, "summary": summary(one)} for one in known]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    wide = max((len(failure.id) for failure in known), default=0)
    for origin, members in groupby(known, key=lambda failure: failure.origin):
        print(origin)
        for failure in members:
            print(f"  {failure.id.ljust(wide)}  {summary(failure)}")
        print()
    print(f"{len(known)} failures; luthier explain NAME tells of one.")
    return 0
