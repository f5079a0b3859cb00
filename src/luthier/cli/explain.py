"""`luthier explain`: the page of one failure, or the suspects of a symptom."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from luthier.cli.catalogue import failure_named, known_failures
from luthier.cli.options import add_output
from luthier.cli.parser import Parser, nearest
from luthier.errors import LuthierError

if TYPE_CHECKING:
    from luthier.failures._contract import Failure

SUMMARY = "Explain a failure: how it shows, why nothing complains, how it is seen, what helps, where it is known from."
EXAMPLES = (
    ("luthier explain train-test-overlap", "the name as in a finding"),
    ('luthier explain --symptom "loss flat"', "which failures look like this"),
    ("luthier failures", "all names"),
)


def add_arguments(parser: Parser) -> None:
    """What `explain` takes."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="id of a failure")
    parser.add_argument("--symptom", metavar="WORDS", help="words of what is seen: loss flat, reload, majority …")
    add_output(parser)


def run(wanted: argparse.Namespace) -> int:
    """Print the page, or the suspects."""
    if (wanted.name is None) == (wanted.symptom is None):
        raise LuthierError(
            "name a failure or a symptom, one of the two",
            where="luthier explain",
            next_step="luthier failures lists the ones, luthier failures --symptoms the others",
        )
    if wanted.symptom is not None:
        return _tell_suspects(wanted.symptom, as_json=wanted.json)
    failure = failure_named(wanted.name)
    if wanted.json:
        print(json.dumps(_as_data(failure), ensure_ascii=False, indent=2))
    else:
        from luthier.failures._pages import page

        print(page(failure), end="")
    return 0


def _tell_suspects(words: str, *, as_json: bool) -> int:
    from luthier.failures._pages import summary, suspects
    from luthier.failures._signs import SIGNS, matching

    known = suspects(known_failures().values())
    found = [sign for sign in matching(words) if sign in known]
    if not found:
        hint = nearest(words, known) or "luthier failures --symptoms lists them all"
        raise LuthierError(f"no symptom speaks of {words}", where="luthier explain --symptom", next_step=hint)
    if as_json:
        rows = [{"symptom": sign, "how": SIGNS[sign], "suspects": [one.id for one in known[sign]]} for sign in found]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for sign in found:
        print(f"{sign}\n  {SIGNS[sign]}")
        wide = max(len(failure.id) for failure in known[sign])
        for failure in known[sign]:
            print(f"    {failure.id.ljust(wide)}  {summary(failure)}")
        print()
    print("luthier diagnose RUN tells them apart by evidence; luthier explain NAME tells of one.")
    return 0


def _as_data(failure: Failure) -> dict[str, object]:
    from luthier.failures._pages import sections, summary

    return {
        "id": failure.id,
        "origin": failure.origin,
        "summary": summary(failure),
        "moments": [str(moment) for moment in failure.moments],
        "fix_degree": str(failure.degree),
        "signs": list(failure.signs),
        **{heading.lower().replace(" ", "_"): text for heading, text in sections(failure).items()},
    }
