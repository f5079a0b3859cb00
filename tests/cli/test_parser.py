"""Words to values, with errors that know what was meant."""

import pytest

from luthier.cli.options import add_request
from luthier.cli.parser import Parser, nearest
from luthier.errors import LuthierError


@pytest.fixture
def parser() -> Parser:
    """The parser of a command that makes a request."""
    parser = Parser("fit", "Fit.", (("luthier fit a.csv", "fits"),))
    add_request(parser)
    return parser


@pytest.mark.parametrize(
    ("words", "what", "next_step"),
    [
        (["--epoch", "3"], "--epoch is not understood", "did you mean --epochs?"),
        (["a.csv", "--learning_rate", "2e-5"], "--learning_rate", "write --set learning_rate="),
        (["a.csv", "--learning-rate=2e-5"], "--learning-rate=2e-5", "write --set learning_rate=2e-5"),
        (["a.csv", "b.csv"], "b.csv is not understood", "--help"),
        (["a.csv", "--zzz"], "--zzz is not understood", "--help"),
        (["--epochs", "many"], "--epochs: invalid float value: 'many'", "--help"),
        (["--model"], "--model: expected one argument", "--help"),
    ],
)
def test_wrong_words(parser: Parser, words: list[str], what: str, next_step: str) -> None:
    """Each slip names the word and the next step."""
    with pytest.raises(LuthierError) as caught:
        parser.parse(words)

    assert what in caught.value.what
    assert next_step in caught.value.next_step
    assert caught.value.where == "luthier fit"


def test_no_abbreviations(parser: Parser) -> None:
    """A short form that works today could mean two things tomorrow: it is refused."""
    with pytest.raises(LuthierError):
        parser.parse(["--strat", "full"])


def test_right_words(parser: Parser) -> None:
    """Words become values of their kind."""
    values = parser.parse(["a.csv", "--epochs", "2", "--set", "train.clip=0", "--set", "seed=1"])

    assert values is not None
    assert (values.data, values.epochs, values.set) == ("a.csv", 2.0, ["train.clip=0", "seed=1"])


def test_nearest() -> None:
    """Only what is near is suggested."""
    assert nearest("chek", ["check", "fit"]) == "did you mean check?"
    assert nearest("xyzzy", ["check", "fit"]) == ""
