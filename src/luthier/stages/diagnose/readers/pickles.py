"""A pickle read without loading it: its opcodes are walked into inert values.

Loading a pickle runs whatever its author put in. Here nothing is imported, called or built: `pickletools.genops` splits
the bytes into opcodes, and a small stack machine keeps what they mean as plain values, `Named` and `Made` (see
`inert`). This is the only file that may import `pickletools`, and nothing may import `pickle`
(tests/architecture/test_no_pickle.py); an audit hook in the tests says that reading hostile files imports, finds, opens
and starts nothing.

Format: the opcode table of CPython's Lib/pickletools.py, protocols 0 to 5.
"""

import io
import pickletools
import struct
import warnings
from collections.abc import Callable
from typing import BinaryIO

from luthier.errors import RunError
from luthier.stages.diagnose.readers.inert import MOST_BITS, Made, Named, Table

MOST_BYTES = 4 * 2**20
"""Bytes of a file; a training_args.bin has 5,000 to 10,000, one with a DeepSpeed config inside up to 40,000."""
MOST_OPS = 200_000
"""Opcodes; a training_args.bin has about 600."""
MOST_TEXT = 2**20
"""Characters or bytes of one string."""
_RECONSTRUCTORS = frozenset(
    {"copyreg._reconstructor", "copy_reg._reconstructor", "copyreg.__newobj__", "copy_reg.__newobj__"}
)


class UnreadablePickle(RunError):
    """It is cut, damaged, beyond the bounds, or no pickle."""


def read_pickle(data: bytes) -> object:
    """What a pickle means, as inert values: plain ones, `Named`, `Made` and `Table`.

    Raises:
        UnreadablePickle: it is cut, damaged or beyond the bounds.
    """
    if len(data) > MOST_BYTES:
        raise UnreadablePickle(f"more than {MOST_BYTES:,} bytes")
    return read_next(io.BytesIO(data))


def read_next(stream: BinaryIO) -> object:
    """What the next pickle in a stream means; the stream is left behind its STOP.

    Raises:
        UnreadablePickle: it is cut, damaged or beyond the bounds.
    """
    machine = _Machine()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # text of protocol 0 may hold escapes that Python frowns at
            for number, (opcode, argument, position) in enumerate(pickletools.genops(stream)):
                if number >= MOST_OPS:
                    raise UnreadablePickle(f"more than {MOST_OPS:,} opcodes")
                machine.step(opcode.name, argument, position or 0)
    except (ValueError, OverflowError, struct.error, MemoryError) as error:
        raise UnreadablePickle("cut, or no pickle") from error
    return machine.result()


class _Machine:
    """The pickle machine, with its stack, its marks and its memo, and without hands."""

    def __init__(self) -> None:
        self._stack: list[object] = []
        self._below: list[list[object]] = []
        self._memo: dict[int, object] = {}
        self._position = 0

    def step(self, name: str, argument: object, position: int) -> None:
        """One opcode."""
        self._position = position
        if name in _PUSHES:
            self._push(self._bounded(argument))
        elif name in _FRESH:
            self._push(_FRESH[name]())
        elif name not in _SILENT:
            act = _ACTS.get(name)
            if act is None:
                raise self._broken(f"opcode {name} is not known")
            act(self, argument)

    def result(self) -> object:
        """What the pickle means."""
        return self._pop()

    def _broken(self, what: str) -> UnreadablePickle:
        return UnreadablePickle(f"{what} (byte {self._position:,})")

    def _bounded(self, value: object) -> object:
        if isinstance(value, int) and value.bit_length() > MOST_BITS:
            raise self._broken(f"a whole number of {value.bit_length():,} bits")
        if isinstance(value, str | bytes | bytearray) and len(value) > MOST_TEXT:
            raise self._broken(f"a string of {len(value):,} characters")
        return value

    def _push(self, value: object) -> None:
        self._stack.append(value)

    def _pop(self) -> object:
        if not self._stack:
            raise self._broken("it takes more from its stack than there is")
        return self._stack.pop()

    def _top(self) -> object:
        if not self._stack:
            raise self._broken("it takes more from its stack than there is")
        return self._stack[-1]

    def _to_mark(self) -> list[object]:
        if not self._below:
            raise self._broken("it looks for a mark that is not there")
        taken, self._stack = self._stack, self._below.pop()
        return taken

    def mark(self, _: object) -> None:
        self._below.append(self._stack)
        self._stack = []

    def pop(self, _: object) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._to_mark()

    def pop_mark(self, _: object) -> None:
        self._to_mark()

    def duplicate(self, _: object) -> None:
        self._push(self._top())

    def remember(self, argument: object) -> None:
        index = argument if isinstance(argument, int) else len(self._memo)
        if not 0 <= index < 2**32:
            raise self._broken(f"a memo entry {index}")
        self._memo[index] = self._top()

    def recall(self, argument: object) -> None:
        if not isinstance(argument, int) or argument not in self._memo:
            raise self._broken(f"memo entry {argument} was never written")
        self._push(self._memo[argument])

    def tuple_of(self, count: int) -> None:
        taken = [self._pop() for _ in range(count)]
        self._push(tuple(reversed(taken)))

    def tuple_to_mark(self, _: object) -> None:
        self._push(tuple(self._to_mark()))

    def list_to_mark(self, _: object) -> None:
        self._push(self._to_mark())

    def dict_to_mark(self, _: object) -> None:
        self._push(Table(self._pairs(self._to_mark())))

    def _pairs(self, flat: list[object]) -> list[tuple[object, object]]:
        if len(flat) % 2:
            raise self._broken("a key without a value")
        return list(zip(flat[::2], flat[1::2], strict=True))

    def append(self, _: object) -> None:
        self._extend([self._pop()])

    def append_to_mark(self, _: object) -> None:
        self._extend(self._to_mark())

    def _extend(self, values: list[object]) -> None:
        target = self._top()
        if isinstance(target, Made):
            target.listed += values
        elif isinstance(target, list):
            target += values
        else:
            raise self._broken(f"it appends to a {type(target).__name__}")

    def set_item(self, _: object) -> None:
        value, key = self._pop(), self._pop()
        self._update([(key, value)])

    def set_to_mark(self, _: object) -> None:
        self._update(self._pairs(self._to_mark()))

    def _update(self, pairs: list[tuple[object, object]]) -> None:
        target = self._top()
        if isinstance(target, Made):
            target.table.pairs += pairs
        elif isinstance(target, Table):
            target.pairs += pairs
        else:
            raise self._broken(f"it sets an item of a {type(target).__name__}")

    def name(self, argument: object) -> None:
        self._push(Named(str(argument).replace(" ", ".", 1)))

    def name_from_stack(self, _: object) -> None:
        name, module = self._pop(), self._pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise self._broken("an import whose name is no text")
        self._push(Named(f"{module}.{name}"))

    def extension(self, argument: object) -> None:
        self._push(Named(f"extension {argument}"))

    def persistent(self, argument: object) -> None:
        self._push(Made("<persistent id>", (argument,)))

    def persistent_from_stack(self, _: object) -> None:
        self._push(Made("<persistent id>", (self._pop(),)))

    def call(self, _: object) -> None:
        args, called = self._pop(), self._pop()
        self._make(called, args if isinstance(args, tuple) else (args,))

    def call_with_names(self, _: object) -> None:
        named, args, called = self._pop(), self._pop(), self._pop()
        self._make(called, (*(args if isinstance(args, tuple) else (args,)), named))

    def make_object(self, _: object) -> None:
        taken = self._to_mark()
        if not taken:
            raise self._broken("an object without a class")
        self._make(taken[0], tuple(taken[1:]))

    def make_instance(self, argument: object) -> None:
        self._make(Named(str(argument).replace(" ", ".", 1)), tuple(self._to_mark()))

    def _make(self, called: object, args: tuple[object, ...]) -> None:
        name = called.name if isinstance(called, Named) else f"<{type(called).__name__}>"
        if name in _RECONSTRUCTORS and args and isinstance(args[0], Named):
            name, args = args[0].name, args[1:]
        self._push(Made(name, args))

    def build(self, _: object) -> None:
        state, target = self._pop(), self._top()
        if not isinstance(target, Made):
            raise self._broken(f"it sets the state of a {type(target).__name__}")
        target.state = state


_NUMBERS = ("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT")
_TEXTS = ("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8")
_BYTES = ("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8")
_PUSHES = frozenset({*_NUMBERS, *_TEXTS, *_BYTES})
_FRESH: dict[str, Callable[[], object]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_LIST": list,
    "EMPTY_SET": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": Table,
    "NEXT_BUFFER": lambda: Named("buffer outside"),
}
_SILENT = frozenset({"PROTO", "FRAME", "STOP", "READONLY_BUFFER"})
_ACTS: dict[str, Callable[[_Machine, object], None]] = {
    "MARK": _Machine.mark,
    "POP": _Machine.pop,
    "POP_MARK": _Machine.pop_mark,
    "DUP": _Machine.duplicate,
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"), _Machine.remember),
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), _Machine.recall),
    "TUPLE": _Machine.tuple_to_mark,
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "LIST": _Machine.list_to_mark,
    "FROZENSET": _Machine.list_to_mark,
    "DICT": _Machine.dict_to_mark,
    "APPEND": _Machine.append,
    **dict.fromkeys(("APPENDS", "ADDITEMS"), _Machine.append_to_mark),
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_to_mark,
    "GLOBAL": _Machine.name,
    "STACK_GLOBAL": _Machine.name_from_stack,
    **dict.fromkeys(("EXT1", "EXT2", "EXT4"), _Machine.extension),
    "PERSID": _Machine.persistent,
    "BINPERSID": _Machine.persistent_from_stack,
    **dict.fromkeys(("REDUCE", "NEWOBJ"), _Machine.call),
    "NEWOBJ_EX": _Machine.call_with_names,
    "OBJ": _Machine.make_object,
    "INST": _Machine.make_instance,
    "BUILD": _Machine.build,
}
