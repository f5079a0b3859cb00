"""What a model's card states."""

from pathlib import Path

import pytest

from luthier.models.stated import license_of


@pytest.mark.parametrize(
    ("card", "license"),
    [
        ("---\nlicense: apache-2.0\ntags: [a]\n---\n# A model\n", "apache-2.0"),
        ("---\r\nlicense: mit\r\n---\r\n", "mit"),
        ("---\nlicense: [mit, apache-2.0]\n---\n", ""),
        ("---\nlicense:\n---\n", ""),
        ("---\ntags: [a]\n---\nlicense: mit\n", ""),
        ("---\nlicense: mit\n", ""),
        ("# A model\nlicense: mit\n---\n", ""),
        ("---\n- license\n---\n", ""),
        ("---\nlicense: {\n---\n", ""),
        ("---\nlicense: !!python/object/apply:os.system [ls]\n---\n", ""),
        ("", ""),
    ],
)
def test_license(tmp_path: Path, card: str, license: str) -> None:
    """Stated in the front matter as one word, or not at all; a card that cannot be read states nothing."""
    (tmp_path / "README.md").write_text(card, encoding="utf-8", newline="")

    assert license_of(tmp_path) == license


def test_no_card(tmp_path: Path) -> None:
    """Without a card nothing is stated; bytes that are no text do no harm."""
    assert license_of(tmp_path) == ""
    (tmp_path / "README.md").write_bytes(b"---\nlicense: mit\nname: \xff\xfe\n---\n")
    assert license_of(tmp_path) == "mit"


def test_the_real_one(minilm: Path) -> None:
    """The default model states its license."""
    assert license_of(minilm) == "apache-2.0"
