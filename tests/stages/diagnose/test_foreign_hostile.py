"""Nothing in a folder that somebody else wrote is executed, and none of it takes long or ends in a traceback."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.models.hostile import IGNORED, MARKER, REFUSED, Change
from tests.stages.diagnose.hostile_runs import RUNS

ROOT = Path(__file__).parents[3]
MODELS: dict[str, Change] = {name: change for name, (change, _) in REFUSED.items()} | IGNORED
LONGEST = 10.0
"""Seconds of processor time; two gigabytes of weights, the most that is read of one model, take two to five."""


@pytest.fixture(scope="module")
def reports(trainer_run: Path, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Name of a hostile folder to what happened while it was read; all in one process under watch."""
    home = tmp_path_factory.mktemp("hostile")
    made: dict[str, Path] = {}
    for number, (name, change) in enumerate([*RUNS.items(), *MODELS.items()]):
        made[name] = Path(shutil.copytree(trainer_run, home / str(number)))
        if name in MODELS:
            shutil.copytree(tiny_model, made[name], dirs_exist_ok=True)
        change(made[name])
    marker = home / "marker"
    child = subprocess.run(
        [sys.executable, "-m", "tests.stages.diagnose.watched", str(trainer_run), *map(str, made.values())],
        cwd=ROOT,
        env={**os.environ, MARKER: str(marker), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert not marker.exists()
    found = {one["folder"]: one for one in map(json.loads, child.stdout.splitlines())}
    lost = [name for name, path in made.items() if str(path) not in found]
    assert not lost, f"{lost[0]}\n{child.stderr[-3000:]}"
    return {name: found[str(path)] for name, path in made.items()}


def test_enough() -> None:
    """The number of folders that the project promises."""
    assert len(RUNS) + len(MODELS) >= 180


@pytest.mark.parametrize("name", [*RUNS, *MODELS])
def test_read_without_harm(name: str, reports: dict[str, dict[str, Any]]) -> None:
    """Facts or notes, in bounded time; nothing imported, executed, started or written."""
    report = reports[name]

    assert report["events"] == []
    assert report["seconds"] < LONGEST


NOTED = {
    "pickled weights in a checkpoint": "",
    "one gigabyte of config": "bytes, more than",
    "one gigabyte of texts": "bytes, more than",
    "header as long as allowed": "cannot be read",
    "one gigabyte of nothing": "cannot be read",
    "empty weights": "cut to 0 bytes",
    "huge header length": "the format allows",
    "overlapping tensors": "overlap",
    "config is a list": "a JSON list",
    "config is not JSON": "not JSON",
    "nested log": "trainer_state.json",
    "state without end": "missing: checkpoint-4/trainer_state.json",
    "adapter that lies": "shape and type",
    "texts of other types": "no texts",
}


@pytest.mark.parametrize("name", [name for name, note in NOTED.items() if note])
def test_what_is_not_read_is_noted(name: str, reports: dict[str, dict[str, Any]]) -> None:
    """The diary says of each such file why it could not be used."""
    assert any(NOTED[name] in note for note in reports[name]["notes"])
