"""What batches say in words."""

from pathlib import Path

from luthier.facts.scene import LiveScene
from luthier.integrations.census import census_of
from luthier.integrations.stage import build


def test_known_words(tmp_path: Path) -> None:
    """Words of the vocabulary are one token each; nothing is unknown."""
    found = census_of(build(LiveScene(), tmp_path))

    assert found.unknown_share == 0.0
    assert found.scripts == {"Latin": 1.0}
    assert found.pieces_per_character is not None
    assert found.pieces_per_character < 0.4


def test_letters(tmp_path: Path) -> None:
    """A script of which the vocabulary has the letters alone costs a token for each."""
    found = census_of(build(LiveScene(options={"cyrillic": 1}), tmp_path))

    assert found.scripts == {"Cyrillic": 1.0}
    assert found.pieces_per_character is not None
    assert 0.9 < found.pieces_per_character <= 1.0


def test_marks_of_turns(tmp_path: Path) -> None:
    """Those of the template that rows were rendered with; in plain texts only the tokens at their ends."""
    assert "<|start|>" in census_of(build(LiveScene("instruction"), tmp_path / "a")).turn_marks
    assert census_of(build(LiveScene("causal"), tmp_path / "b")).turn_marks == ("<|bos|>", "<|end|>")


def test_languages(tmp_path: Path) -> None:
    """Codes on both sides, and the languages of the words."""
    found = census_of(build(LiveScene("sequence_to_sequence"), tmp_path))

    assert (found.language_codes, found.source_codes, found.target_codes) == (2, ("en_XX",), ("de_DE",))
    assert (found.source_language, found.target_language) == ("en", "en")
