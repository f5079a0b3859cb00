"""Options become a request."""

import pytest

from luthier.cli.options import add_request, request
from luthier.cli.parser import Parser
from luthier.errors import LuthierError, PlanError
from luthier.facts.request import Request


def asked(*words: str) -> Request:
    """The request for some words."""
    parser = Parser("check", "Check.", (("luthier check a.csv", "checks"),))
    add_request(parser)
    values = parser.parse(words)
    assert values is not None
    return request(values)


def test_nothing_said() -> None:
    """Without options everything is Luthier's to decide."""
    assert asked("a.csv") == Request("a.csv")


def test_everything_said() -> None:
    """Each option has its place in the request; names may have hyphens; a budget becomes seconds."""
    words = "--text t --label l --group g --time d --model m --strategy top-layers --budget 2m --epochs 2 --rate 1e-4"
    more = "--max-tokens 64 --seed 1 --plan p.yaml --ignore too-few-steps --only overfitting --no-near-duplicates"

    found = asked("a.csv", *words.split(), *more.split(), "--set", "train.clip=0.5", "--set", "data.text=a=b")

    expected = Request(
        "a.csv",
        text="t",
        label="l",
        group="g",
        time="d",
        model="m",
        strategy="top_layers",
        budget_seconds=120,
        epochs=2.0,
        rate=1e-4,
        max_tokens=64,
        seed=1,
        settings={"train.clip": "0.5", "data.text": "a=b"},
        plan_file="p.yaml",
        ignore=("too_few_steps",),
        only=("overfitting",),
        near_duplicates=False,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--set", "train.clip"), "train.clip has no value"),
        (("--set", "=1"), "=1 has no value"),
        (("--set", "seed=1", "--set", "seed=2"), "seed is set twice"),
        (("--budget", ""), "is not a time"),
    ],
)
def test_refused(words: tuple[str, ...], message: str) -> None:
    """Slips that only the pair shows."""
    with pytest.raises(PlanError, match=message):
        asked("a.csv", *words)


@pytest.mark.parametrize("option", ["--ignore", "--only"])
def test_unknown_failures_are_refused(option: str) -> None:
    """A misspelt name would silence nothing, or ask nothing, and nobody would notice."""
    with pytest.raises(LuthierError, match="there is no failure over_fitting") as caught:
        asked("a.csv", option, "over_fitting")

    assert caught.value.next_step == "did you mean overfitting?"
