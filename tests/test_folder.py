"""The run folder: taken by one run, left untouched or whole, and removed when a run never began."""

from pathlib import Path

import pytest

from luthier import folder as run_folder
from luthier.errors import InputError, RunError
from luthier.facts.request import Request


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
