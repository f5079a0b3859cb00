"""Whatever a library raises becomes one short `ModelError`; interrupts pass."""

import pytest

from luthier.errors import InputError, ModelError
from luthier.models.foreign import translated

PanicException = type("PanicException", (BaseException,), {})


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("no such thing\nsecond line"), "failed: no such thing"),
        (Exception("from Rust"), "failed: from Rust"),
        (PanicException("index out of bounds"), "failed: index out of bounds"),
        (ZeroDivisionError("division by zero"), "failed: ZeroDivisionError division by zero"),
        (KeyError("model"), "failed: KeyError 'model'"),
        (MemoryError(), "failed: MemoryError"),
        (ValueError("\n \n  later"), "failed: later"),
    ],
)
def test_translated(error: BaseException, said: str) -> None:
    """The first line that says something, with the kind where the words alone would not be understood."""
    with pytest.raises(ModelError) as caught, translated("failed", "x.json", "do this"):
        raise error

    assert (caught.value.what, caught.value.where, caught.value.next_step) == (said, "x.json", "do this")
    assert caught.value.__cause__ is error


def test_long_messages_are_cut() -> None:
    """A library that quotes a whole file does not flood the screen."""
    with pytest.raises(ModelError) as caught, translated("failed", "x", "y"):
        raise ValueError("a" * 10_000)

    assert len(caught.value.what) < 400


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), InputError("own"), ModelError("own")])
def test_what_passes(error: BaseException) -> None:
    """Interrupts and Luthier's own errors are left as they are."""
    with pytest.raises(type(error)) as caught, translated("failed", "x", "y"):
        raise error

    assert caught.value is error
