"""Defaults of a project: which file counts, who wins, and what is refused where."""

from pathlib import Path

import pytest

from luthier.cli.main import main
from luthier.cli.options import add_request, request
from luthier.cli.parser import Parser
from luthier.cli.project import KINDS, LISTS, defaults
from luthier.errors import PlanError
from luthier.facts.request import Request
from luthier.stages.plan.wishes import wishes

TOML = """\
[project]
name = "shop"

[tool.luthier]
ignore = ["too-few-steps"]
rate = 3e-5
max-tokens = 64
model = "minilm"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with defaults, in a folder of which the command runs."""
    (tmp_path / "pyproject.toml").write_text(TOML)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    return tmp_path


def asked(*words: str) -> Request:
    """The request for some words."""
    parser = Parser("check", "Check.", (("luthier check a.csv", "checks"),))
    add_request(parser)
    values = parser.parse(words)
    assert values is not None
    return request(values)


def test_defaults_fill_what_is_open(project: Path) -> None:
    """Found from below; hyphens do not matter; the plan says where a value comes from."""
    found = asked("a.csv")

    assert (found.ignore, found.rate, found.max_tokens, found.model) == (("too_few_steps",), 3e-5, 64, "minilm")
    assert wishes(found).plan.reasons["train.rate"].text == "set in pyproject.toml, line 6"
    assert wishes(found).plan.set_by_user("train.rate")


def test_the_command_line_wins(project: Path) -> None:
    """Over a setting, and over the list of what is asked; what is ignored is ignored in addition."""
    (project / "luthier.yaml").write_text("only: [overfitting]\n")
    found = asked("a.csv", "--rate", "1e-4", "--only", "reload_gap", "--ignore", "reload_gap")

    assert (found.rate, found.only) == (1e-4, ("reload_gap",))
    assert found.ignore == ("reload_gap", "too_few_steps")
    assert wishes(found).plan.reasons["train.rate"].text == "set with --rate"
    assert asked("a.csv", "--set", "train.rate=1e-5").settings == {"train.rate": "1e-5"}
    assert wishes(asked("a.csv", "--set", "train.rate=1e-5")).plan.train.rate == 1e-5


def test_yaml_wins_over_toml(project: Path) -> None:
    """Name by name."""
    (project / "luthier.yaml").write_text("# ours\nrate: 1e-5\nbudget: 2m\n")
    found = asked("a.csv")

    assert (found.rate, found.max_tokens, found.budget_seconds) == (1e-5, 64, 120)
    assert found.said_in["rate"] == "luthier.yaml, line 2"


def test_the_nearest_project_counts(project: Path) -> None:
    """A project within another one has its own defaults, and only these."""
    (project / "deep" / "luthier.yaml").write_text("seed: 7\n")

    assert {name: said.value for name, said in defaults(project / "deep" / "er").items()} == {"seed": 7}


def test_a_plan_decides_alone(project: Path) -> None:
    """Whoever repeats a plan repeats it as it is."""
    found = asked("--plan", "plan.yaml")

    assert (found.rate, found.model, found.ignore) == (None, None, ("too_few_steps",))


def test_names_are_those_of_options() -> None:
    """All of them can be said on the command line, `out` with fit alone."""
    parser = Parser("check", "Check.", (("luthier check a.csv", "checks"),))
    add_request(parser)

    assert {*KINDS, *LISTS} - set(vars(parser.parse_args([]))) == {"out"}


@pytest.mark.parametrize(
    ("file", "text", "where", "message"),
    [
        ("luthier.yaml", "rat: 1\n", "luthier.yaml, line 1", "did you mean rate"),
        ("luthier.yaml", "seed: 1\nrate: fast\n", "luthier.yaml, line 2", "rate is a number, not 'fast'"),
        ("luthier.yaml", "seed: 1.5\n", "luthier.yaml, line 1", "seed is a whole number"),
        ("luthier.yaml", "seed: true\n", "luthier.yaml, line 1", "seed is a whole number"),
        ("luthier.yaml", "- a\n", "luthier.yaml", "names with values"),
        ("luthier.yaml", "a: [\n", "luthier.yaml, line 2", "not YAML"),
        ("luthier.yaml", "ignore: 3\n", "luthier.yaml, line 1", "a list of failures"),
        ("luthier.yaml", "ignore: [too_few_stps]\n", "luthier.yaml, line 1", "did you mean too_few_steps"),
        ("pyproject.toml", "[tool.luthier]\nseed = 1\nonly = [3]\n", "pyproject.toml, line 3", "a list of failures"),
        ("pyproject.toml", "[tool.luthier]\n\n\nwhat = 1\n", "pyproject.toml, line 4", "there is no setting what"),
        ("pyproject.toml", "[tool.luthier\n", "pyproject.toml", "not TOML"),
    ],
)
def test_refused(
    file: str, text: str, where: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File, line and next step."""
    (tmp_path / file).write_text(text)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(PlanError, match=message) as caught:
        asked("a.csv")
    assert where in caught.value.where


def test_a_broken_file_of_others_is_not_ours(tmp_path: Path) -> None:
    """A pyproject.toml that does not speak of Luthier is not read."""
    (tmp_path / "pyproject.toml").write_text("[broken")

    assert "rate" not in defaults(tmp_path)


def test_exit_status(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong use, told with the place."""
    (project / "luthier.yaml").write_text("rat: 1\n")

    assert main(["check", "a.csv"]) == 2
    assert "luthier.yaml, line 1" in capsys.readouterr().err
