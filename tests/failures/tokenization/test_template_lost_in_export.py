"""Chat templates that did not come along."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import look, seen

NAME = "template_lost_in_export"
TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"


def tokenizer(template: str = TEMPLATE, exports: dict[str, str] | None = None, **others: str) -> TokenizerFacts:
    """A tokenizer with templates."""
    return TokenizerFacts(
        "here",
        500,
        chat_template=template,
        turn_end="<|im_end|>" if template else "",
        exports=exports or {},
        **others,  # type: ignore[arg-type]
    )


def test_not_saved() -> None:
    """The checkpoint has it: certain. The base has it: the run may have left it out on purpose."""
    trained = seen(NAME, Moment.AFTER, tokenizer=tokenizer("", trained_template=TEMPLATE))
    base = seen(NAME, Moment.AFTER, tokenizer=tokenizer("", trained_template="", base_template=TEMPLATE))

    assert (trained.severity, trained.numbers["whose"]) == ("error", "newest checkpoint")
    assert (base.severity, base.numbers["whose"]) == ("warning", "base model")
    assert look(NAME, Moment.AFTER, tokenizer=tokenizer("", trained_template="", base_template="")) is None


@pytest.mark.parametrize(
    ("exports", "variant"),
    [
        ({"m.gguf": ""}, "export"),
        ({"Modelfile": ""}, "export"),
        ({"Modelfile": "{{ .Prompt }}"}, "stop"),
        ({"m.gguf": TEMPLATE, "Modelfile": "{{ .Prompt }}"}, "stop"),
    ],
)
def test_exports(exports: dict[str, str], variant: str) -> None:
    """Without a template, or with one that has no end of a turn."""
    assert seen(NAME, Moment.AFTER, tokenizer=tokenizer(exports=exports)).variant == variant


@pytest.mark.parametrize(
    "exports",
    [{}, {"m.gguf": TEMPLATE}, {"m.gguf": TEMPLATE, "Modelfile": ""}, {"Modelfile": '"{{ .Prompt }}"\n"<|im_end|>"'}],
)
def test_clear(exports: dict[str, str]) -> None:
    """The runtime finds it."""
    assert look(NAME, Moment.AFTER, tokenizer=tokenizer(exports=exports, trained_template=TEMPLATE)) is None
