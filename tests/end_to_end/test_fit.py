"""`luthier fit` on real messages with a real model, as users run it: run folder, verdict, the same run again."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest
import torch
import yaml
from transformers import AutoModelForSequenceClassification, AutoTokenizer

import luthier
from luthier.files import sha256

FILES = [
    "request.json",
    "plan.yaml",
    "inputs.json",
    "data/train.parquet",
    "data/validation.parquet",
    "data/test.parquet",
    "data/profile.json",
    "attempts/01/log.jsonl",
    "model/config.json",
    "model/model.safetensors",
    "model/tokenizer.json",
    "model/tokenizer_config.json",
    "model/README.md",
    "predictions/validation.parquet",
    "predictions/test.parquet",
    "scores.json",
    "findings.json",
    "report.json",
    "report.html",
    "report.md",
    "environment.json",
]
STATUS = {"ready": 0, "cannot_tell": 0, "not_better": 1, "failed": 1}


def command(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The real command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "luthier", *words],
        cwd=cwd,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_WAIT_POLICY": "PASSIVE"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def home(sms_spam: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 240 messages of the SMS-spam set, a third of them spam."""
    home = tmp_path_factory.mktemp("home")
    with sms_spam.open(encoding="utf-8", newline="") as file:
        rows = [("spam" if row["spam"] == "1" else "ham", row["text"]) for row in csv.DictReader(file)]
    chosen = [row for row in rows if row[0] == "spam"][:80] + [row for row in rows if row[0] == "ham"][:160]
    with (home / "sms.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("spam", "text"), *chosen])
    return home


@pytest.fixture(scope="module")
def done(home: Path, minilm: Path) -> subprocess.CompletedProcess[str]:
    """One epoch of full tuning."""
    return command(
        *("fit", "sms.csv", "--model", str(minilm), "--strategy", "full", "--epochs", "1", "--out", "one"), cwd=home
    )


@pytest.fixture(scope="module")
def run(home: Path, done: subprocess.CompletedProcess[str]) -> Path:
    """Its run folder."""
    assert "Traceback" not in done.stderr, done.stderr
    assert (home / "one").is_dir(), done.stderr
    return home / "one"


@pytest.fixture(scope="module")
def plain(run: Path) -> Any:
    """The model as anyone loads it, without Luthier."""
    model, report = AutoModelForSequenceClassification.from_pretrained(run / "model", output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    return model.eval()


def outcome(run: Path) -> Any:
    """The verdict as data."""
    return json.loads((run / "report.json").read_text())["outcome"]


def test_the_run_folder_is_complete(run: Path) -> None:
    """Every file of the house plan is there and filled; nothing half-written and nothing pickled lies beside."""
    assert [name for name in FILES if not (run / name).is_file() or not (run / name).stat().st_size] == []
    names = [path.name for path in run.rglob("*")]
    assert [name for name in names if name.startswith(".staging") or name.endswith((".bin", ".pt", ".pkl"))] == []


def test_the_verdict_is_told_and_decides_the_exit_status(run: Path, done: subprocess.CompletedProcess[str]) -> None:
    """stdout ends with the report's path; the status is that of verdict and findings."""
    verdict = outcome(run)["kind"]
    findings = json.loads((run / "findings.json").read_text())["all"]
    errors = [one for one in findings if one["answer"] == "seen" and one["finding"]["severity"] == "error"]

    assert done.returncode == max(STATUS[verdict], int(bool(errors)))
    assert "report.html" in done.stdout
    assert verdict.split("_")[0].upper() in done.stdout.upper()


def test_columns_and_labels_were_found(run: Path) -> None:
    """A column that is called as one of its labels is a column; every row is in one split, with its line."""
    plan = yaml.safe_load((run / "plan.yaml").read_text())
    tables = [pyarrow.parquet.read_table(run / "data" / f"{name}.parquet") for name in ("train", "validation", "test")]

    assert (plan["data"]["text"], plan["data"]["label"]) == ("text", "spam")
    assert plan["model"]["pooling"] == "mean"
    rows = [row for table in tables for row in table["row"].to_pylist()]
    assert len(rows) == len(set(rows))
    assert set(rows) <= set(range(1, 241))
    assert {label for table in tables for label in table["label"].to_pylist()} == {"ham", "spam"}


@pytest.mark.parametrize("split", ["validation", "test"])
def test_plain_transformers_gives_the_same_probabilities(split: str, run: Path, plain: Any) -> None:
    """Each row's written probability is what the saved model says of it, within 1e-5, padding or not."""
    table = pyarrow.parquet.read_table(run / "predictions" / f"{split}.parquet")
    written = np.stack([table[f"probability:{name}"].to_numpy() for name in ("ham", "spam")], axis=1)
    tokenizer = AutoTokenizer.from_pretrained(run / "model")
    texts = table["text"].to_pylist()

    with torch.no_grad():
        batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
        together = torch.softmax(plain(**batch).logits, dim=-1).numpy()
        first = torch.softmax(plain(**tokenizer(texts[0], truncation=True, return_tensors="pt")).logits, -1).numpy()

    assert plain.config.id2label == {0: "ham", 1: "spam"}
    assert np.abs(together - written).max() < 1e-5
    assert np.abs(first[0] - written[0]).max() < 1e-5
    assert table["predicted"].to_pylist() == [("ham", "spam")[i] for i in together.argmax(axis=1)]


def test_it_learned(run: Path) -> None:
    """The loss falls, and the test is scored once, beside baselines."""
    lines = [json.loads(line) for line in (run / "attempts/01/log.jsonl").read_text().splitlines()]
    losses = [line["loss"] for line in lines if line["kind"] == "step"]
    test = json.loads((run / "scores.json").read_text())["test"]

    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    assert {one["name"] for one in test["baselines"]} == {"majority", "tfidf", "frozen"}
    majority = next(one for one in test["baselines"] if one["name"] == "majority")
    assert test["model"]["scores"]["macro_f1"]["value"] > majority["scores"]["macro_f1"]["value"]


def test_the_model_card(run: Path) -> None:
    """It names the labels and the scores that were measured."""
    card = (run / "model" / "README.md").read_text()
    test = json.loads((run / "scores.json").read_text())["test"]["model"]

    assert "ham" in card
    assert "spam" in card
    assert f"{test['scores']['macro_f1']['value']:.3f}" in card
    assert yaml.safe_load(card.split("---")[1])


def test_predict(run: Path, home: Path, plain: Any) -> None:
    """The library and the command say what plain Transformers says."""
    texts = ["Free entry! Win a prize, text WIN to 80082", "see you at home tonight"]
    tokenizer = AutoTokenizer.from_pretrained(run / "model")
    with torch.no_grad():
        expected = torch.softmax(plain(**tokenizer(texts, padding=True, return_tensors="pt")).logits, -1)[:, 1].tolist()
    (home / "new.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))

    found = luthier.load(str(run)).predict(texts)
    told = command("predict", "one", "new.jsonl", cwd=home)

    rows = [json.loads(line) for line in (home / "new.predicted.jsonl").read_text().splitlines()]
    assert told.returncode == 0, told.stderr
    assert [one.probabilities["spam"] for one in found] == pytest.approx(expected, abs=1e-5)
    assert [row["probability:spam"] for row in rows] == pytest.approx(expected, abs=1e-5)
    assert [row["predicted"] for row in rows] == [one.label for one in found]


def test_the_plan_repeats_the_run(run: Path, home: Path) -> None:
    """In another process, the plan alone leads to the same weights, bit for bit, and to the same scores and splits."""
    again = command("fit", "--plan", "one/plan.yaml", "--out", "two", cwd=home)

    assert "Traceback" not in again.stderr
    for name in ("model/model.safetensors", "predictions/test.parquet", "data/train.parquet", "model/config.json"):
        assert sha256(run / name) == sha256(home / "two" / name), name
    first, second = (json.loads((home / one / "scores.json").read_text())["test"] for one in ("one", "two"))
    assert first["model"]["scores"] == second["model"]["scores"]


def test_diagnose_reads_the_run(run: Path, home: Path) -> None:
    """Every failure is asked again from the files alone and answers as it did."""
    told = command("diagnose", "one", "--json", cwd=home)

    before = {one["failure"]: one["answer"] for one in json.loads((run / "findings.json").read_text())["all"]}
    now = {one["failure"]: one["answer"] for one in json.loads(told.stdout)["verdicts"]["all"]}
    assert {name for name, answer in before.items() if answer == "seen"} == {
        name for name, answer in now.items() if answer == "seen"
    }
    assert before.keys() == now.keys()
