"""Walking pickles: the same values as loading them gives, and nothing else happens, whatever they hold."""

import argparse
import collections
import io
import pickle
import pickletools
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luthier.errors import RunError
from luthier.facts.arguments import Plain
from luthier.stages.diagnose.readers.inert import Made, Named, Table, TooMuch, plain
from luthier.stages.diagnose.readers.pickles import UnreadablePickle, read_next, read_pickle
from tests.stages.diagnose.readers.hostile_pickles import BROKEN, CALLS, TOO_MUCH, evil_state

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
VALUES = {
    "none": None,
    "truth": [True, False],
    "numbers": [0, 1, -1, 255, 256, -70_000, 2**31, 2**63, -(2**200), 0.5, -1e-300, float("inf")],
    "text": ["", "a\nb'\"\\", "größe", "学习率", "\u2028"],
    "nested": {"a": [1, (2, 3, {"b": []}), ()], "c": {"d": {"e": None}}},
    "tuples": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
    "long list": list(range(3000)),
    "ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
    "shared": [["x"]] * 3,
}


def expected(value: object) -> object:
    """A value with tuples for lists and plain dictionaries, as `plain` has them."""
    if isinstance(value, list | tuple):
        return tuple(expected(one) for one in value)
    return {key: expected(one) for key, one in value.items()} if isinstance(value, dict) else value


def only_plain(value: object) -> bool:
    """Whether a value is made of plain parts alone."""
    if isinstance(value, tuple):
        return all(map(only_plain, value))
    if isinstance(value, dict):
        return all(type(key) is str and only_plain(one) for key, one in value.items())
    return value is None or type(value) in (bool, int, float, str)


def harmless(data: bytes) -> bool:
    """Whether bytes give a plain value or one of the two errors."""
    try:
        return only_plain(plain(read_pickle(data)))
    except (UnreadablePickle, TooMuch):
        return True


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", VALUES)
def test_values_are_read(name: str, protocol: int) -> None:
    """What `pickle` wrote is read as it was, in every protocol."""
    assert plain(read_pickle(pickle.dumps(VALUES[name], protocol))) == expected(VALUES[name])


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_bytes_and_sets(protocol: int) -> None:
    """Sets are tuples; bytes have no plain value and are told by their type, or by the call that makes them."""
    read = plain(read_pickle(pickle.dumps({"set": {1}, "frozen": frozenset([2]), "bytes": b"ab"}, protocol)))

    assert isinstance(read, dict)
    assert (read["set"], read["frozen"]) == ((1,), (2,))
    assert read["bytes"] in ("<bytes>", "<_codecs.encode>")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_objects_are_their_attributes(protocol: int) -> None:
    """An object is the name of its class and its attributes, in every protocol."""
    read = read_pickle(pickle.dumps(argparse.Namespace(seed=7, rates=[0.5]), protocol))

    assert isinstance(read, Made)
    assert read.name == "argparse.Namespace"
    assert plain(read) == {"seed": 7, "rates": (0.5,)}


def test_calls_are_inert() -> None:
    """A call is a name with its arguments, nothing more."""
    read = read_pickle(CALLS["os.system, protocol 2"])

    assert isinstance(read, Made)
    assert (read.name, read.args) == ("posix.system", ("echo harm > HARM",))
    assert isinstance(read_pickle(b"cposix\nsystem\n."), Named)


def test_one_evil_value_does_not_hide_the_others() -> None:
    """Settings around a call are read; the call itself is told by its name."""
    read = plain(read_pickle(evil_state()))

    assert read == {"learning_rate": 3e-5, "output_dir": "<posix.system>", "seed": 7}


@pytest.mark.parametrize("name", CALLS)
def test_hostile_calls_become_plain(name: str) -> None:
    """Every hostile pickle that is well-formed becomes a plain value that can be written as UTF-8."""
    read: Plain = plain(read_pickle(CALLS[name]))

    assert only_plain(read)
    str(read).encode("utf-8")


@pytest.mark.parametrize("name", BROKEN)
def test_broken_pickles_are_refused(name: str) -> None:
    """Damaged bytes and endless ones end in one kind of error, quickly."""
    start = time.perf_counter()
    with pytest.raises(UnreadablePickle) as caught:
        read_pickle(BROKEN[name])

    assert caught.value.what
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("name", TOO_MUCH)
def test_bombs_are_refused(name: str) -> None:
    """Values that grow without end are refused before they are made, quickly."""
    start = time.perf_counter()
    with pytest.raises(RunError) as caught:
        plain(read_pickle(TOO_MUCH[name]))

    assert type(caught.value) in (UnreadablePickle, TooMuch)
    assert time.perf_counter() - start < 5


def test_a_table_is_no_dictionary() -> None:
    """Keys of a hostile dictionary are not hashed before they are text."""
    read = read_pickle(CALLS["key that cannot be hashed"])

    assert isinstance(read, Table)
    assert len(read.pairs) == 1


def test_the_stream_is_left_behind_the_end() -> None:
    """Pickles in a row are read one by one."""
    stream = io.BytesIO(pickle.dumps(1) + pickle.dumps("two"))

    assert [read_next(stream), read_next(stream)] == [1, "two"]


def test_every_opcode_is_known() -> None:
    """No opcode of pickletools ends in "not known"."""
    for opcode in pickletools.opcodes:
        with pytest.raises(UnreadablePickle) as caught:
            read_pickle(opcode.code.encode("latin-1") + b"1\n1\n" + b"\x00" * 8 if opcode.name != "STOP" else b"")
        assert "not known" not in caught.value.what


def test_cut_at_every_byte() -> None:
    """A pickle that is cut anywhere is refused."""
    whole = evil_state()
    for end in range(len(whole)):
        with pytest.raises(UnreadablePickle):
            read_pickle(whole[:end])


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes(data: bytes) -> None:
    """Any bytes give a plain value or the one error."""
    assert harmless(data)


OPCODES = [opcode.code.encode("latin-1") for opcode in pickletools.opcodes]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from([*OPCODES, b"]", b"}", b"(", b"K\x01", b"cos\nsystem\n", b"q\x00h\x00"]), max_size=60))
def test_random_opcodes(codes: list[bytes]) -> None:
    """Any sequence of opcodes gives a plain value or the one error."""
    assert harmless(b"".join(codes) + b".")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(evil_state()) - 1), st.integers(0, 255))
def test_one_byte_changed(place: int, byte: int) -> None:
    """A pickle with one byte changed gives a plain value or the one error."""
    data = bytearray(evil_state())
    data[place] = byte
    assert harmless(bytes(data))


LOADED = "import pickle, sys; pickle.loads(sys.stdin.buffer.read())"


def test_the_hostile_pickles_are_hostile(tmp_path: Path) -> None:
    """Loading does what reading does not: the file HARM appears."""
    for name in ("os.system, protocol 0", "INST", "OBJ", "STACK_GLOBAL", "getattr of os"):
        subprocess.run([sys.executable, "-c", LOADED], input=CALLS[name], cwd=tmp_path, check=False)
        assert (tmp_path / "HARM").exists(), name
        (tmp_path / "HARM").unlink()


AUDITED = """
import sys
from pathlib import Path
from luthier.errors import RunError
from luthier.stages.diagnose.readers.inert import plain
from luthier.stages.diagnose.readers.torch_files import read_torch
from tests.stages.diagnose.readers.hostile_pickles import BROKEN, CALLS, TOO_MUCH, ARCHIVES, archived, legacy

folder = Path(sys.argv[1])
hostile = {**CALLS, **BROKEN, **TOO_MUCH}
files = []
for number, (name, data) in enumerate(hostile.items()):
    for form in (bytes, archived, legacy):
        files.append(folder / f"{number}-{form.__name__}.bin")
        files[-1].write_bytes(form(data))
for number, data in enumerate(ARCHIVES.values()):
    files.append(folder / f"archive-{number}.bin")
    files[-1].write_bytes(data)
# Codecs that Python itself imports when text of protocol 0, or a name in an archive, is met for the first time.
b"a".decode("raw-unicode-escape"), b"a".decode("cp437")
events = []

def hear(event, args):
    if listening:
        events.append((event, *map(str, args)))

listening = False
sys.addaudithook(hear)
before = set(sys.modules)
seen = 0
listening = True
for path in files:
    try:
        plain(read_torch(path))
    except RunError:
        pass
    seen += 1
listening = False
allowed = lambda e: e[0] == "open" and e[1].startswith(str(folder)) and e[2] in ("r", "rb")
strange = [e for e in events if not allowed(e)]
print(seen, len(events), len(set(sys.modules) - before), *strange[:5], sep="|")
"""


def test_nothing_is_imported_called_or_started(tmp_path: Path) -> None:
    """An audit hook hears the hostile files opened for reading, and no import, call, write, process or socket."""
    command = [sys.executable, "-c", AUDITED, str(tmp_path)]
    done = subprocess.run(command, cwd=Path(__file__).parents[4], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    seen, heard, imported, *strange = done.stdout.strip().split("|")
    assert strange == []
    assert int(seen) >= 3 * 100
    assert (heard, imported) == (seen, "0")
    assert not list(tmp_path.glob("HARM"))


def test_real_harm_would_be_heard(tmp_path: Path) -> None:
    """The same hook hears an import, a call and a process where a pickle is loaded."""
    script = AUDITED.replace("plain(read_torch(path))", "__import__('pickle').loads(path.read_bytes())")
    script = script.replace("except RunError", "except BaseException")
    script = script.replace("{**CALLS, **BROKEN, **TOO_MUCH}", "{'of os': CALLS['os.system, protocol 2']}")
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, env=_python_path(), capture_output=True, text=True, check=False)

    assert "os.system" in done.stdout
    assert "pickle.find_class" in done.stdout


def _python_path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[4]), "PATH": "/usr/bin:/bin"}
