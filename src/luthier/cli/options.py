"""Options that several commands share, and the request that they make."""

import argparse
from typing import get_args

from luthier.cli.catalogue import failure_named
from luthier.cli.parser import Parser
from luthier.cli.project import with_defaults
from luthier.errors import PlanError
from luthier.facts.request import Repair, Request
from luthier.stages.plan.times import seconds_of

FORMATS = ("text", "json", "github", "sarif")
REPAIRS = get_args(Repair)


def add_request(parser: Parser) -> None:
    """The options of `fit` and `check` that make a `Request`."""
    parser.add_argument("data", nargs="?", default="", metavar="DATA", help="file, folder or hub id of labelled text")
    data = parser.add_argument_group("what the columns are (found by name and look when not named)")
    data.add_argument("--text", metavar="COLUMN", help="column that holds the text")
    data.add_argument("--label", metavar="COLUMN", help="column that holds the label")
    data.add_argument("--group", metavar="COLUMN", help="column whose values stay on one side of the split")
    data.add_argument("--time", metavar="COLUMN", help="column that orders the split: oldest rows train")
    plan = parser.add_argument_group("how to train (derived, with reasons, when not said)")
    plan.add_argument("--model", metavar="ID", help="hub id or folder of a pretrained model")
    plan.add_argument("--strategy", metavar="NAME", help="full, top_layers or frozen_body")
    plan.add_argument("--budget", metavar="TIME", help="training time granted, such as 5m or 1h30m")
    plan.add_argument("--epochs", type=float, metavar="N", help="passes over the training rows")
    plan.add_argument("--rate", type=float, metavar="R", help="peak learning rate")
    plan.add_argument("--max-tokens", type=int, metavar="N", help="tokens kept of each row")
    plan.add_argument("--seed", type=int, metavar="N", help="seed of every random choice")
    plan.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="any other value of the plan")
    plan.add_argument("--plan", metavar="FILE", help="a plan.yaml to repeat")
    look = add_look(parser)
    look.add_argument("--no-near-duplicates", action="store_true", help="skip the search for near duplicates")


def add_look(parser: Parser) -> argparse._ArgumentGroup:
    """Which failures are told of."""
    look = parser.add_argument_group("what to look for")
    look.add_argument("--ignore", action="append", default=[], metavar="FAILURE", help="do not tell of this failure")
    look.add_argument("--only", action="append", default=[], metavar="FAILURE", help="ask only for this failure")
    return look


def add_output(parser: Parser) -> None:
    """How a command tells what it found."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def add_repair(group: argparse._ArgumentGroup) -> None:
    """What a run may change by itself when it sees a cause that has a fix."""
    group.add_argument(
        "--repair",
        nargs="?",
        const="plan",
        default="own",
        choices=REPAIRS,
        metavar="WHAT",
        help="what may be changed: own (values that you did not set; when not said), plan (any value of the plan; what "
        "--repair alone means), data (also rows that are scored, never those that train), off",
    )
    group.add_argument("--attempts", type=int, default=3, metavar="N", help="trainings in all (3 when not said)")


def add_report(parser: Parser) -> None:
    """How a command tells a report."""
    parser.add_argument("--format", choices=FORMATS, default="text", help=f"{', '.join(FORMATS)} (text when not said)")
    parser.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")
    parser.add_argument("--language", metavar="CODE", help="language of the report, such as zh; also LUTHIER_LANGUAGE")


def request(wanted: argparse.Namespace) -> Request:
    """The request that was made, with the defaults of the project where the command line says nothing.

    Raises:
        PlanError: a setting has no value, is said twice, or the budget is no time; or a file of the project is wrong.
        LuthierError: a failure to ignore, or to ask for, is not known.
    """
    said_in = with_defaults(wanted)
    return Request(
        data=wanted.data,
        text=wanted.text,
        label=wanted.label,
        group=wanted.group,
        time=wanted.time,
        model=wanted.model,
        strategy=wanted.strategy.replace("-", "_") if wanted.strategy else None,
        budget_seconds=seconds_of(wanted.budget) if wanted.budget is not None else None,
        epochs=wanted.epochs,
        rate=wanted.rate,
        max_tokens=wanted.max_tokens,
        seed=wanted.seed,
        out=getattr(wanted, "out", None),
        settings=_settings(wanted.set),
        plan_file=wanted.plan,
        ignore=ids(wanted.ignore),
        only=ids(wanted.only),
        near_duplicates=not wanted.no_near_duplicates,
        repair=getattr(wanted, "repair", "own"),
        attempts=_attempts(getattr(wanted, "attempts", 3)),
        said_in=said_in,
    )


def _attempts(count: int) -> int:
    if count < 1:
        raise PlanError("a run needs an attempt", where=f"--attempts {count}", next_step="write 1 or more")
    return count


def ids(names: list[str]) -> tuple[str, ...]:
    """Ids of failures as people write them.

    Raises:
        LuthierError: one is not known.
    """
    return tuple(failure_named(name).id for name in names)


def _settings(pairs: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = name.strip()
        if not equals or not name:
            raise PlanError(f"{pair} has no value", where=f"--set {pair}", next_step="write --set train.rate=5e-5")
        if name in found:
            raise PlanError(f"{name} is set twice", where=f"--set {pair}", next_step="keep one of the two")
        found[name] = text
    return found
