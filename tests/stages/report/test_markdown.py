"""report.md: complete, and no foreign text becomes markup."""

from dataclasses import replace

import pytest

from luthier.stages.report.assemble import assemble
from luthier.stages.report.markdown import escaped, markdown
from tests.samples import sample_report


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text, 5 %", "plain text, 5 %"),
        ("<b>bold</b>", r"\<b\>bold\</b\>"),
        ("a|b", r"a\|b"),
        ("![x](http://evil)", "!\\[x\\](http:\u200b//evil)"),
        ("`code` *em* __strong__", r"\`code\` \*em\* \_\_strong\_\_"),
        ("&lt;", "&amp;lt;"),
        ("$x$ # head", r"\$x\$ \# head"),
    ],
)
def test_escaped(text: str, expected: str) -> None:
    """Markup, HTML, tables, links, entities and formulas stay text."""
    assert escaped(text) == expected


def test_tables_are_straight() -> None:
    """Each row of a table has as many cells as its head, whatever the labels hold."""
    report = sample_report()
    report = replace(report, environment={"a|b": "c|d"}, changes=(replace(report.changes[0], before="x|y"),))
    heights: list[int] = []
    for line in markdown(assemble(report)).splitlines():
        if line.startswith("|"):
            heights.append(line.replace(r"\|", "").count("|"))
        elif heights:
            assert len(set(heights)) == 1
            heights = []


def test_pictures_are_told_in_words() -> None:
    """Curves become sentences, and the column of drawn intervals is left out."""
    text = markdown(assemble(sample_report()))

    assert "- Gradient norm (before clipping, logarithmic): encoder: " in text
    assert "interval of macro-F1" not in text
    assert "<svg" not in text
