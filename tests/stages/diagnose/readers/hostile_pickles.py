"""Pickles that mean harm: each would run a command, fill the memory, or is damaged."""

import io
import os
import pickle
import struct
import zipfile
from collections.abc import Callable

COMMAND = "echo harm > HARM"
"""What they run when they are loaded: a file HARM in the working folder says so."""
_TEXT = f"S'{COMMAND}'\n".encode()


class _Evil:
    def __init__(self, call: Callable[..., object] = os.system, *args: object) -> None:
        self._reduced = (call, args or (COMMAND,))

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._reduced


def _call(name: str, *args: bytes) -> bytes:
    """A call of an imported name, in protocol 0."""
    module, _, function = name.rpartition(".")
    return f"c{module}\n{function}\n(".encode() + b"".join(args) + b"tR."


def _text(text: str) -> bytes:
    raw = text.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def evil_state(cls: str = "transformers.training_args\nTrainingArguments", protocol: int = 2) -> bytes:
    """Settings as Trainer pickles them, of which one value is a call of os.system."""
    head, inner = b"\x80\x02c" + cls.encode() + b"\n)\x81}(", pickle.dumps(_Evil(), protocol)
    evil = inner[2 : inner.rindex(b".")] if protocol >= 2 else inner[:-1]
    rate = _text("learning_rate") + b"G" + struct.pack(">d", 3e-5)
    return head + rate + _text("output_dir") + evil + _text("seed") + b"K\x07" + b"ub."


def _enum_of_evil() -> bytes:
    """An enumeration whose value is a call."""
    return b"ctransformers.trainer_utils\nIntervalStrategy\n(cposix\nsystem\n(" + _TEXT + b"tRtR."


_PYTHON = _text("open('HARM','w').close()")
CALLS: dict[str, bytes] = {
    **{f"os.system, protocol {protocol}": pickle.dumps(_Evil(), protocol) for protocol in range(6)},
    **{f"nested in settings, protocol {protocol}": evil_state(protocol=protocol) for protocol in range(4)},
    **{f"in a list of a dict, protocol {protocol}": pickle.dumps({"a": [_Evil()]}, protocol) for protocol in range(6)},
    "settings of a class of its own": evil_state("evil\nArguments"),
    "enumeration of a call": _enum_of_evil(),
    "eval": _call("builtins.eval", _PYTHON),
    "exec": _call("builtins.exec", _PYTHON),
    "exec under its old name": _call("__builtin__.eval", _PYTHON),
    "compile": _call("builtins.compile", _PYTHON, _text("x"), _text("exec")),
    "import": _call("builtins.__import__", _text("antigravity")),
    "getattr of os": b"cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR(" + _TEXT + b"tR.",
    "open for writing": _call("builtins.open", _text("HARM"), _text("w")),
    "Popen": _call("subprocess.Popen", _text("sh")),
    "run a module": _call("runpy.run_path", _text("evil.py")),
    "module by name": _call("importlib.import_module", _text("this")),
    "profiler": _call("cProfile.run", _PYTHON),
    "timer": _call("timeit.timeit", _PYTHON),
    "terminal": _call("pty.spawn", _text("sh")),
    "browser": _call("webbrowser.open", _text("http://localhost/")),
    "socket": _call("socket.create_connection", _text("localhost")),
    "remove a tree": _call("shutil.rmtree", _text("/nowhere/at/all")),
    "native library": _call("ctypes.CDLL", _text("libc.so.6")),
    "code object": _call("marshal.loads", b"C\x02ab"),
    "function of a code object": _call("types.FunctionType", b"N", b"}"),
    "attribute getter": b"coperator\nattrgetter\n(S'system'\ntR(cposix\nsystem\ntR.",
    "partial": b"cfunctools\npartial\n(cposix\nsystem\n" + _TEXT + b"tR)R.",
    "map": b"cbuiltins\nlist\n(cbuiltins\nmap\n(cposix\nsystem\n(" + _TEXT + b"ltRtR.",
    "pickle in a pickle": _call("_pickle.loads", b"C" + bytes([6]) + b"(lp0\n."),
    "torch's loader": _call("torch.load", _text("evil.pt")),
    "numpy's loader": _call("numpy.load", _text("evil.npy")),
    "extension registered": _call("copyreg.add_extension", _text("os"), _text("system"), b"K\x01"),
    "INST": b"(" + _TEXT + b"iposix\nsystem\n.",
    "OBJ": b"(cposix\nsystem\n" + _TEXT + b"o.",
    "NEWOBJ": b"\x80\x02cposix\nsystem\n(" + _TEXT + b"t\x81.",
    "NEWOBJ_EX": b"\x80\x04cposix\nsystem\n(" + _TEXT + b"t}\x92.",
    "STACK_GLOBAL": b"\x80\x04\x8c\x05posix\x8c\x06system\x93(" + _TEXT + b"tR.",
    "STACK_GLOBAL with dots": b"\x80\x04\x8c\x02os\x8c\x0bpath.sys.os\x93(" + _TEXT + b"tR.",
    "BUILD of a class": b"cevil\nThing\n)\x81}(S'__setstate__'\ncposix\nsystem\nub" + _TEXT + b"b.",
    "BUILD with slots": b"cevil\nThing\n)\x81(N}(S'__class__'\ncposix\nsystem\nutb.",
    "EXT1": b"\x80\x02\x82\x01(" + _TEXT + b"tR.",
    "EXT2": b"\x80\x02\x83\x01\x01(" + _TEXT + b"tR.",
    "EXT4": b"\x80\x02\x84\x01\x01\x01\x01(" + _TEXT + b"tR.",
    "persistent id": b"Pposix.system\n.",
    "persistent id of a call": b"cposix\nsystem\n(" + _TEXT + b"tRQ.",
    "buffer outside": b"\x80\x05\x97\x98.",
    "call of a call": b"cposix\nsystem\n(" + _TEXT + b"tR)R.",
    "call of a number": b"K\x07)R.",
    "name of nothing": b"c\n\n.",
    "name of a dunder": b"cbuiltins\n__class__.__base__.__subclasses__\n)R.",
    "items of a call": b"cposix\nsystem\n)R(S'a'\nK\x01u.",
    "values of a call": b"cposix\nsystem\n)R(K\x01K\x02e.",
    "key of a call": b"}(cposix\nsystem\n(" + _TEXT + b"tRK\x01u.",
    "key that cannot be hashed": b"}(]K\x01u.",
    "half a surrogate pair": b"X\x03\x00\x00\x00\xed\xa0\x80.",
    "more behind the end": b"K\x07." + pickle.dumps(_Evil()),
    "nested dictionaries of a call": b"ccollections\nOrderedDict\nq\x000" + b"h\x00" * 99 + b"}" + b"\x85R" * 99 + b".",
    "memory of a list that holds itself no more": b"]q\x00h\x000h\x00.",
}
"""Well-formed pickles that do harm when they are loaded: read as inert values."""


def _laughs(levels: int) -> bytes:
    """A list that holds the one before it ten times, many levels high."""
    body = b"]q\x00(" + b"K\x01" * 10 + b"e0"
    for level in range(1, levels):
        body += b"]q" + bytes([level]) + b"(" + (b"h" + bytes([level - 1])) * 10 + b"e0"
    return body + b"h" + bytes([levels - 1]) + b"."


BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "no pickle": b"learning_rate: 3e-5\n",
    "no end": b"K\x07",
    "end alone": b".",
    "opcode that is none": b"\xff.",
    "empty stack": b"0.",
    "tuple of what is not there": b"K\x01\x87.",
    "call of what is not there": b"R.",
    "no mark": b"K\x01t.",
    "no mark for an object": b"o.",
    "object without a class": b"(o.",
    "memo never written": b"h\x05.",
    "memo by text never written": b"g7\n.",
    "memo of nothing": b"q\x05.",
    "negative memo": b"K\x01p-1\n.",
    "endless memo": b"K\x01p99999999999999999999\n.",
    "odd number of items": b"}(K\x01u.",
    "odd number in a dict": b"(K\x01d.",
    "item of a number": b"K\x07K\x01K\x02s.",
    "append to a number": b"K\x07K\x01a.",
    "append to a tuple": b")K\x01a.",
    "state of a number": b"K\x07}b.",
    "import without text": b"\x80\x04K\x01K\x02\x93.",
    "text longer than the file": b"X\xff\xff\xff\x7fabc.",
    "text of negative length": b"T\xff\xff\xff\xffabc.",
    "text longer than memory": b"\x80\x04\x8d" + b"\xff" * 7 + b"\x7fabc.",
    "bytes longer than memory": b"\x80\x05\x8e" + b"\xff" * 8 + b"abc.",
    "byte array longer than memory": b"\x80\x05\x96" + b"\xff" * 8 + b"abc.",
    "text that is not UTF-8": b"X\x01\x00\x00\x00\xff.",
    "string without quotes": b"Sabc\n.",
    "string that never ends": b"S'abc",
    "escape that is none": b"S'\\x'\n.",
    "number that is none": b"Iabc\n.",
    "number of a million digits": b"L" + b"9" * 1_000_000 + b"L\n.",
    "number of many bytes": b"\x8b" + struct.pack("<i", 100_000) + b"\x7f" * 100_000 + b".",
    "number of negative length": b"\x8b\xff\xff\xff\xff.",
    "float that is none": b"Fone\n.",
    "text beyond the bound": b"X" + struct.pack("<I", 2 << 20) + b"a" * (2 << 20) + b".",
    "file beyond the bound": b"N0" * (3 << 20) + b"N.",
    "endless opcodes": b"N0" * 300_000 + b"N.",
    "endless marks": b"(" * 250_000 + b".",
}
"""Bytes that mean nothing: refused with a reason."""

TOO_MUCH: dict[str, bytes] = {
    "billion laughs": _laughs(12),
    "list that holds itself": b"]q\x00h\x00a.",
    "dict that holds itself": b"}q\x00K\x01h\x00s.",
    "object that is its own state": b"cevil\nThing\n)\x81q\x00}q\x01K\x01h\x00sb.",
    "deep lists": b"]" * 5_000 + b"a" * 4_999 + b".",
    "deep tuples": b")" + b"\x85" * 50_000 + b".",
    "many large texts": _text("a" * (1 << 20)) + b"q\x000]" + b"(" + b"h\x00" * 50_000 + b"e.",
    "many values": b"]q\x000](" + b"h\x00" * 150_000 + b"e.",
    "many secrets": b"}q\x00(" + (_text("token") + b"N") * 9_000 + b"u0](" + b"h\x00" * 50_000 + b"e.",
    "many parts of a path": b"(" + b"S'a'\n" * 9_000 + b"tq\x000](" + b"cpathlib\nPosixPath\nh\x00R" * 9_000 + b"e.",
}
"""Well-formed pickles of values that are too large: refused when they are made plain, at the latest."""


def _zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def archived(data: bytes, name: str = "training_args/data.pkl") -> bytes:
    """A pickle in an archive as torch.save writes it."""
    return _zip((name, data), ("training_args/version", b"3\n"))


def legacy(data: bytes) -> bytes:
    """A pickle behind the three that torch wrote in front before version 1.6."""
    magic, system = 0x1950A86A20F9469CFC6C, {"protocol_version": 1001, "little_endian": True}
    return pickle.dumps(magic, 2) + pickle.dumps(1001, 2) + pickle.dumps(system, 2) + data


_GOOD = evil_state()
ARCHIVES: dict[str, bytes] = {
    "empty archive": _zip(),
    "no pickle in it": _zip(("a/version", b"3\n")),
    "two pickles in it": _zip(("a/data.pkl", _GOOD), ("b/data.pkl", _GOOD)),
    "archive bomb": _zip(("a/data.pkl", b"\0" * (64 << 20)), method=zipfile.ZIP_DEFLATED),
    "bzip2": _zip(("a/data.pkl", _GOOD), method=zipfile.ZIP_BZIP2),
    "cut archive": archived(_GOOD)[:-30],
    "start of an archive": b"PK\x03\x04",
    "wrong checksum": archived(_GOOD).replace(b"seed", b"seeD", 1),
    "encrypted": archived(_GOOD).replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"),
    "size that lies": archived(_GOOD).replace(struct.pack("<I", len(_GOOD)), struct.pack("<I", 1 << 20)),
    "legacy, cut after the magic number": legacy(_GOOD)[:20],
}
"""Archives from which no pickle can be had."""
