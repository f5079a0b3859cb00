"""Pages and the list of failures, from their own files."""

import json

import pytest

from luthier.cli.catalogue import failure_named, known_failures
from luthier.cli.main import main
from luthier.failures._contract import HEADINGS
from luthier.failures._pages import summary


@pytest.mark.parametrize("word", ["train_test_overlap", "train-test-overlap", "Train-Test-Overlap "])
def test_a_page(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The page has every heading, when it is looked for, how safe the fix is, and how to see it happen."""
    assert main(["explain", word]) == 0

    page = capsys.readouterr().out
    assert page.startswith("# train_test_overlap\n\n")
    assert all(f"\n## {heading}\n" in page for heading in HEADINGS)
    assert "looked for before training · fix: changes rows or settings of yours, so only when asked" in page
    assert "luthier reproduce train_test_overlap" in page


def test_a_page_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A program gets the page in its parts."""
    assert main(["explain", "train_test_overlap", "--json"]) == 0

    page = json.loads(capsys.readouterr().out)
    assert page["id"] == "train_test_overlap"
    assert page["moments"] == ["before"]
    assert page["why_it_is_silent"].startswith("Nothing in a run depends")


@pytest.mark.parametrize(
    ("word", "meant"), [("train_tset_overlap", "train_test_overlap"), ("unknown", "unknown_tokens")]
)
def test_near_names(word: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip, or a part of a name, finds the name."""
    assert main(["explain", word]) == 2
    assert f"did you mean {meant}" in capsys.readouterr().err


def test_every_name_is_found() -> None:
    """Each failure is found by its id, with hyphens too."""
    for name, failure in known_failures().items():
        assert failure_named(name) is failure
        assert failure_named(name.replace("_", "-")) is failure


def test_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    """Every failure stands in the list once, below its origin, and says what it is."""
    assert main(["failures"]) == 0

    lines = capsys.readouterr().out.splitlines()
    for name, failure in known_failures().items():
        assert failure.origin in lines
        assert [line for line in lines if line.startswith(f"  {name} ") and line.endswith(summary(failure))]
    assert lines[-1].startswith(f"{len(known_failures())} failures")


def test_the_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A program gets names, origins and summaries."""
    assert main(["failures", "--json"]) == 0

    rows = json.loads(capsys.readouterr().out)
    assert {row["id"] for row in rows} == set(known_failures())
    assert all(row["origin"] and row["summary"] for row in rows)


def test_a_symptom(capsys: pytest.CaptureFixture[str]) -> None:
    """Words of what is seen lead to the suspects."""
    assert main(["explain", "--symptom", "loss flat one class"]) == 0

    told = capsys.readouterr().out
    assert told.startswith("loss flat at ln C or at the class entropy, one class predicted\n  The loss stays at 0.693")
    assert "stuck_at_chance" in told
    assert "train_test_overlap" not in told


def test_a_symptom_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A program gets the ids."""
    assert main(["explain", "--symptom", "reload", "--json"]) == 0

    (found,) = json.loads(capsys.readouterr().out)
    assert "reload_gap" in found["suspects"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--symptom", "unicorns"], "luthier failures --symptoms lists them all"),
        (["--symptom", "loss floor abve 0"], "did you mean loss floor above 0"),
        ([], "name a failure or a symptom"),
        (["train_test_overlap", "--symptom", "loss"], "one of the two"),
    ],
)
def test_wrong_use(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing, both, or words that no sign holds."""
    assert main(["explain", *words]) == 2
    assert message in capsys.readouterr().err


def test_all_symptoms(capsys: pytest.CaptureFixture[str]) -> None:
    """Every failure stands under each of its signs."""
    assert main(["failures", "--symptoms", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main(["failures", "--symptoms"]) == 0
    told = capsys.readouterr().out

    known = {name: failure.signs for name, failure in known_failures().items()}
    assert {name: {s for s in found if name in found[s]} for name in known} == {
        n: set(signs) for n, signs in known.items()
    }
    assert all(sign in told for sign in found)
