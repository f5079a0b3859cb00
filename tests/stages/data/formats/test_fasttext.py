"""fastText lines."""

from pathlib import Path

from luthier.stages.data.formats import delimited, fasttext
from luthier.stages.data.formats._contract import UNSPLIT


def test_labels_and_texts(tmp_path: Path) -> None:
    """The label goes up to the first blank; the line is kept."""
    path = tmp_path / "x.txt"
    path.write_text("__label__very-good I like it , a lot\n\n__label__bad no\n")

    found = fasttext.read(path).parts[UNSPLIT]

    assert fasttext.recognises(path)
    assert not delimited.recognises(path)
    assert found["extra:label"].to_pylist() == ["very-good", "bad"]
    assert found["extra:text"].to_pylist() == ["I like it , a lot", "no"]
    assert found["line"].to_pylist() == [1, 3]
