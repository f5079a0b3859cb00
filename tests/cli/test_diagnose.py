"""`luthier diagnose` on the folder of another tool."""

import json
from pathlib import Path

import pytest

from luthier.cli.main import main
from luthier.facts.scene import RunScene
from luthier.scenes.folder import write
from luthier.stages.plan.file import load

BAD = RunScene(
    "sequence_to_sequence",
    arguments={"metric_for_best_model": "wer", "greater_is_better": True},
    log={"metric": "wer", "first": 0.62, "last": 0.21},
    checkpoints={"checkpoint-300": ("cut optimizer.pt",)},
)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run that took its worst checkpoint for the best, and was cut while it saved."""
    return str(write(BAD, tmp_path_factory.mktemp("scene")).run)


def test_text(output: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Causes in the tool's own words, the safe checkpoint, and what was read."""
    status = main(["diagnose", output])
    told = " ".join(capsys.readouterr().out.split())

    assert status == 1
    assert "TrainingArguments(greater_is_better=False)" in told
    assert "Safe to resume from: checkpoint-60" in told
    assert "optimizer.pt: cut" in told
    assert "What was read" in told
    assert "training_args.yaml" in told
    assert "failures seen in this run" in told
    assert "luthier fit" not in told


def test_json(output: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A program gets verdicts, evidence and sources."""
    main(["diagnose", output, "--json"])
    report = json.loads(capsys.readouterr().out)
    seen = {one["failure"] for one in report["verdicts"]["all"] if one["answer"] == "seen"}

    assert seen == {"best_metric_in_wrong_direction", "checkpoint_incomplete"}
    assert report["evidence"]["trace"]["interval"] == 10
    assert {source["part"] for source in report["evidence"]["sources"]} >= {"arguments", "checkpoints", "config"}


def test_only_and_ignore(output: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One failure is asked, or not heard of."""
    assert main(["diagnose", output, "--only", "checkpoint-incomplete", "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["verdicts"]["all"]) == 1
    assert main(["diagnose", output, "--only", "loss-not-finite"]) == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["diagnose", "nowhere"], "nowhere"),
        (["diagnose", "OUT", "--data", "nothing.csv"], "nothing.csv"),
        (["diagnose", "OUT", "--base", "no/such-model"], "no/such-model"),
        (["diagnose", "OUT", "--only", "no-such-failure"], "no-such-failure"),
    ],
)
def test_wrong_use(output: str, words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not there is named, and the status is 2."""
    assert main([output if word == "OUT" else word for word in words]) == 2
    assert told in capsys.readouterr().err


def test_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was looked for, and the report says why of each."""
    assert main(["diagnose", str(tmp_path)]) == 0
    assert "no log was found" in capsys.readouterr().out


SLOW = RunScene(
    "classifier",
    arguments={"learning_rate": 1e-7},
    base=True,
    log={"start": 1.386, "end": 1.38, "eval_start": 1.386, "eval_end": 1.38, "noise": 0.001},
)


def test_repair_writes_a_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the fixes of what was seen; without rows it says how to run it."""
    written = write(SLOW, tmp_path / "scene")
    monkeypatch.chdir(tmp_path)

    assert main(["diagnose", str(written.run), "--repair", "--base", written.base]) == 0
    told = capsys.readouterr().err
    assert "train.rate 1e-07 → 2e-05" in told
    assert "luthier fit FILE --plan repaired-plan.yaml" in told
    plan = load(tmp_path / "repaired-plan.yaml")
    assert (plan.data.path, plan.train.rate) == ("FILE", 2e-5)


def test_nothing_to_repair(output: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cause that no plan mends: an error, and no file."""
    plan = tmp_path / "plan.yaml"

    assert main(["diagnose", output, "--repair", "--plan-out", str(plan)]) == 2
    assert "can be mended by a change of its plan" in capsys.readouterr().err
    assert not plan.exists()
