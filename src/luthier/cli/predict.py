"""`luthier predict`: a file in, the same file with labels and probabilities out."""

import argparse
import json
from pathlib import Path

from luthier.cli.options import add_output
from luthier.cli.parser import Parser
from luthier.cli.watch import watching
from luthier.errors import InputError

SUMMARY = "Add a predicted label and its probabilities to each row of a file; rows stream, so size does not matter."
EXAMPLES = (
    ("luthier predict runs/reviews-1 new.csv", "writes new.predicted.csv"),
    ("luthier predict runs/reviews-1 new.jsonl --out scored.jsonl", "names the file to write"),
)


def add_arguments(parser: Parser) -> None:
    """What `predict` takes."""
    parser.add_argument("run", metavar="RUN", help="run folder")
    parser.add_argument("file", metavar="FILE", help="CSV, TSV or JSON lines with a column of text, also .gz")
    parser.add_argument("--text", metavar="COLUMN", help="column of the texts (the one of the training data)")
    parser.add_argument("--out", metavar="FILE", help="file to write (NAME.predicted.SUFFIX when not said)")
    add_output(parser)


def run(wanted: argparse.Namespace) -> int:
    """Predict every row and say where the result stands."""
    source = Path(wanted.file)
    target = Path(wanted.out) if wanted.out else _beside(source)
    if target.resolve() == source.resolve():
        raise InputError(
            "the file to write is the file to read", where=str(source), next_step="name another with --out"
        )
    with watching() as watch:
        from luthier.run import predict_file

        rows = predict_file(wanted.run, str(source), str(target), watch, wanted.text)
    if wanted.json:
        print(json.dumps({"rows": rows, "file": str(target)}, ensure_ascii=False))
    else:
        print(f"{rows:,} rows with labels and probabilities: {target}")
    return 0


def _beside(source: Path) -> Path:
    """NAME.predicted.SUFFIX; what was packed is written unpacked."""
    plain = source.with_suffix("") if source.suffix.lower() == ".gz" else source
    return plain.with_name(f"{plain.stem}.predicted{plain.suffix}")
