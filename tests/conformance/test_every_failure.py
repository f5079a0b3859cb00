"""What every failure keeps, present and future; the registry is walked, nothing is listed here."""

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from luthier.errors import RegistryError
from luthier.facts.finding import Degree, Moment
from luthier.facts.scene import Scene
from luthier.failures import _contract, _corpora
from luthier.failures._contract import HEADINGS, Failure
from luthier.failures._engine import all_failures
from luthier.failures._pages import sections, summary
from luthier.stages.plan.settings import KINDS, value_of
from scripts.failure_pages import stale

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src" / "luthier" / "failures"
FAILURES = all_failures()
SOURCE = re.compile(r"https?://|\b[\w.-]+ #\d+|\bour (experiment|run|scene)", re.IGNORECASE)

every_failure = pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)


def test_each_file_is_found() -> None:
    """Every file in an origin folder is a failure under its own name."""
    files = {path.stem: path.parent.name for path in FOLDER.glob("*/*.py") if not path.stem.startswith("_")}

    assert {name: failure.origin for name, failure in FAILURES.items()} == files


def test_pages_are_fresh() -> None:
    """docs/failures is what the files say; `python scripts/failure_pages.py` writes it."""
    assert stale() == []


@every_failure
def test_name(failure: Failure) -> None:
    """The name says the failure, never the cure."""
    cures = {"check", "fix", "detect", "dedupe", "ensure", "validate", "avoid", "handle", "repair", "guard"}

    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", failure.id)
    assert not cures & set(failure.id.split("_"))


@every_failure
def test_page(failure: Failure) -> None:
    """One sentence, then all headings in order, each with text; the last names a source."""
    found = sections(failure)

    assert re.fullmatch(r"[A-Z][^\n]+\.", summary(failure))
    assert tuple(found) == HEADINGS
    assert all(len(text) > 40 for text in found.values())
    assert SOURCE.search(found["Source"])


@every_failure
def test_evidence_speaks_of_each_moment(failure: Failure) -> None:
    """The page says how the failure is seen at each moment that the file has, and at no other."""
    text = sections(failure)["Evidence"].lower()

    assert {moment for moment in Moment if re.search(rf"\b{moment}\b", text)} >= set(failure.moments)


@every_failure
def test_file_size(failure: Failure) -> None:
    """A failure is read in one go."""
    assert len((FOLDER / failure.origin / f"{failure.id}.py").read_text().splitlines()) <= 180


@every_failure
def test_findings_carry_its_own_name(failure: Failure) -> None:
    """Every finding that the file makes is signed with the file's name."""
    tree = ast.parse((FOLDER / failure.origin / f"{failure.id}.py").read_text())
    made = [
        ast.literal_eval(word.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Finding"
        for word in call.keywords
        if word.arg == "failure"
    ]

    assert made
    assert set(made) == {failure.id}


@every_failure
def test_message_holds_numbers(failure: Failure) -> None:
    """Each message holds a number of the finding, and texts with variants have the same ones."""
    variants = {frozenset(text) for text in _texts(failure) if not isinstance(text, str)}

    assert len(variants) <= 1
    assert all(list(_fields(text)) for text in _variants(failure.message))
    assert all(text.endswith(".") for part in _texts(failure) for text in _variants(part))


@every_failure
def test_causes(failure: Failure) -> None:
    """Causes are failures, and no failure is in the end its own cause."""
    above = set(failure.explained_by)
    while more := {cause for name in above for cause in FAILURES[name].explained_by} - above:
        above |= more

    assert failure.id not in above


@every_failure
def test_signs(failure: Failure) -> None:
    """Whoever does not know its name finds it by a sign, and each sign is named once."""
    assert failure.signs
    assert len(set(failure.signs)) == len(failure.signs)


@every_failure
def test_doubt_has_an_experiment(failure: Failure) -> None:
    """Who is less than 80 % sure anywhere in the file says how to be sure."""
    tree = ast.parse((FOLDER / failure.origin / f"{failure.id}.py").read_text())
    shares = [
        node.value
        for word in ast.walk(tree)
        if isinstance(word, ast.keyword) and word.arg == "confidence"
        for node in ast.walk(word.value)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]

    assert failure.experiment or all(share >= 0.8 for share in shares)


@every_failure
def test_degree(failure: Failure) -> None:
    """Advice alone has no fix; every other degree has exactly one, which takes a plan, rows or settings."""
    fixes = [fix for fix in (failure.fix_plan, failure.fix_rows, failure.fix_arguments) if fix is not None]

    assert len(fixes) == (0 if failure.degree is Degree.ADVICE else 1)
    assert failure.fix_rows is None or failure.degree is Degree.WHEN_ASKED


@every_failure
def test_scenes(failure: Failure) -> None:
    """Scenes are of one kind, differ, and say what happens; the good one has neither sabotage nor injury."""
    bad, good = failure.bad, failure.good

    assert type(bad) is type(good)
    assert bad != replace(good, says=bad.says)  # type: ignore[misc]
    assert bad.says.endswith(".")
    assert good.says.endswith(".")
    assert not getattr(good, "sabotage", "")
    assert not getattr(good, "checkpoints", {})


@pytest.mark.parametrize("failure", [f for f in FAILURES.values() if isinstance(f.bad, Scene)], ids=lambda f: f.id)
def test_scenes_of_fits(failure: Failure) -> None:
    """They make rows, and use settings as a plan has them."""
    for scene in (failure.bad, failure.good):
        assert isinstance(scene, Scene)
        assert _corpora.make(scene.corpus, 40, scene.options).num_rows >= 40
        for name, value in scene.settings.items():
            assert name in KINDS
            value_of(name, value, where=failure.id)
        assert scene.train or scene is failure.good or Moment.BEFORE in failure.moments


@every_failure
def test_refused_when_broken(failure: Failure, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without one of its parts is refused with the name of the part."""
    module = import_module(f"luthier.failures.{failure.origin}.{failure.id}")
    for part in ("MESSAGE", "WHY", "NEXT_STEP", "DEGREE", "BAD", "GOOD"):
        with monkeypatch.context() as without:
            without.delattr(module, part)
            with pytest.raises(RegistryError, match=f"{failure.id} has no {part}"):
                _contract.load(failure.origin, failure.id, module)


def _texts(failure: Failure) -> tuple[_contract.Text, ...]:
    return tuple(text for text in (failure.message, failure.why, failure.next_step, failure.experiment) if text)


def _variants(text: _contract.Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text.values())


def _fields(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in string.Formatter().parse(text) if name)
