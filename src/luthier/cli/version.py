"""`luthier version`: what is installed, for a bug report."""

import argparse
import json
import platform

from luthier.cli.options import add_output
from luthier.cli.parser import Parser

SUMMARY = "Print the versions of Luthier and of what it stands on."
EXAMPLES = (("luthier version", "for a bug report"),)
STANDS_ON = ("luthier", "torch", "transformers", "accelerate", "tokenizers", "pyarrow", "numpy", "scikit-learn")


def add_arguments(parser: Parser) -> None:
    """What `version` takes."""
    add_output(parser)


def run(wanted: argparse.Namespace) -> int:
    """Print the versions; nothing heavy is imported for it."""
    found = {name: _version(name) for name in STANDS_ON} | {"python": platform.python_version()}
    if wanted.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name} {number}" for name, number in found.items()))
    return 0


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
