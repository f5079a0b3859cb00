"""Marks of turns in texts."""

from luthier.facts.turns import template_marks, turn_marks


def test_marks_of_most_rows() -> None:
    """Words and tokens in brackets that nine in ten rows hold."""
    alpaca = ["### Instruction: a\n### Response: b"] * 9 + ["c"]

    assert turn_marks(alpaca) == ("### Instruction:", "### Response:")
    assert turn_marks([*alpaca, "c"]) == ()
    assert turn_marks(["<|im_start|>user\na<|im_end|>"]) == ("<|im_end|>", "<|im_start|>")
    assert turn_marks(["[INST] a [/INST] b"]) == ("[/INST]", "[INST]")
    assert turn_marks(["«turn» a"], ["«turn»"]) == ("«turn»",)
    assert turn_marks([]) == ()


def test_plain_texts_have_none() -> None:
    """Markup and arithmetic are no turns."""
    assert turn_marks(["<p>a</p> [1] 3<4>2 ## Heading\nAnswer: 4"]) == ()


def test_template_marks() -> None:
    """What a template writes in brackets."""
    assert template_marks("{{ '<|start|>' + m.role }}<end_of_turn>{{ '<|start|>' }}") == ("<|start|>", "<end_of_turn>")
