"""How long the audit of labelled text takes, and how much memory: read, clean, duplicates, split, profile.

    python -m benchmarks.speed.data                        100 k, 300 k and 1 M short rows
    python -m benchmarks.speed.data --rows 100000 --json out.json --model FOLDER

Rows are made up: 5 to 20 words of a vocabulary with natural frequencies, with commas, quotes, entities and accents, and
with planted duplicates (5 % exact up to case and punctuation, 3 % with a word added). Each size runs in a process of
its own, so that its peak memory is its own; "CPU s" is the processor time of that process, which counts where others
share the machine. The number of planted duplicates found is printed beside the times.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

SIZES = (100_000, 300_000, 1_000_000)
EXACT, NEAR = 0.05, 0.03
STAGES = ("start", "read and clean", "duplicates and split", "profile")


def main() -> None:
    """Measure each size and print a table."""
    options = _options()
    if options.one is not None:
        print(json.dumps(measure(options.one, near=not options.no_near, model=options.model)))
        return
    results = []
    print(
        f"{'rows':>9} {'s':>7} {'CPU s':>7} {'rows/s':>8} {'MB':>6}  "
        + "  ".join(STAGES)
        + "  duplicates found (planted)"
    )
    with tempfile.TemporaryDirectory() as folder:
        for rows in options.rows or SIZES:
            path = Path(folder) / f"{rows}.csv"
            write_rows(path, rows)
            results.append(_in_own_process(path, options) | {"rows": rows})
            print(_line(results[-1]), flush=True)
            path.unlink()
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", help="sizes to measure")
    parser.add_argument("--json", help="file to write the results to")
    parser.add_argument("--model", help="folder of a model whose tokenizer measures lengths")
    parser.add_argument("--no-near", action="store_true", help="skip near duplicates")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_own_process(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.speed.data", "--one", str(path)]
    command += ["--no-near"] if options.no_near else []
    command += ["--model", options.model] if options.model else []
    began = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    result["seconds"] = time.perf_counter() - began
    result["stages"]["start"] = result["seconds"] - sum(result["stages"].values())
    return result


def _line(result: dict[str, Any]) -> str:
    stages = "  ".join(f"{result['stages'][name]:{len(name)}.1f}" for name in STAGES)
    speed = result["rows"] / result["seconds"]
    planted = round(result["rows"] * EXACT), round(result["rows"] * (EXACT + NEAR))
    found = f"exact {result['exact']} ({planted[0]}), with near {result['near']} ({planted[1]})"
    times = f"{result['seconds']:7.1f} {result['cpu_seconds']:7.1f} {speed:8.0f}"
    return f"{result['rows']:9} {times} {result['megabytes']:6.0f}  {stages}  {found}"


def measure(path: Path, *, near: bool, model: str | None) -> dict[str, Any]:
    """Audit one file in this process: seconds by stage, peak memory in MB, duplicates found."""
    from luthier.stages.data.profile import profile
    from luthier.stages.data.read import read_rows
    from luthier.stages.data.split import make_splits

    tokenizer = _tokenizer(model) if model else None
    times = [time.perf_counter()]
    read = read_rows(str(path))
    times.append(time.perf_counter())
    splits = make_splits(read, near_duplicates=near).splits
    times.append(time.perf_counter())
    profile(read, splits, tokenizer=tokenizer, near_duplicates=near)
    times.append(time.perf_counter())
    tables = (splits.train, splits.validation, splits.test)
    used = resource.getrusage(resource.RUSAGE_SELF)
    column = "near_cluster" if near else "exact_cluster"
    rows = sum(table.num_rows for table in tables)
    return {
        "stages": dict(zip(STAGES[1:], np.diff(times).tolist(), strict=True)),
        "megabytes": used.ru_maxrss / 1024,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "exact": rows - len({cluster for t in tables for cluster in t["exact_cluster"].to_pylist()}),
        "near": rows - len({cluster for t in tables for cluster in t[column].to_pylist()}),
    }


def _tokenizer(folder: str) -> Any:
    from luthier.models.tokenizer import TextTokenizer

    return TextTokenizer.load(Path(folder))


def write_rows(path: Path, count: int, seed: int = 0) -> None:
    """Write a CSV of `count` made-up rows with the columns user, text, label."""
    random = np.random.default_rng(seed)
    words = _vocabulary(random)
    kinds = random.choice(3, count, p=[1 - EXACT - NEAR, EXACT, NEAR])
    kinds[0] = 0
    labels = random.choice(4, count, p=[0.5, 0.3, 0.15, 0.05])
    sizes = random.integers(5, 21, count)
    frequency = np.cumsum(1 / np.arange(1, len(words) + 1))
    drawn = words[np.searchsorted(frequency, random.random(sizes.sum()) * frequency[-1])]
    texts: list[str] = []
    fresh: list[int] = []
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["user", "text", "label"])
        start = 0
        for row in range(count):
            own = drawn[start : start + sizes[row]]
            start += sizes[row]
            if kinds[row] == 0:
                fresh.append(row)
                texts.append(_sentence(own, row))
                source = row
            else:
                source = fresh[int(random.integers(len(fresh)))]
                texts.append(_again(texts[source]) if kinds[row] == 1 else _changed(texts[source], own[0]))
            out.writerow([f"u{row % (count // 3 + 1)}", texts[row], f"class {labels[source]}"])


def _vocabulary(random: np.random.Generator) -> np.ndarray:
    letters = np.array(list("etaoinshrdlucmfwypvbgkjqxz"))
    frequency = 1 / np.arange(2, 28)
    sizes = random.integers(2, 11, 50_000)
    drawn = random.choice(letters, sizes.sum(), p=frequency / frequency.sum())
    return np.array(["".join(word) for word in np.split(drawn, np.cumsum(sizes)[:-1])])


def _sentence(words: np.ndarray, row: int) -> str:
    text = " ".join(words.tolist()) + f" {row % 9973}"
    extra = {3: " café, très bon", 5: ' "quoted", he said', 7: " AT&amp;T", 11: "  two  spaces ", 13: " <br>next"}
    return (text + extra.get(row % 50, ".")).capitalize()


def _again(text: str) -> str:
    return text.upper().replace(" ", "  ", 1) + "!" if "&" not in text and "<" not in text else text


def _changed(text: str, word: str) -> str:
    """One word near the end taken out or, in short texts, a letter added."""
    return text + f" {word[:2]}"


if __name__ == "__main__":
    main()
