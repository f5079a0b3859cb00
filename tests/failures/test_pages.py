"""Pages made from files."""

from pathlib import Path

import pytest

from luthier.failures._engine import all_failures
from luthier.failures._pages import index, page, sections, suspects, symptoms
from scripts import failure_pages


def test_a_page() -> None:
    """Title, summary, moments, headings, causes and both scenes as commands."""
    text = page(all_failures()["stuck_at_chance"])

    assert text.startswith("# stuck_at_chance\n\nThe loss stays at the loss of guessing")
    assert "looked for during, after training · fix: changes rows or settings of yours, so only when asked" in text
    assert "Signs: loss flat at ln C or at the class entropy, one class predicted" in text
    assert text.index("## Symptom") < text.index("## Evidence") < text.index("## Source")
    assert "[labels_shuffled](labels_shuffled.md)" in text
    assert "`luthier reproduce stuck_at_chance --good`" in text


def test_a_cause_has_no_list_of_causes() -> None:
    """A failure that nothing explains says nothing of symptoms."""
    assert "symptom of" not in page(all_failures()["train_test_overlap"])


def test_sections_keep_lines() -> None:
    """Each moment begins a line of its own."""
    lines = sections(all_failures()["rate_never_arrives"])["Evidence"].splitlines()

    assert [line.partition(":")[0] for line in lines if ":" in line][:2] == ["Before", "During and after"]


def test_the_index() -> None:
    """One line for each failure."""
    assert index(all_failures().values()).count("\n| [") == len(all_failures())


def test_symptoms() -> None:
    """Each sign that a failure names leads to it; signs of no failure are not listed."""
    known = all_failures()
    text = symptoms(known.values())

    assert {f.id for members in suspects(known.values()).values() for f in members} == {
        f.id for f in known.values() if f.signs
    }
    assert "## Good in the session, bad after reload" in text
    assert "- [reload_gap](reload_gap.md): The saved model does not predict" in text


def test_stale_pages_are_found_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, changed and left-over pages are named; writing makes them fresh."""
    monkeypatch.setattr(failure_pages, "FOLDER", tmp_path)
    failure_pages.main()
    (tmp_path / "index.md").write_text("old")
    (tmp_path / "gone.md").write_text("left over")
    (tmp_path / "overfitting.md").unlink()

    assert failure_pages.stale() == ["gone.md", "index.md", "overfitting.md"]

    failure_pages.main()

    assert failure_pages.stale() == []
