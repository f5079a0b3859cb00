"""report.html: valid, self-contained, closed to scripts, and readable by all."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from luthier.facts.report import Report
from luthier.stages.report.assemble import assemble
from luthier.stages.report.html import html
from tests.samples import CLASSES, sample_data, sample_report, sample_trace

VOID = {"meta", "link", "br", "img", "input", "hr"}
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202eevil\x1b[31m",
    "😀 سوق {{ 7 * 7 }} {% raw %}",
    "y" * 100_000,
)


class Page(HTMLParser):
    """Collects tags, attributes, ids and text, and fails on tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag; it is closed already."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """The tag must be the one that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """All text of the page."""
        return "".join(self.words)


def nasty() -> Report:
    """A run whose name, folder, file and labels try to break out."""
    report = sample_report()
    data = replace(
        sample_data(),
        path=NASTY[1],
        classes=NASTY,
        class_counts={split: dict.fromkeys(NASTY, 5) for split in ("train", "validation", "test")},
    )
    assert report.evidence.test is not None
    model = report.evidence.test.model
    per_class = dict(zip(NASTY[:2], model.per_class.values(), strict=True))
    test = replace(report.evidence.test, model=replace(model, per_class=per_class))
    return replace(report, name=NASTY[0], folder=NASTY[2], evidence=replace(report.evidence, data=data, test=test))


@pytest.fixture(scope="module", params=["plain", "nasty", "broken"])
def text(request: pytest.FixtureRequest) -> str:
    """Three pages: a usual run, a hostile one, and one with holes in its loss."""
    made = {
        "plain": sample_report,
        "nasty": nasty,
        "broken": lambda: sample_report(trace=sample_trace(400, broken=(50, 51, 399))),
    }
    return html(assemble(made[request.param]()))


def test_well_formed(text: str) -> None:
    """Every tag is closed in order, every id is there once, every link of the page leads to one."""
    page = Page(text)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]

    assert text.startswith("<!doctype html>")
    assert len(ids) == len(set(ids))
    assert {str(link).removeprefix("#") for link in links} <= set(ids)


def test_needs_nothing_from_elsewhere(text: str) -> None:
    """No address, no source, no link, no import, no frame, no form."""
    page = Page(text)
    attributes = {name for _, found in page.tags for name in found}

    assert not attributes & {"src", "srcset", "action", "data", "poster", "xlink:href"}
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "form", "base"}
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    assert all(found["href"] is not None and found["href"].startswith("#") for tag, found in page.tags if tag == "a")


def test_policy_allows_only_its_own_style(text: str) -> None:
    """The sum in the policy is that of the style sheet, and nothing is styled or scripted in place."""
    page = Page(text)
    policy = next(found["content"] for tag, found in page.tags if "http-equiv" in found)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"
    assert not [name for _, found in page.tags for name in found if name == "style" or name.startswith("on")]


def test_hostile_texts_are_text() -> None:
    """Scripts, templates, terminal codes and marks of direction arrive as what they are."""
    page = Page(html(assemble(nasty())))

    assert NASTY[0] in page.text
    assert NASTY[1] in page.text
    assert "😀 سوق {{ 7 * 7 }} {% raw %}" in page.text
    assert "\\u202eevil\\u001b[31m" in page.text
    assert "(100,000 characters)" in page.text


def test_small() -> None:
    """A usual run fits into 120 KB; so does one of 200,000 steps with a label of 100 KB."""
    assert len(html(assemble(sample_report())).encode()) < 120_000
    assert len(html(assemble(sample_report(trace=sample_trace(200_000)))).encode()) < 300_000
    assert len(html(assemble(nasty())).encode()) < 150_000


def test_readable_by_all() -> None:
    """Language, one main heading, table heads with scope, pictures with words."""
    page = Page(html(assemble(sample_report())))
    tags = [tag for tag, _ in page.tags]
    charts = [found for tag, found in page.tags if tag == "svg" and found.get("class") == "chart"]

    assert page.tags[0] == ("html", {"lang": "en"})
    assert tags.count("h1") == 1
    assert all("scope" in found for tag, found in page.tags if tag == "th")
    assert all(found["role"] == "img" and found["aria-label"] for found in charts)
    assert len(charts) == 5


def test_verdict_comes_first() -> None:
    """Before any number of the run."""
    words = Page(html(assemble(sample_report()))).text

    assert words.index("Ahead of the best baseline") < words.index("0.9")
    assert all(name in words for name in CLASSES)
