"""`luthier failures`: what Luthier knows to look for."""

import argparse
import json
from itertools import groupby

from luthier.cli.catalogue import known_failures
from luthier.cli.options import add_output
from luthier.cli.parser import Parser

SUMMARY = "List every failure that Luthier looks for, by where it comes from."
EXAMPLES = (
    ("luthier failures", "names and one line each"),
    ("luthier failures --symptoms", "by what is seen first"),
    ("luthier failures --json", "for a program"),
)


def add_arguments(parser: Parser) -> None:
    """What `failures` takes."""
    parser.add_argument("--symptoms", action="store_true", help="list them by what is seen first")
    add_output(parser)


def run(wanted: argparse.Namespace) -> int:
    """Print the list."""
    if wanted.symptoms:
        return _by_symptom(as_json=wanted.json)
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


def _by_symptom(*, as_json: bool) -> int:
    from luthier.failures._pages import suspects

    found = {sign: [failure.id for failure in members] for sign, members in suspects(known_failures().values()).items()}
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    for sign, names in found.items():
        print(f"{sign}\n  {', '.join(names)}\n")
    print('luthier explain --symptom "WORDS" tells how each is seen.')
    return 0
