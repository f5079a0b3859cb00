"""What a language model says when it does not do what it was asked, and what people say."""

import pyarrow as pa
import pytest

from luthier.stages.data.refusals import refused

REFUSALS = [
    "As an AI language model, I do not have opinions.",
    "Well, as an AI, I cannot eat.",
    "I'm sorry, but I can't assist with that.",
    "I am very sorry, I cannot translate this text.",
    "I’m sorry but I am unable to fulfill your wish",
    "I'm an AI assistant. I have no birthday.",
    "Unfortunately I cannot complete this request.",
    "作为一个人工智能语言模型，我没有感情。",
    "很抱歉，我无法回答这个问题。",
    "Als KI-Sprachmodell habe ich keine Meinung.",
    "Es tut mir leid, aber dabei kann ich Ihnen nicht helfen.",
]
PEOPLE = [
    "I'm sorry, I can't come tonight.",
    "Sorry, I'll call later",
    "As an AI researcher, she wrote two books.",
    "I cannot help it.",
    "He works as an aide.",
    "作为一名工程师，我喜欢机器。",
    "抱歉我来晚了",
    "Es tut mir leid, ich komme später.",
    "Als Kind war ich dort.",
    "",
]


@pytest.mark.parametrize(("texts", "expected"), [(REFUSALS, True), (PEOPLE, False)])
def test_refused(texts: list[str], expected: bool) -> None:
    """Refusals in three languages, and what is none."""
    found = refused(pa.chunked_array([texts], pa.string())).to_pylist()

    assert [text for text, one in zip(texts, found, strict=True) if one is not expected] == []
