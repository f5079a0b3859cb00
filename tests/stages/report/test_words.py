"""The catalogue is complete and every key is used."""

import re
from pathlib import Path

import pytest

from luthier.stages.report import words
from luthier.stages.report.words import ENGLISH, named, say

SOURCE = Path(words.__file__).parent
VERDICT = SOURCE.parent / "evaluate" / "verdict.py"


def test_one_and_many() -> None:
    """The twin is for exactly one."""
    assert say("reason.warnings_seen", {"count": 1}).startswith("One warning stands")
    assert say("reason.warnings_seen", {"count": 2}).startswith("2 warnings stand")


def test_unknown_names_stay() -> None:
    """A metric of a later task has no word yet; its id is shown."""
    assert named("metric", "macro_f1") == "macro-F1"
    assert named("metric", "exact_match") == "exact_match"


def test_missing_number_raises() -> None:
    """A hole in a sentence is a mistake of ours, not something to show."""
    with pytest.raises(KeyError):
        say("reason.better", {})


def test_every_reason_of_the_verdict_has_words() -> None:
    """Reasons that can decide have a title as well."""
    reasons = set(re.findall(r'\("([a-z_]+)", (?:\{|numbers)', VERDICT.read_text())) | {"too_few_rows"}
    missing = {one for one in reasons if f"reason.{one}" not in ENGLISH}

    assert len(reasons) > 8
    assert missing == set()
    beside = {"near_perfect_baseline", "reload_agrees", "reload_not_checked", "warnings_seen"}
    assert {one for one in reasons - beside if f"title.{one}" not in ENGLISH} == set()


def test_no_text_is_left_over() -> None:
    """Each key, or the part before its last dot, is named in the source."""
    sources = [
        path.read_text() for path in SOURCE.rglob("*") if path.suffix in (".py", ".j2") and path.name != "words.py"
    ]
    source = "\n".join(sources)
    families = {"reason", "title", "metric", "model", "outcome", "next", "place", "fix", "by", "finding", "classes"}
    families |= {"plan", "changes", "scores", "data", "dialect", "suspects", "checkpoints", "sources", "trial"}
    unused = [
        key
        for key in ENGLISH
        if key not in source and key.removesuffix(".one") not in source and key.split(".")[0] not in families
    ]

    assert unused == []
