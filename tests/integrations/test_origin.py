"""Where a model in memory came from."""

from pathlib import Path

import pytest

from luthier.integrations.origin import folder_of


@pytest.mark.parametrize(
    "name", ["", "my--model", "模型", "./gone", "/gone/model", "a/b.git", "x" * 300, "nobody/nothing"]
)
def test_not_here(name: str) -> None:
    """Folders that are gone, also by names that the hub does not allow, and models that are not in its cache."""
    assert folder_of(name) is None


def test_folder(tmp_path: Path) -> None:
    """A folder is its own place."""
    assert folder_of(str(tmp_path)) == tmp_path
