"""Any value as a plain one: what objects become, what is left out, and where it ends."""

import pytest

from luthier.stages.diagnose.readers.inert import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_VALUES,
    Made,
    Named,
    Table,
    TooMuch,
    plain,
    table_of,
)

STRATEGY = "transformers.trainer_utils.IntervalStrategy"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Made(STRATEGY, ("steps",)), "steps"),
        (Made("sentence_transformers.base.sampler.BatchSamplers", ("no_duplicates",)), "no_duplicates"),
        (Made("builtins.getattr", (Named(STRATEGY), "EPOCH")), "epoch"),
        (Made("__builtin__.getattr", (Named("transformers.training_args.OptimizerNames"), "LION")), "lion_32bit"),
        (
            Made("builtins.getattr", (Named("transformers.trainer_utils.SchedulerType"), "REDUCE_ON_PLATEAU")),
            "reduce_lr_on_plateau",
        ),
        (Made("torch.device", ("cuda", 1)), "cuda:1"),
        (Named("torch.bfloat16"), "torch.bfloat16"),
        (Made("pathlib.PosixPath", ("/", "home", "me")), "/home/me"),
        (Made("pathlib._local.PosixPath", ("runs", "a")), "runs/a"),
        (Made("collections.OrderedDict", table=Table([("a", 1)])), {"a": 1}),
        (Made("builtins.dict", (Table([("a", 1)]),), table=Table([("a", 2), ("b", 3)])), {"a": 2, "b": 3}),
        (Made("builtins.set", ([1, 2],)), (1, 2)),
        (Made("__builtin__.frozenset", ((1,),), listed=[2]), (1, 2)),
        (Made("accelerate.utils.AcceleratorConfig", state=Table([("split_batches", False)])), {"split_batches": False}),
        (Made("some.Slots", state=(None, Table([("a", 1)]))), {"a": 1}),
        (Made("posix.system", ("ls",)), "<posix.system>"),
        (Made("evil.IntervalStrategy", ("steps",)), "<evil.IntervalStrategy>"),
        (Named("posix.system"), "<posix.system>"),
        (b"ab", "<bytes>"),
        ({1: "a", None: "b", (1, 2): "c"}, {"1": "a", "None": "b", "(1, 2)": "c"}),
        ({"a": [1, (2,)]}, {"a": (1, (2,))}),
        (10**30, 10**30),
        (2**300, "<int>"),
        ("\ud800", "?"),
    ],
)
def test_plain(value: object, expected: object) -> None:
    """Each kind of value in its plain form."""
    assert plain(value) == expected


def test_secrets_stay_where_they_are() -> None:
    """Tokens and keys of accounts are left out at any depth; tokens of a vocabulary are not."""
    settings = {"hub_token": "hf_x", "eos_token": "</s>", "model_init_kwargs": {"token": "hf_x", "dtype": "auto"}}

    assert plain(settings) == {"eos_token": "</s>", "model_init_kwargs": {"dtype": "auto"}}


def test_later_pairs_win() -> None:
    """A key that was set twice has its last value."""
    assert plain(Table([("a", 1), ("a", 2)])) == {"a": 2}


def test_what_has_no_attributes() -> None:
    """Only objects and dictionaries have a table."""
    assert table_of(7) is None
    assert table_of(Made("posix.system", ("ls",))) is None


def nested(levels: int) -> list[object]:
    """Lists in lists."""
    value: list[object] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ([0] * MOST_VALUES, "values"),
        (nested(MOST_DEPTH + 1), "levels"),
        (["a" * 1000] * (MOST_CHARACTERS // 1000 + 1), "characters"),
        ([Table([("token", 1)] * 1000)] * (MOST_VALUES // 1000 + 1), "values"),
    ],
)
def test_bounds(value: object, what: str) -> None:
    """Too many parts, levels or characters are refused, secrets counted."""
    with pytest.raises(TooMuch, match=what):
        plain(value)


def test_just_within_bounds() -> None:
    """The deepest and the longest allowed values are made."""
    assert plain(nested(MOST_DEPTH)) is not None
    assert len(plain([0] * (MOST_VALUES - 1)) or ()) == MOST_VALUES - 1  # type: ignore[arg-type]
