"""Tokenizers that are two things to two programs."""

import pytest

from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.saved_examples import tokenizer

NAME = "server_tokenizer_differs"


@pytest.mark.parametrize(("lowers", "variant"), [(True, "lowers"), (False, "keeps")])
def test_seen(lowers: bool, variant: str) -> None:
    """In both directions."""
    found = seen(NAME, Moment.AFTER, tokenizer=tokenizer(lower_cases=lowers, file_lower_cases=not lowers))

    assert (found.variant, found.severity, found.numbers["pieces"]) == (variant, "warning", 1000)


@pytest.mark.parametrize("lowers", [True, False])
def test_clear(lowers: bool) -> None:
    """Both files say the same."""
    assert look(NAME, Moment.AFTER, tokenizer=tokenizer(lower_cases=lowers, file_lower_cases=lowers)) is None


@pytest.mark.parametrize("known", [{}, {"lower_cases": True}])
def test_not_looked(known: dict[str, bool]) -> None:
    """A tokenizer in memory, or one in other files."""
    assert "no tokenizer.json" in str(look(NAME, Moment.AFTER, tokenizer=tokenizer(**known)))
