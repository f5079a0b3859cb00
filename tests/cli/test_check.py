"""`luthier check`, with and without a model at hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from luthier.cli.main import main
from luthier.errors import ModelError
from luthier.models import locate as models


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    """Forty rows, of which the last stands twice with two labels."""
    rows = [{"text": f"review number {i} of film {i * 7}", "label": "ab"[i % 2]} for i in range(40)]
    rows.append({**rows[-1], "label": "a"})
    path = tmp_path / "reviews.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no model can be had."""

    def nothing(model_id: str) -> Path:
        raise ModelError(f"no model '{model_id}'", where="--model", next_step="name a folder")

    monkeypatch.setattr(models, "_download", nothing)


def test_data_alone(reviews: Path, no_hub: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the default model the data is looked at all the same, and the rest says why it was not."""
    status = main(["check", str(reviews), "--json"])
    told = capsys.readouterr()
    report = json.loads(told.out)
    answers = {verdict["failure"]: verdict for verdict in report["verdicts"]["all"]}

    assert status in (0, 1)
    assert "is not at hand: looking at the data alone" in told.err
    assert answers["conflicting_labels"]["answer"] == "seen"
    assert answers["text_truncated_away"]["answer"] == "not looked"
    assert answers["text_truncated_away"]["reason"] == "no model was at hand: name one with --model"


def test_data_alone_is_light(reviews: Path, tmp_path: Path) -> None:
    """Without a model nothing that loads models is imported, which would take seconds."""
    code = "import sys; from luthier.cli.main import main; main(sys.argv[1:]); print('torch' in sys.modules)"
    nowhere = os.environ | {"HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    words = [sys.executable, "-c", code, "check", str(reviews), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, env=nowhere, timeout=120, check=True)

    assert done.stdout.endswith("False\n")


@pytest.mark.parametrize("how", ["--model", "--set"])
def test_a_named_model_must_be_there(reviews: Path, no_hub: None, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Who names a model wants that one."""
    words = ["--model", "no/such"] if how == "--model" else ["--set", "model.id=no/such"]

    assert main(["check", str(reviews), *words]) == 2
    assert "no model 'no/such'" in capsys.readouterr().err


def test_no_data(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to look at is wrong use."""
    assert main(["check"]) == 2
    assert "luthier check reviews.csv" in capsys.readouterr().err


def test_data_errors_come_first(tmp_path: Path, no_hub: None, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is told, not the model that is not there either."""
    assert main(["check", str(tmp_path / "none.csv")]) == 2
    assert "there is no such file" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--json"], ["--format", "json"], ["--format=json"]])
def test_json_holds_facts_and_words(
    reviews: Path, no_hub: None, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A program gets the numbers, and the findings as people read them."""
    main(["check", str(reviews), *words])
    report = json.loads(capsys.readouterr().out)

    (told,) = (one for one in report["told"] if one["failure"] == "conflicting_labels")
    assert "carry the text of another row and a different label" in told["message"]
    assert report["evidence"]["data"]["rows"]


def test_github(reviews: Path, no_hub: None, capsys: pytest.CaptureFixture[str]) -> None:
    """An annotation at the first row, in the file as the user named it."""
    main(["check", str(reviews), "--only", "conflicting_labels", "--format", "github"])
    line = capsys.readouterr().out.splitlines()[0]

    assert line.startswith(f"::warning file={reviews},line=40,title=Luthier%3A conflicting_labels::2 rows (4.9 %25)")


def test_sarif(reviews: Path, no_hub: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The rows are places in the file."""
    main(["check", str(reviews), "--only", "conflicting_labels", "--format", "sarif"])
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]

    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == reviews.as_uri()
    assert place["physicalLocation"]["region"] == {"startLine": 40}
    assert result["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 41}


def test_silenced_is_said(reviews: Path, no_hub: None, capsys: pytest.CaptureFixture[str]) -> None:
    """In the terminal, too."""
    main(["check", str(reviews), "--ignore", "conflicting_labels"])

    assert "Silenced by the user, but seen: conflicting_labels" in capsys.readouterr().out


def test_in_chinese(reviews: Path, no_hub: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The language counts for words and for findings; an unknown one is refused before anything is read."""
    main(["check", str(reviews), "--only", "conflicting_labels", "--language", "zh"])

    assert "行（4.9%）与另一行文本相同而标签不同" in "".join(capsys.readouterr().out.split())
    assert main(["check", "none.csv", "--language", "tlh"]) == 2
    assert "languages: en, zh" in capsys.readouterr().err


def test_an_unknown_format_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Errors are JSON for whoever asked for JSON, in any spelling."""
    assert main(["check", "--format", "json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["what"] == "no data was named"
