"""What a tokenizer in memory does, tried on it; and the same as is read from its files."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoTokenizer

from luthier.facts.scene import LiveScene
from luthier.integrations.scenery import words
from luthier.integrations.stage import build
from luthier.integrations.tokenizer import tokenizer_facts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import tokenizer as reader

TEXTS = ["When was the Library of Lima built?", "It was built in 1931."]
KINDS: dict[str, Any] = {
    "encoder": lambda: words.word_pieces(TEXTS),
    "decoder": lambda: words.byte_pairs(TEXTS),
    "chat": lambda: words.byte_pairs(TEXTS, template=words.MARKED),
    "unmarked chat": lambda: words.byte_pairs(TEXTS, template=words.UNMARKED),
    "Maltese": lambda: words.marked_words(["Ġorna Lima Malta"]),
    "absent padding token": lambda: _padded_with("<nowhere>"),
}


def _padded_with(token: str) -> Any:
    """A tokenizer whose padding token is none of its pieces."""
    tokenizer = words.byte_pairs(TEXTS)
    tokenizer.pad_token = token
    return tokenizer


@pytest.mark.parametrize("kind", KINDS)
def test_as_from_files(kind: str, tmp_path: Path) -> None:
    """The object gives what the reader of its files gives; what files cannot know, it knows."""
    tokenizer = KINDS[kind]()
    tokenizer.save_pretrained(tmp_path)

    live, read = tokenizer_facts(tokenizer), reader.read(Home(tmp_path), "")

    assert read is not None
    not_alike = {"source", "fast", "file_lower_cases"}  # what only one of them has
    for name in (field.name for field in fields(live)):
        if name not in not_alike and getattr(read, name) is not None:
            assert getattr(live, name) == getattr(read, name), name


def test_a_real_one(minilm: Path) -> None:
    """A tokenizer that was loaded from files has the fingerprint that is read from them, and the share of capitals."""
    live, read = tokenizer_facts(AutoTokenizer.from_pretrained(minilm)), reader.read(Home(minilm), "")

    assert read is not None
    assert live.fingerprint == read.fingerprint
    assert live.capitals_in_vocabulary == read.capitals_in_vocabulary


def test_named_templates() -> None:
    """Of several templates the default is told, as the files tell it."""
    tokenizer = words.byte_pairs(TEXTS)
    tokenizer.chat_template = {"tools": words.UNMARKED, "default": words.MARKED}
    found = tokenizer_facts(tokenizer)

    assert found.chat_template == words.MARKED
    assert found.template_marks_assistant is True


def test_chat() -> None:
    """A template that begins with the BOS token, marks the assistant and ends turns is seen to do so."""
    found = tokenizer_facts(words.byte_pairs(TEXTS, template=words.MARKED))

    assert found.adds_bos is True
    assert found.adds_eos is False
    assert found.template_adds_bos is True
    assert found.template_marks_assistant is True
    assert found.turn_end == words.END
    assert found.fast is True


def test_an_endless_template() -> None:
    """Where nothing ends a turn there is no turn end."""
    assert tokenizer_facts(words.byte_pairs(TEXTS, template=words.ENDLESS)).turn_end == ""


def test_a_template_that_refuses() -> None:
    """A template that cannot be rendered leaves open what only rendering shows."""
    found = tokenizer_facts(words.byte_pairs(TEXTS, template="{{ raise_exception('never') }}"))

    assert found.template_adds_bos is None
    assert found.turn_end == ""
    assert found.template_marks_assistant is False


def test_it_cuts_as_before() -> None:
    """The cut of the tokenizer's last call is told, and stays."""
    tokenizer = words.byte_pairs(TEXTS, template=words.MARKED)
    tokenizer(TEXTS, truncation=True, max_length=7, padding="max_length")
    before = tokenizer.backend_tokenizer.to_str()

    assert tokenizer_facts(tokenizer).truncated_at == 7
    assert tokenizer.backend_tokenizer.to_str() == before


def test_lower_case() -> None:
    """Lower-casing is tried on a capital."""
    assert tokenizer_facts(words.word_pieces(TEXTS)).lower_cases is True
    assert tokenizer_facts(words.byte_pairs(TEXTS)).lower_cases is False


def test_fingerprints() -> None:
    """Equal tokenizers have equal fingerprints, others have others."""
    one, same = (tokenizer_facts(words.byte_pairs(TEXTS)).fingerprint for _ in range(2))

    assert one == same
    assert tokenizer_facts(words.byte_pairs([*TEXTS, "More words."])).fingerprint != one
    assert tokenizer_facts(words.byte_pairs(TEXTS, pad_is_eos=True)).fingerprint != one


def test_agreement_with_the_models_own(tmp_path: Path) -> None:
    """The folder that a model came from decides; a model without one is compared with nothing."""
    trainer = build(LiveScene(), tmp_path / "run")
    tokenizer, model = trainer.processing_class, trainer.model
    other = words.word_pieces(["quite different words stand here"])
    assert tokenizer_facts(tokenizer, model).agreement is None

    tokenizer.save_pretrained(tmp_path / "base")
    model.config.save_pretrained(tmp_path / "base")
    model.config._name_or_path = str(tmp_path / "base")

    assert tokenizer_facts(tokenizer, model).agreement == 1.0
    mixed = tokenizer_facts(other, model).agreement
    assert mixed is not None
    assert mixed < 0.9
