"""The run folder: taken by one run, left untouched or whole, and removed when a run never began."""

import errno
import os
import signal
import time
from pathlib import Path

import pytest

from luthier import folder as run_folder
from luthier.errors import InputError, RunError
from luthier.facts.request import Request
from luthier.folder import RunFolder


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def start(request: Request, error: BaseException, begun: bool) -> None:
    """Start a run that ends badly, before or after it began."""
    with run_folder.new(request) as folder:
        folder.data.mkdir()
        (folder.data / "train.parquet").write_text("half")
        if begun:
            folder.inputs.write_text("{}")
        raise error


def fail(request: Request, error: BaseException, *, begun: bool = False) -> None:
    """The same, with the error expected."""
    with pytest.raises(type(error)):
        start(request, error, begun)


@pytest.mark.parametrize("error", [InputError("no text column"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("out", [None, "named", "a/b/c"])
def test_a_run_that_never_began_leaves_nothing(error: BaseException, out: str | None, tmp_path: Path) -> None:
    """Neither its folder nor the folders above that were made for it."""
    fail(Request("x.csv", out=out), error)

    assert list(tmp_path.iterdir()) == []


def test_what_was_there_stays(tmp_path: Path) -> None:
    """An empty folder that the user made, and other runs, are left as they were."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "runs" / "x-1").mkdir(parents=True)
    (tmp_path / "a").mkdir()

    fail(Request("x.csv", out="mine"), InputError("bad"))
    fail(Request("x.csv", out="a/b"), InputError("bad"))
    fail(Request("x.csv"), InputError("bad"))

    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert found == ["a", "mine", "runs", "runs/x-1"]


def test_a_run_that_began_stays(tmp_path: Path) -> None:
    """Once plan and data are written there is something to go on with."""
    fail(Request("x.csv", out="o"), RunError("no disk"), begun=True)

    assert (tmp_path / "o" / "request.json").is_file()
    assert run_folder.request_of(run_folder.existing("o")) == Request("x.csv", out="o")


@pytest.mark.parametrize(
    ("data", "name"), [("a.csv", "a-1"), ("/x/My Data.v2.csv", "my-data-1"), ("数据.csv", "数据-1"), ("..", "run-1")]
)
def test_names(data: str, name: str) -> None:
    """A run is called after its data, with the next free number."""
    for number in (1, 2):
        with run_folder.new(Request(data)) as folder:
            assert folder.path == Path("runs") / name.replace("1", str(number))


@pytest.mark.parametrize("held", ["note.txt", "request.json", ".hidden"])
def test_a_folder_that_holds_something(held: str, tmp_path: Path) -> None:
    """It is refused and left alone, with the two ways on."""
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / held).write_text("mine")

    with pytest.raises(RunError, match="already holds something") as caught, run_folder.new(Request("x.csv", out="o")):
        pass

    assert "--out" in caught.value.next_step
    assert "--resume" in caught.value.next_step
    assert [path.name for path in (tmp_path / "o").iterdir()] == [held]


@pytest.mark.parametrize("out", ["file", "file/run", "file/a/b"])
def test_a_file_stands_in_the_way(out: str, tmp_path: Path) -> None:
    """No folder can be made there: one clear error, and the file is as it was."""
    (tmp_path / "file").write_text("mine")

    with pytest.raises(RunError, match="cannot write") as caught, run_folder.new(Request("x.csv", out=out)):
        pass

    assert out in caught.value.where
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", ["", "nothing", "x.csv"])
def test_no_run(name: str, tmp_path: Path) -> None:
    """A path without a run is named."""
    (tmp_path / "x.csv").write_text("text,label\n")

    with pytest.raises(RunError, match=r"no request\.json"):
        run_folder.existing(name)


def test_a_damaged_request(tmp_path: Path) -> None:
    """What was asked for cannot be guessed."""
    (tmp_path / "request.json").write_text('{"data": 1}')

    with pytest.raises(RunError, match="cannot be read"):
        run_folder.request_of(run_folder.existing("."))


def test_what_a_crash_left_does_not_take_the_name(tmp_path: Path) -> None:
    """A run killed before its first file was whole can be started again under the same name."""
    (tmp_path / ".staging-request.json-0123abcd").write_text("{")

    with run_folder.new(Request(data="x.csv", out=str(tmp_path))) as folder:
        assert folder.request.is_file()


def test_no_disk_for_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first write of a run that goes on."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(RunError, match="No space left"), run_folder.in_use(RunFolder(tmp_path)):
        pass


def test_a_finished_run_does_not_go_on(tmp_path: Path) -> None:
    """It says where the report is."""
    folder = RunFolder(tmp_path)
    run_folder.refuse_finished(folder)
    folder.report.write_text("{}")

    with pytest.raises(RunError, match="finished") as told:
        run_folder.refuse_finished(folder)
    assert str(tmp_path / "report.html") in told.value.next_step


def test_one_process_at_a_time(tmp_path: Path) -> None:
    """A second process is turned away; a killed one holds nothing, even while a process that it forked lives on."""
    folder = RunFolder(tmp_path)
    reading, writing = os.pipe()
    holder = os.fork()
    if holder == 0:
        with run_folder.in_use(folder):
            if os.fork() == 0:  # as a process that prepares batches would, it outlives its parent
                time.sleep(2)
                os._exit(0)
            os.write(writing, b"!")
            time.sleep(60)
    os.read(reading, 1)

    with pytest.raises(RunError, match="another process"), run_folder.in_use(folder):
        pass
    os.kill(holder, signal.SIGKILL)
    os.waitpid(holder, 0)
    with run_folder.in_use(folder):
        pass


def test_holding_a_folder_tidies_it(tmp_path: Path) -> None:
    """What an earlier process left half-written goes; its work stays."""
    folder = RunFolder(tmp_path)
    (folder.data / ".staging-train.parquet-0123abcd").parent.mkdir()
    (folder.data / ".staging-train.parquet-0123abcd").write_text("half")
    folder.plan.write_text("seed: 1")

    with run_folder.in_use(folder):
        assert sorted(path.name for path in tmp_path.rglob("*")) == [".lock", "data", "plan.yaml"]


@pytest.mark.parametrize("begun", [True, False])
def test_who_is_interrupted_hears_where_to_go_on(tmp_path: Path, begun: bool) -> None:
    """The folder travels with Ctrl-C, where there is something to go on with."""
    folder = RunFolder(tmp_path)
    if begun:
        folder.inputs.write_text("{}")

    with pytest.raises(KeyboardInterrupt) as stop, run_folder.in_use(folder):
        raise KeyboardInterrupt
    assert stop.value.args == ((str(tmp_path),) if begun else ())
