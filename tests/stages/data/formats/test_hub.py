"""The hub, played by a function: nothing is fetched in tests."""

from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from luthier.errors import InputError
from luthier.stages.data.formats import hub


@pytest.mark.parametrize(
    ("name", "is_id"),
    [("stanfordnlp/imdb", True), ("owner/na.me-1", True), ("data/rows.csv", False), ("imdb", False), ("a/b/c", False)],
)
def test_ids(name: str, is_id: bool) -> None:
    """owner/name is an id, unless it ends like a file."""
    assert hub.recognises(Path(name)) == is_id


def test_a_folder_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies on disk is no hub id."""
    (tmp_path / "owner" / "name").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    assert not hub.recognises(Path("owner/name"))


def test_only_data_files_are_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub is asked for data files, never for scripts, and the snapshot is read."""
    asked: dict[str, Any] = {}

    def fetch(repo: str, *, repo_type: str, allow_patterns: list[str]) -> str:
        asked.update(repo=repo, repo_type=repo_type, allow_patterns=allow_patterns)
        return str(tmp_path)

    (tmp_path / "train.csv").write_text("text,label\none,a\n")
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)

    raw = hub.read(Path("owner/name"))

    assert list(raw.parts) == ["train"]
    assert (asked["repo"], asked["repo_type"]) == ("owner/name", "dataset")
    assert "*.parquet" in asked["allow_patterns"]
    assert not [pattern for pattern in asked["allow_patterns"] if pattern.endswith((".py", "*"))]


@pytest.mark.parametrize("error", [OSError("no network"), ValueError("bad id")])
def test_not_there(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the hub's client raises becomes one clear error."""

    def fail(*_: object, **__: object) -> str:
        raise error

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)

    with pytest.raises(InputError, match="owner/name: no such file, and the hub gives no dataset"):
        hub.read(Path("owner/name"))
