"""The run folder: where each part of a run lies.

runs/<name>/
  request.json       what was asked for; enough to start again
  plan.yaml          everything that decides the run, each value with its reason
  inputs.json        SHA-256 of plan, data and the pretrained model's files: what the run began with
  data/              the splits as parquet, with row numbers of the user's file; profile.json
  attempts/01/ …     log.jsonl, checkpoints/
  model/             Hugging Face layout
  predictions/       validation.parquet, test.parquet
  scores.json  findings.json  report.json  report.html  report.md  environment.json
"""

import errno
import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from luthier.errors import RunError
from luthier.facts.request import Request
from luthier.files import cannot_write, is_leftover, make_folder, remove_leftovers, write_file

_RUNS = Path("runs")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Paths of a run; nothing is read or made by naming them."""

    path: Path

    @property
    def request(self) -> Path:
        """What was asked for."""
        return self.path / "request.json"

    @property
    def plan(self) -> Path:
        """The plan."""
        return self.path / "plan.yaml"

    @property
    def inputs(self) -> Path:
        """What the run began with; written when plan and data are whole."""
        return self.path / "inputs.json"

    @property
    def data(self) -> Path:
        """Splits and profile."""
        return self.path / "data"

    @property
    def model(self) -> Path:
        """The model in Hugging Face layout."""
        return self.path / "model"

    @property
    def report(self) -> Path:
        """All facts of the finished run."""
        return self.path / "report.json"

    def attempt(self, number: int) -> Path:
        """Log and checkpoints of an attempt, from 1."""
        return self.path / "attempts" / f"{number:02d}"

    def predictions(self, split: str) -> Path:
        """Predictions on a split."""
        return self.path / "predictions" / f"{split}.parquet"


@contextmanager
def new(request: Request) -> Iterator[RunFolder]:
    """Make the folder of a new run, hold it, and write down what was asked for.

    When the block ends badly before the run has begun (`RunFolder.inputs`), everything that was made is removed again:
    data that cannot be read leave nothing behind.

    Raises:
        RunError: `--out` names a folder that holds something, or it cannot be written.
    """
    wanted = Path(request.out) if request.out else _RUNS / "new"
    made = [path for path in wanted.parents if not path.exists()]
    made = made if wanted.is_dir() else [wanted, *made]
    folder = RunFolder(_named(wanted) if request.out else _numbered(request.data))
    with in_use(folder):
        try:
            write_file(folder.request, msgspec.json.format(msgspec.json.encode(request)))
            yield folder
        except BaseException:
            if not folder.inputs.is_file():
                _empty(folder.path)
                _remove_empty([folder.path if path == wanted else path for path in made])
            raise


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _remove_empty(folders: list[Path]) -> None:
    """Remove folders, innermost first, as far as nothing else was put into them."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _named(path: Path) -> Path:
    make_folder(path)
    try:
        held = [inner for inner in path.iterdir() if not is_leftover(inner)]
    except OSError as error:
        raise cannot_write(path, error) from error
    if held:
        raise RunError(
            "this folder already holds something",
            where=str(path),
            next_step=f"name another with --out, or go on with it: luthier fit --resume {path}",
        )
    return path


def is_run(path: str) -> bool:
    """Whether a folder is a run of Luthier."""
    return RunFolder(Path(path)).request.is_file()


def existing(path: str) -> RunFolder:
    """The folder of a run that was begun.

    Raises:
        RunError: there is none.
    """
    folder = RunFolder(Path(path))
    if not folder.request.is_file():
        raise RunError(
            "this is not a run of Luthier: it holds no request.json",
            where=path,
            next_step="name a folder below runs/",
        )
    return folder


def refuse_finished(folder: RunFolder) -> None:
    """A run that has its report cannot go on.

    Raises:
        RunError: it has.
    """
    if folder.report.is_file():
        raise RunError(
            "this run is finished: there is nothing to go on with",
            where=str(folder.path),
            next_step=f"read {folder.path / 'report.html'}, or run it again: luthier fit --plan {folder.plan}",
        )


def request_of(folder: RunFolder) -> Request:
    """What was asked for.

    Raises:
        RunError: the file is damaged.
    """
    try:
        return msgspec.json.decode(folder.request.read_bytes(), type=Request)
    except (OSError, msgspec.MsgspecError) as error:
        raise RunError(f"cannot be read: {error}", where=str(folder.request), next_step="start the run anew") from error


@contextmanager
def in_use(folder: RunFolder) -> Iterator[None]:
    """Hold a run folder for this process; the lock goes with the process, however it ends.

    A record lock, not `flock`: the processes that prepare batches would inherit that one, and hold it for seconds after
    a kill of the process that trains. What earlier processes left half-written is removed.

    Raises:
        RunError: another process holds it.
        KeyboardInterrupt: Ctrl-C; its argument is the folder where the run has begun and can go on.
    """
    path = folder.path / ".lock"
    try:
        file = path.open("w")
    except OSError as error:
        raise cannot_write(path, error) from error
    with file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise cannot_write(path, error) from error
            raise RunError(
                "another process is working in this run folder",
                where=str(folder.path),
                next_step="wait for it, or name another folder with --out",
            ) from error
        remove_leftovers(folder.path)
        try:
            yield
        except KeyboardInterrupt:
            if folder.inputs.is_file():
                raise KeyboardInterrupt(str(folder.path)) from None
            raise


def _numbered(data: str) -> Path:
    """A new folder below runs/; making it is what takes the name, so that two runs never share one."""
    stem = re.sub(r"[^\w-]+", "-", Path(data).name.split(".")[0]).strip("-").lower() or "run"
    make_folder(_RUNS)
    number = 1
    while True:
        path = _RUNS / f"{stem}-{number}"
        try:
            path.mkdir()
            return path
        except FileExistsError:
            number += 1
        except OSError as error:
            raise cannot_write(path, error) from error
