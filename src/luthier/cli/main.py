"""The command line: finds the command, runs it, turns errors into words and an exit status.

Exit status: 0 fine; 1 a finding of severity error, or a model that is not ready; 2 wrong use or unreadable input;
130 interrupted. Results go to stdout; progress, notices and errors go to stderr.

argparse, because it starts in 10 ms and Luthier promises help in under half a second. Heavy libraries are imported
inside the commands that need them.
"""

import json
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from types import ModuleType

from luthier.cli import check, diagnose, explain, failures, fit, predict, reproduce, version
from luthier.cli.parser import Parser, nearest
from luthier.errors import LuthierError
from luthier.stages.report.languages import speaking

COMMANDS: dict[str, ModuleType] = {
    "fit": fit,
    "check": check,
    "diagnose": diagnose,
    "predict": predict,
    "explain": explain,
    "failures": failures,
    "reproduce": reproduce,
    "version": version,
}

WELCOME = """\
Luthier fine-tunes pretrained language models so that a fine-tune does not fail silently.

  luthier fit reviews.csv                    labelled text to a tested model, with a verdict
  luthier fit reviews.csv --budget 5m        the same, in about five minutes of training
  luthier check reviews.csv                  only look: what would go wrong?
  luthier diagnose runs/reviews-1            why did that run go wrong?
  luthier explain train-test-overlap         what is it, why is it silent, what helps?
  luthier explain --symptom "loss flat"      which failures look like this?

Commands: {commands}.
`luthier COMMAND --help` tells more.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: words after `luthier`; those of the process when None.

    Returns:
        The exit status.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words or "--format=json" in words or ("--format", "json") in pairwise(words)
    try:
        status = _run(words)
        sys.stdout.flush()
        return status
    except LuthierError as error:
        _tell(error, as_json)
        return 2
    except KeyboardInterrupt as stop:
        # Who was interrupted says how to go on, where there is something to go on with.
        how = f"; go on with: luthier fit --resume {stop.args[0]}" if stop.args else ""
        print(f"\nstopped{how}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(words: list[str]) -> int:
    if not words or words[0] in {"-h", "--help", "help"}:
        print(WELCOME.format(commands=", ".join(COMMANDS)), end="")
        return 0
    if words[0] in {"-V", "--version"}:
        words = ["version", *words[1:]]
    name = words[0]
    if name not in COMMANDS:
        hint = nearest(name, COMMANDS) or f"commands: {', '.join(COMMANDS)}"
        raise LuthierError(f"there is no command {name}", where="luthier", next_step=hint)
    command = COMMANDS[name]
    parser = Parser(name, command.SUMMARY, command.EXAMPLES)
    command.add_arguments(parser)
    wanted = parser.parse(words[1:])
    if wanted is None:
        return 0
    with speaking(getattr(wanted, "language", None)):
        return int(command.run(wanted))


def _tell(error: LuthierError, as_json: bool) -> None:
    if as_json:
        parts = {"what": error.what, "where": error.where, "next_step": error.next_step}
        print(json.dumps({"error": parts}, ensure_ascii=False))
    else:
        print(f"error: {error}", file=sys.stderr)
