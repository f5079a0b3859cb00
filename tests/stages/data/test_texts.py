"""How texts look."""

import pyarrow as pa
import pytest

from luthier.facts.texts import TextFacts
from luthier.stages.data.texts import damage, of_texts


def table(texts: list[str], labels: list[str] | None = None) -> pa.Table:
    """Rows of a file."""
    numbers = list(range(1, len(texts) + 1))
    given = {"row": numbers, "line": numbers, "file": ["rows.csv"] * len(texts)}
    return pa.table({**given, "text": pa.chunked_array([texts], pa.string()), "label": labels or ["a"] * len(texts)})


def facts(texts: list[str], labels: list[str] | None = None) -> TextFacts:
    """Facts of these texts."""
    return of_texts(table(texts, labels), seed=0)


def test_blank() -> None:
    """Empty texts and what writers leave for them; words that people write are texts."""
    found = facts(["", "  ", "nan", "None", "none", "NA", "no", "A text."]).blank

    assert (found.count, [one.row for one in found.places]) == (4, [1, 2, 3, 4])


def test_markup() -> None:
    """Tags (each leaves a space) and entities are counted; what only looks like a tag is text."""
    found = facts(["<p>ten signs</p>", "a &amp; b", "I <3 you <user>", "2 < 3"])

    assert found.markup.count == 2
    assert found.markup_share == pytest.approx((5 + 4) / (16 + 9 + 15 + 5))


@pytest.mark.parametrize(
    ("text", "example"), [("Ein schönes CafÃ© dort", ("CafÃ©", "Café")), ("Ein Caf\ufffd dort", ("Caf\ufffd", ""))]
)
def test_damage(text: str, example: tuple[str, str]) -> None:
    """Wrongly decoded and lost characters, each with the word that shows it."""
    found, shown = damage(table(["Ein Café", text, "Привет, мир", "你好"]), ("text",))

    assert (found.count, found.places[0].row, shown) == (1, 2, example)


@pytest.mark.parametrize("begins", [True, False])
def test_template(begins: bool) -> None:
    """The words that nine of ten rows share, at either end."""
    fixed = "This mail comes from the internal help desk"
    texts = [f"{fixed} {n} is short" if begins else f"{n} is short and {fixed}" for n in range(18)] + ["Two", "others"]
    found = facts(texts).template

    assert found is not None
    assert (found.begins, found.rows, found.share) == (begins, 18, pytest.approx(found.words * 18 / (18 * 11 + 2), 0.1))
    assert "mail" in found.shown


def test_no_template() -> None:
    """Texts without common words, and no texts at all."""
    assert facts([f"{n} rows" if n % 2 else f"rows {n}" for n in range(20)]).template is None
    assert facts([]).template is None


def test_telling() -> None:
    """The word whose rows are most nearly those of one class; a word counts once in a row, in lower case."""
    texts = ["Refund it, refund it"] * 40 + ["Keep it"] * 25 + ["Thanks for it"] * 35
    found = facts(texts, ["bad"] * 40 + ["good"] * 60).telling

    assert found is not None
    assert (found.word, found.label, found.rows, found.right, found.class_rows) == ("refund", "bad", 40, 40, 40)
    assert facts(["few"] * 29).telling is None


def test_telling_in_all_rows() -> None:
    """Of more rows than a word is looked for in, all are counted; of long texts the beginning is read."""
    texts = ["Refund it"] * 6_000 + ["Keep it " + "x" * 2_000 + " refund"] * 2_000 + ["refunds"] * 1_000
    found = facts(texts, ["bad"] * 6_000 + ["good"] * 3_000).telling

    assert found is not None
    assert (found.word, found.label, found.rows, found.right, found.class_rows) == (
        "refund",
        "bad",
        6_000,
        6_000,
        6_000,
    )
