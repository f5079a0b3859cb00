"""Another prompt format in use than in training."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census, pairs

NAME = "template_differs_at_use"
CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>{% endfor %}"
MARKED = CHATML.replace("{{ m.content }}", "{%- generation -%} {{ m.content }}{% endgeneration %}")
LLAMA = "{% for m in messages %}[INST] {{ m.content }} [/INST]{% endfor %}"
ROW = RowCensus(tokens=40, supervised=20)


def tokenizer(template: str = CHATML, **others: object) -> TokenizerFacts:
    """A tokenizer with templates."""
    return TokenizerFacts("here", 500, chat_template=template, **others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("marks", "severity"),
    [(("### Instruction:", "### Response:"), "note"), (("[/INST]", "[INST]"), "warning")],
)
def test_rows(marks: tuple[str, ...], severity: str) -> None:
    """In a file or in batches; a template in brackets is one of its own."""
    of_file = seen(NAME, Moment.BEFORE, tokenizer=tokenizer(), pairs=pairs(form="text", turn_marks=marks))
    of_batch = seen(NAME, Moment.BEFORE, tokenizer=tokenizer(), census=census(ROW, turn_marks=marks))

    assert (of_file.variant, of_file.severity, of_file.numbers["count"]) == ("rows", severity, 2)
    assert of_batch.numbers == of_file.numbers


def test_ends_of_texts_are_no_turns() -> None:
    """Tokens around a plain text say nothing of its format."""
    plain = census(ROW, turn_marks=("<s>", "<|endoftext|>"))

    assert look(NAME, Moment.BEFORE, tokenizer=tokenizer(special_text={"bos": "<s>"}), census=plain) is None


def test_rows_of_the_template() -> None:
    """One mark that both share is enough: prompts in a template may hold marks of their own."""
    both = census(ROW, turn_marks=("### Instruction:", "<|im_start|>"))

    assert look(NAME, Moment.BEFORE, tokenizer=tokenizer(), census=both) is None
    assert look(NAME, Moment.BEFORE, tokenizer=tokenizer(), census=census(ROW)) is None


@pytest.mark.parametrize("role", ["{{ '<|' + m.role + '|>' }}", "<|{{ m.role }}|>"])
def test_marks_around_a_role(role: str) -> None:
    """They stand nowhere in the template as they are written."""
    template = f"{{% for m in messages %}}{role}{{{{ m.content + eos_token }}}}{{% endfor %}}"

    assert (
        look(NAME, Moment.BEFORE, tokenizer=tokenizer(template), census=census(ROW, turn_marks=("<|user|>",))) is None
    )


@pytest.mark.parametrize(
    ("others", "variant"), [({"trained_template": LLAMA}, "saved"), ({"second_template": LLAMA}, "two")]
)
def test_saved(others: dict[str, str], variant: str) -> None:
    """Beside the one of the checkpoint, and two in one folder."""
    assert seen(NAME, Moment.AFTER, tokenizer=tokenizer(**others)).variant == variant


def test_saved_alike() -> None:
    """Generation markers and white space change nothing; without another template there is nothing to compare."""
    assert look(NAME, Moment.AFTER, tokenizer=tokenizer(trained_template=MARKED, second_template=CHATML + "\n")) is None
    assert look(NAME, Moment.AFTER, tokenizer=tokenizer()) is None
    assert look(NAME, Moment.AFTER, tokenizer=tokenizer(trained_template="")) is None


def test_not_looked() -> None:
    """No template, or no rows."""
    assert "no chat template" in str(look(NAME, Moment.BEFORE, tokenizer=tokenizer(""), pairs=pairs()))
    assert "neither" in str(look(NAME, Moment.BEFORE, tokenizer=tokenizer()))
