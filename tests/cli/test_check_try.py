"""`luthier check --try`: the battery from the command line."""

import json
from pathlib import Path

import pytest

from luthier.cli.main import main
from luthier.failures import _corpora


def test_battery_is_told(tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each experiment is told as it ends, and stands in the result; without --try the reason stands there."""
    rows = _corpora.make("reviews", 120, {}, 0).to_pylist()
    path = tmp_path / "reviews.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    asked = ["check", str(path), "--model", str(tiny_model), "--json"]

    assert main([*asked, "--try"]) == 0
    tried = capsys.readouterr()
    assert main(asked) == 0
    plain = json.loads(capsys.readouterr().out)

    assert "trial: start loss passed in" in tried.err
    assert json.loads(tried.out)["evidence"]["trial"]["experiments"]["reload"]["answer"] == "passed"
    assert plain["evidence"]["trial"] is None
    assert "--try" in plain["evidence"]["missing"]["trial"]
