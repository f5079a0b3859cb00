"""Whatever bytes stand under the names of logs, reading gives facts, notes or a Luthier error."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luthier.errors import LuthierError
from luthier.facts.arguments import Arguments
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import console, log, scores

NAMES = (
    "trainer_state.json",
    "checkpoint-7/trainer_state.json",
    "log.jsonl",
    "metrics.csv",
    "log.tsv",
    "runs/a/events.out.tfevents.1.host",
    "train.log",
    "eval_results.json",
    "test_results.json",
)
QUIET = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
PIECES = (
    *(b'{"log_history": [', b'{"step": 1, "loss": 0.5}', b'{"step": 2, "eval_loss": NaN, "eval_x": 1}', b"]}", b"}, {"),
    *(b'"global_step": 3', b'"loss": -Infinity', b'"step": 1e999', b"[" * 50, b"]" * 50, b"null", b'"\\ud800"'),
    *(b"step,loss\n", b"1,0.5\n", b"1,nan\n", b"Step\tTraining Loss\tValidation Loss\n", b'"', b",", b";", b"\t"),
    *(b"{'loss': '0.5', 'epoch': '1'}", b"{'eval_loss': 1}", b"10/20 [", b"Num Epochs = 0", b"optimization steps = 9"),
    *(
        b"WARNING: tokenization mismatch:",
        b"\x1b[31m",
        b"\n",
        b"\r",
        b" ",
        b"\0",
        b"\xff",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ),
    *(
        struct.pack("<Q", 5) + b"\0" * 4,
        struct.pack("<Q", 2**40),
        b"\x0a\x03abc",
        b"\x10\x05",
        b"\x2a\x08\x0a\x06",
        b"\x80" * 11,
    ),
)
contents = st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
SETTINGS = (
    None,
    Arguments("TrainingArguments", "transformers", {"logging_steps": 10, "max_steps": -1}),
    Arguments("", "trl", {"logging_steps": "x", "max_steps": float("nan"), "logging_nan_inf_filter": False}),
)


def tried(folder: Path, arguments: Arguments | None) -> None:
    """Read all that logs tell, and look at the shapes of what came out."""
    try:
        home = Home(folder)
        trace = log.read(home, arguments)
        scores.read(home, trace)
        scores.test_read(home)
        console.read(home)
    except LuthierError:
        return
    if trace is not None:
        columns = [trace.steps, trace.losses, *trace.rates.values(), *trace.grad_norms.values()]
        assert {len(column) for column in columns} == {len(trace)}
        assert (np.diff(trace.steps) > 0).all()
        assert trace.interval >= 1


@pytest.mark.parametrize("name", NAMES)
@QUIET
@given(content=contents, arguments=st.sampled_from(SETTINGS))
def test_random_files(tmp_path: Path, name: str, content: bytes, arguments: Arguments | None) -> None:
    """Random bytes and random mixtures of pieces of logs, under each name."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    tried(tmp_path, arguments)


@QUIET
@given(st.lists(st.tuples(st.sampled_from(NAMES), contents), max_size=5))
def test_random_folders(tmp_path: Path, files: list[tuple[str, bytes]]) -> None:
    """Several such files beside each other."""
    for name, content in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    tried(tmp_path, None)
