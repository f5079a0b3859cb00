"""Files and folders that are written whole or not at all, and what is wrong with them when somebody hurt them."""

import errno
import os
from pathlib import Path

import pytest

from luthier import files
from luthier.errors import RunError
from luthier.files import MANIFEST, remove_folder, remove_leftovers, staged_folder, verify_folder, write_file

FULL = OSError(errno.ENOSPC, "No space left on device")


def folder_of(path: Path, *names: str) -> Path:
    """A sealed folder of these files."""
    with staged_folder(path) as staging:
        for name in names:
            (staging / name).parent.mkdir(exist_ok=True)
            (staging / name).write_bytes(f"{path.name} {name}".encode() * 9)
    return path


def fail_inside(path: Path, error: BaseException) -> None:
    """Begin a folder and fail."""
    with staged_folder(path) as staging:
        (staging / "one").write_text("1")
        raise error


def failing(*_: object, **__: object) -> None:
    """A disk that is full."""
    raise FULL


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """Text and bytes; nothing else is left in the folder."""
    write_file(tmp_path / "a", "old")
    write_file(tmp_path / "a", b"new")

    assert (tmp_path / "a").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("call", ["fsync", "rename", "open"])
def test_a_file_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Whichever step fails: one error that names the file and the way out, and no leftover."""
    path = tmp_path / "a"
    write_file(path, "old")
    if call == "fsync":
        monkeypatch.setattr(files.os, "fsync", failing)
    else:
        monkeypatch.setattr(Path, {"rename": "replace", "open": "open"}[call], failing)

    with pytest.raises(RunError, match=r"a: cannot write: No space left on device\n  next: free some disk space"):
        write_file(path, "new")

    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_error_while_tidying_up_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk on which nothing works any more still gives one clear error."""
    monkeypatch.setattr(files.os, "fsync", failing)
    monkeypatch.setattr(Path, "unlink", failing)

    with pytest.raises(RunError, match="No space left"):
        write_file(tmp_path / "a", "new")


def test_a_whole_folder_verifies(tmp_path: Path) -> None:
    """Inner folders included."""
    folder = folder_of(tmp_path / "x", "one", "inner/two")

    assert verify_folder(folder) == []
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("name", ["one", MANIFEST])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    """Any of them, the manifest too."""
    folder = folder_of(tmp_path / "x", "one", "two")
    (folder / name).unlink()

    (injury,) = verify_folder(folder)
    assert injury.startswith(f"{name} is missing")


@pytest.mark.parametrize("name", ["one", MANIFEST])
def test_a_cut_file_is_named(tmp_path: Path, name: str) -> None:
    """Half of a file is no file."""
    folder = folder_of(tmp_path / "x", "one", "two")
    raw = (folder / name).read_bytes()
    (folder / name).write_bytes(raw[: len(raw) // 2])

    (injury,) = verify_folder(folder)
    assert injury.startswith(name)


@pytest.mark.parametrize("name", ["one", MANIFEST])
def test_every_flipped_bit_is_named(tmp_path: Path, name: str) -> None:
    """Each bit of a file, one at a time; a bit of the manifest accuses the manifest and nothing else."""
    folder = folder_of(tmp_path / "x", "one", "two")
    raw = (folder / name).read_bytes()
    for bit in range(len(raw) * 8):
        hurt = bytearray(raw)
        hurt[bit // 8] ^= 1 << bit % 8
        (folder / name).write_bytes(hurt)

        (injury,) = verify_folder(folder)
        assert injury.startswith(name)


@pytest.mark.parametrize("name", ["one", MANIFEST])
def test_a_file_of_another_folder_is_named(tmp_path: Path, name: str) -> None:
    """Two folders of the same kind do not lend each other files."""
    folder, other = folder_of(tmp_path / "x", "one", "two"), folder_of(tmp_path / "y", "one", "two")
    (folder / name).write_bytes((other / name).read_bytes())

    (injury,) = verify_folder(folder)
    assert injury.startswith(name)


def test_a_folder_does_not_pass_for_another(tmp_path: Path) -> None:
    """Whole, but under another's name."""
    folder = folder_of(tmp_path / "x", "one")
    folder.rename(tmp_path / "y")

    assert verify_folder(tmp_path / "y") == [f"{MANIFEST} belongs to another folder, x"]


def test_an_empty_folder_is_unfinished(tmp_path: Path) -> None:
    """As a writer without staging leaves it."""
    assert verify_folder(tmp_path) == [f"{MANIFEST} is missing: the folder was never finished"]


def test_a_manifest_that_lists_nothing_is_not_trusted(tmp_path: Path) -> None:
    """An empty object would otherwise call any folder whole."""
    folder = folder_of(tmp_path / "x", "one")
    (folder / MANIFEST).write_text("{}")

    assert verify_folder(folder) == [f"{MANIFEST} was cut or changed: it is no manifest any more"]


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt(), ValueError("inside")])
def test_a_folder_that_fails_is_not_there(tmp_path: Path, error: BaseException) -> None:
    """Whatever ends the block; errors of the disk are translated, others pass."""
    with pytest.raises(RunError if error is FULL else type(error)):
        fail_inside(tmp_path / "x", error)

    assert list(tmp_path.iterdir()) == []


def test_a_failing_sync_keeps_the_folder_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may not be on the disk does not get its name."""
    monkeypatch.setattr(files.os, "fsync", failing)

    with pytest.raises(RunError, match="x: cannot write"), staged_folder(tmp_path / "x") as staging:
        (staging / "one").write_text("1")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_removed_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Removing begins with a rename, so that nothing half-removed carries the name."""
    folder = folder_of(tmp_path / "x", "one")
    monkeypatch.setattr(Path, "rename", failing)

    with pytest.raises(RunError, match="cannot write"):
        remove_folder(folder)
    assert verify_folder(folder) == []

    monkeypatch.undo()
    remove_folder(folder)
    assert list(tmp_path.iterdir()) == []


def test_leftovers_go_and_the_rest_stays(tmp_path: Path) -> None:
    """Anywhere below the folder."""
    kept = folder_of(tmp_path / "deep" / "x", "one")
    (tmp_path / "deep" / ".staging-y-0123abcd").mkdir()
    (tmp_path / "deep" / ".staging-y-0123abcd" / "one").write_text("half")
    (tmp_path / ".staging-plan.yaml-0123abcd").write_text("half")

    remove_leftovers(tmp_path)

    assert sorted(p.name for p in tmp_path.rglob("*")) == sorted(["deep", "x", "one", MANIFEST])
    assert verify_folder(kept) == []


@pytest.mark.parametrize(("number", "raised"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_syncing_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, raised: bool) -> None:
    """A file system that cannot is left alone; a disk that failed is not."""

    def sync(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", sync)
    if raised:
        with pytest.raises(OSError, match="Input/output"):
            files.sync_folder(tmp_path)
    else:
        files.sync_folder(tmp_path)


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (errno.ENOSPC, "free some disk space"),
        (errno.EACCES, "make the folder writable"),
        (errno.EPERM, "make the folder writable"),
        (errno.EROFS, "make the folder writable"),
        (errno.EIO, "look at the disk"),
    ],
)
def test_each_error_of_a_disk_has_its_advice(number: int, word: str) -> None:
    """And says how to go on."""
    error = files.cannot_write(Path("x"), OSError(number, os.strerror(number)))

    assert word in error.next_step
    assert "luthier fit --resume" in error.next_step
