"""Which language is spoken, and what a translation must keep."""

import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from luthier.errors import LuthierError
from luthier.failures._contract import Text
from luthier.failures._engine import all_failures
from luthier.stages.report import languages
from luthier.stages.report.assemble import assemble
from luthier.stages.report.dialects import NAMES, Dialect
from luthier.stages.report.foreign import width
from luthier.stages.report.html import html
from luthier.stages.report.languages import DEFAULT, known_languages, language, read, speaking
from luthier.stages.report.markdown import markdown
from luthier.stages.report.terminal import terminal
from luthier.stages.report.told import told
from luthier.stages.report.words import ENGLISH, say
from tests.samples import overlap_finding, sample_report

PARTS = ("message", "why", "next_step", "experiment")
TRANSLATIONS = [code for code in known_languages() if code != DEFAULT]

every_translation = pytest.mark.parametrize("code", TRANSLATIONS)


def fields(template: str) -> set[tuple[str, str, str]]:
    """Placeholders with their formats."""
    parsed = string.Formatter().parse(template)
    return {(name, form or "", conversion or "") for _, name, form, conversion in parsed if name is not None}


def variants(text: Text) -> dict[str, str]:
    """Variant to text; a text without variants has one that is called nothing."""
    return {"": text} if isinstance(text, str) else dict(text)


@every_translation
def test_words_keep_their_placeholders(code: str) -> None:
    """Each key is one of English, and asks for the same numbers in the same form."""
    words = read(code).words

    assert set(words) <= set(ENGLISH)
    assert {key for key, text in words.items() if fields(text) != fields(ENGLISH[key])} == set()


@every_translation
def test_texts_of_failures_keep_theirs(code: str) -> None:
    """Each failure, part and variant is there in English, and asks for no number that English does not ask for."""
    failures = all_failures()
    strange = []
    for name, parts in read(code).failures.items():
        for part, text in parts.items():
            english = variants(getattr(failures[name], part)) if name in failures and part in PARTS else {}
            for variant, template in variants(text).items():
                if variant not in english or fields(template) != fields(english[variant]):
                    strange.append(f"{name}.{part}.{variant}")

    assert strange == []


@pytest.fixture
def pirate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language with one word, one text, and a singular of its own for nothing."""
    (tmp_path / "pi").mkdir()
    (tmp_path / "pi" / "all.toml").write_text(
        '[words]\n"section.findings" = "Arr"\n"title.checked_seen" = "{count} krakens"\n'
        '[failures.train_test_overlap]\nmessage = "{rows} rows be twice aboard."\nwhy = "{parrots} know."\n'
    )
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    read.cache_clear()
    yield
    read.cache_clear()


@pytest.mark.parametrize("how", ["named", "environment"])
def test_a_language(pirate: None, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that are there are spoken, English fills in for the others, and for one that asks for an unknown number."""
    if how == "environment":
        monkeypatch.setenv("LUTHIER_LANGUAGE", "pi_CC.UTF-8")
    with speaking("pi" if how == "named" else None):
        found = told(overlap_finding())
        text = markdown(assemble(sample_report()))

        assert found.message == "3 rows be twice aboard."
        assert found.why.startswith("A row that was trained on")
        assert say("title.checked_seen", {"count": 1}) == "1 krakens"
        assert "## Arr" in text
        assert "## Not looked" in text
        assert '<html lang="pi">' in html(assemble(sample_report()))


def test_only_for_a_while(pirate: None) -> None:
    """Afterwards English is spoken again, whatever happened."""
    with pytest.raises(ZeroDivisionError), speaking("pi"):
        _ = 1 / 0

    assert language() == "en"


def test_unknown_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names one is told which there are; a report at the end of a run is written in English all the same."""
    with pytest.raises(LuthierError, match="languages: en"), speaking("tlh"):
        pass
    monkeypatch.setenv("LUTHIER_LANGUAGE", "tlh")

    assert language() == "en"
    with pytest.raises(LuthierError, match="LUTHIER_LANGUAGE=tlh"), speaking(None):
        pass


@every_translation
def test_all_words_are_there(code: str) -> None:
    """A report in two languages at once would help nobody; a form for a single thing is left to the language."""
    assert {key for key in ENGLISH if not key.endswith(".one")} - set(read(code).words) == set()


@every_translation
def test_settings_in_a_translation_are_told_in_the_users_tool(code: str) -> None:
    """Dotted names are found between signs of any script."""
    dialect = Dialect("transformers", "TrainingArguments")
    with speaking(code):
        texts = [
            v for parts in read(code).failures.values() for text in parts.values() for v in variants(text).values()
        ]
        left = [text for text in map(dialect.told, texts) if any(name in text for name in NAMES)]

    assert left == []
    assert dialect.told("设train.rate=5e-5（修复）") == "设learning_rate=5e-5（修复）"


@every_translation
def test_eighty_columns(code: str) -> None:
    """Wide signs count twice in a terminal."""
    with speaking(code):
        text = terminal(assemble(sample_report()))

    assert max(map(width, text.splitlines())) <= 80
