"""One command's words to values: argparse whose errors are ours and know what was meant."""

import argparse
import difflib
import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from luthier.errors import LuthierError
from luthier.stages.plan.spellings import SPELLINGS


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean …?`, or an empty string when nothing is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""


class Parser(argparse.ArgumentParser):
    """The parser of one command.

    Args:
        command: its name.
        summary: one line.
        examples: whole commands, each with what it does.
    """

    def __init__(self, command: str, summary: str, examples: Sequence[tuple[str, str]]) -> None:
        self.command = command
        wide = max(len(example) for example, _ in examples)
        lines = [f"  {example.ljust(wide)}  {says}" for example, says in examples]
        super().__init__(
            prog=f"luthier {command}",
            description=summary,
            epilog="examples:\n" + "\n".join(lines),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def parse(self, words: Sequence[str]) -> argparse.Namespace | None:
        """Values for the words; None when help was asked for and given.

        Raises:
            LuthierError: a word is unknown, missing or wrong.
        """
        if "-h" in words or "--help" in words:
            print(self.format_help(), end="")
            return None
        values, unknown = self.parse_known_args(words)
        if unknown:
            word = next((word for word in unknown if word.startswith("-")), unknown[0])
            raise LuthierError(f"{word} is not understood", where=self.prog, next_step=self._meant(word))
        return values

    def error(self, message: str) -> NoReturn:
        """Called by argparse for a missing or wrong word."""
        raise LuthierError(message.removeprefix("argument "), where=self.prog, next_step=f"{self.prog} --help")

    def _meant(self, word: str) -> str:
        name, _, value = word.lstrip("-").partition("=")
        options = set(re.findall(r"--[a-z][\w-]*", self.format_help()))
        foreign = name.replace("-", "_")
        if foreign in SPELLINGS and "--set" in options:
            return f"that is a name of Transformers; write --set {foreign}={value or '…'}"
        return nearest(f"--{name}", options) or f"{self.prog} --help lists what it takes"
