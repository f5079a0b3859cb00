"""What is read from a tokenizer's files is what the tokenizer does when Transformers loads it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from luthier.facts.tokenizer import TokenizerFacts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.tokenizer import read
from luthier.stages.diagnose.readers.vocabulary import ROLES

PIECES = {"<pad>": 0, "<s>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5, "Film": 6}
SPECIAL = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
ENDS = [("<s>", 1), ("</s>", 2)]


def facts(folder: Path) -> TokenizerFacts:
    """Read the tokenizer at the top of a folder."""
    found = read(Home(folder), "")
    assert found is not None
    return found


def made(
    folder: Path, *, processor: Any = None, normalizer: Any = None, byte_level: bool = False, **settings: Any
) -> Path:
    """A tokenizer of seven words, saved by Transformers."""
    tokenizer = Tokenizer(models.WordLevel(PIECES, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel() if byte_level else pre_tokenizers.Whitespace()
    if processor is not None:
        tokenizer.post_processor = processor
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **SPECIAL, **settings).save_pretrained(folder)
    return folder


def loaded(folder: Path) -> Any:
    """The tokenizer as Transformers loads it."""
    return AutoTokenizer.from_pretrained(folder)


def test_real_run(trainer_run: Path) -> None:
    """The tokenizer of a run of Trainer: sizes, ids, sides."""
    found, real = facts(trainer_run), loaded(trainer_run)

    assert found.size == len(real)
    assert found.special == {role: one for role in ROLES if (one := getattr(real, f"{role}_token_id")) is not None}
    assert found.special_text == {role: getattr(real, f"{role}_token") for role in found.special}
    assert found.added == real.get_added_vocab()
    assert (found.padding_side, found.truncation_side) == (real.padding_side, real.truncation_side)
    assert (found.max_length, found.lower_cases, found.capitals_in_vocabulary) == (64, True, 0.0)
    assert (found.adds_bos, found.adds_eos, found.chat_template) == (False, False, "")
    assert (found.template_adds_bos, found.template_marks_assistant, found.fast) == (None, None, None)


def test_minilm(minilm: Path) -> None:
    """A tokenizer in the layout of Transformers 4."""
    found = facts(minilm)

    assert (found.size, found.max_length, found.lower_cases) == (30_522, 512, True)
    assert found.special["cls"] == 101
    assert found.capitals_in_vocabulary is not None
    assert found.capitals_in_vocabulary < 1e-3


TEMPLATE = processors.TemplateProcessing
PROCESSORS = {
    "none": None,
    "both": TEMPLATE("<s> $A </s>", "<s> $A </s> $B:1 </s>:1", ENDS),
    "begin": TEMPLATE("<s> $A", "<s> $A $B:1", ENDS),
    "end": TEMPLATE("$A </s>", "$A </s> $B:1 </s>:1", ENDS),
    "roberta": processors.RobertaProcessing(("</s>", 2), ("<s>", 1)),
    "bert": processors.BertProcessing(("</s>", 2), ("<s>", 1)),
    "bytes": processors.ByteLevel(),
    "several": processors.Sequence([processors.ByteLevel(), TEMPLATE("<s> $A", "<s> $A $B:1", ENDS)]),
}


@pytest.mark.parametrize("name", PROCESSORS)
@pytest.mark.parametrize("flags", [{}, {"add_bos_token": True}, {"add_bos_token": False, "add_eos_token": True}])
def test_ends(name: str, flags: dict[str, bool], tmp_path: Path) -> None:
    """Whether BOS and EOS are added is what Transformers does with the same files."""
    folder = made(tmp_path, processor=PROCESSORS[name])
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | flags))
    ids = loaded(folder)("a b")["input_ids"]

    found = facts(folder)

    assert (found.adds_bos, found.adds_eos) == (ids[0] == 1, ids[-1] == 2)


@pytest.mark.parametrize(
    "normalizer",
    [
        None,
        normalizers.Lowercase(),
        normalizers.NFC(),
        normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()]),
    ],
)
def test_lower_cases(normalizer: Any, tmp_path: Path) -> None:
    """Whether capitals survive is what the loaded tokenizer does to one."""
    folder = made(tmp_path, normalizer=normalizer)

    assert facts(folder).lower_cases is (loaded(folder)("Film")["input_ids"] == [3])


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("stated", [True, False, None])
@pytest.mark.parametrize(
    "kind", ["BertTokenizer", "DistilBertTokenizerFast", "ElectraTokenizer", "TokenizersBackend", None]
)
def test_lower_cases_in_the_family_of_bert(
    kind: str | None, stated: bool | None, stored: bool, tiny_model: Path, tmp_path: Path
) -> None:
    """Some classes make a normalizer of their own, whatever tokenizer.json says, and so it is told."""
    shutil.copy(tiny_model / "config.json", tmp_path)
    content = json.loads((tiny_model / "tokenizer.json").read_text())
    content["normalizer"]["lowercase"] = stored
    (tmp_path / "tokenizer.json").write_text(json.dumps(content))
    settings = json.loads((tiny_model / "tokenizer_config.json").read_text())
    settings |= {"tokenizer_class": kind, "do_lower_case": stated}
    settings = {name: value for name, value in settings.items() if value is not None}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))

    assert facts(tmp_path).lower_cases is (loaded(tmp_path).backend_tokenizer.normalizer.normalize_str("F") == "f")
    assert facts(tmp_path).file_lower_cases is stored


def test_bytes_as_letters(tmp_path: Path) -> None:
    """Of byte-level pieces only A to Z are capitals."""
    assert facts(made(tmp_path / "a")).capitals_in_vocabulary == pytest.approx(1 / 3)
    assert facts(made(tmp_path / "b", byte_level=True)).capitals_in_vocabulary == pytest.approx(1 / 3)


def test_sides_and_limits(tmp_path: Path) -> None:
    """Sides are stored; a length of 1e30 is none."""
    found = facts(made(tmp_path, padding_side="left", truncation_side="left"))

    assert (found.padding_side, found.truncation_side, found.max_length) == ("left", "left", None)


def test_added_tokens(tmp_path: Path) -> None:
    """Tokens that were added count as ids, and as added."""
    tokenizer = loaded(made(tmp_path / "a"))
    tokenizer.add_tokens(["<new>"])
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_end|>"]})
    tokenizer.save_pretrained(tmp_path / "b")

    found = facts(tmp_path / "b")

    assert found.size == len(tokenizer) == 9
    assert found.added == tokenizer.get_added_vocab()
    assert found.fingerprint != facts(tmp_path / "a").fingerprint


def test_fingerprint(tmp_path: Path) -> None:
    """The same tokenizer saved twice is the same."""
    made(tmp_path / "a", padding_side="left")
    loaded(tmp_path / "a").save_pretrained(tmp_path / "b")

    assert facts(tmp_path / "a").fingerprint == facts(tmp_path / "b").fingerprint


CHAT = "{% for m in messages %}{{ bos_token + m['content'] + eos_token }}{% endfor %}"


@pytest.mark.parametrize("layout", ["file", "settings", "named"])
def test_chat_template(layout: str, tmp_path: Path) -> None:
    """A template stands in a file of its own, in the settings, or there among named ones."""
    folder = made(tmp_path)
    if layout == "file":
        (folder / "chat_template.jinja").write_text(CHAT)
    else:
        stated = (
            CHAT
            if layout == "settings"
            else [{"name": "tools", "template": "x"}, {"name": "default", "template": CHAT}]
        )
        path = folder / "tokenizer_config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"chat_template": stated}))

    found = facts(folder)

    assert found.chat_template == CHAT
    assert (found.template_adds_bos, found.template_marks_assistant, found.turn_end) == (True, False, "</s>")


def test_old_layout(tmp_path: Path) -> None:
    """vocab.txt, special_tokens_map.json, added_tokens.json and a table of added tokens, without tokenizer.json."""
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\ngood\nFilm\n")
    (tmp_path / "special_tokens_map.json").write_text(
        json.dumps({"cls_token": {"content": "[CLS]"}, "pad_token": "[PAD]"})
    )
    (tmp_path / "added_tokens.json").write_text(json.dumps({"<new>": 6, "<bad>": -1, "<worse>": "x"}))
    decoder = {"2": {"content": "[CLS]"}, "x": {"content": "[SEP]"}}
    (tmp_path / "tokenizer_config.json").write_text(
        json.dumps({"do_lower_case": False, "added_tokens_decoder": decoder})
    )

    found = facts(tmp_path)

    assert (found.size, found.special) == (7, {"pad": 0, "cls": 2})
    assert found.added == {"[CLS]": 2, "<new>": 6}
    assert (found.lower_cases, found.adds_bos, found.adds_eos) == (False, None, None)


def test_pieces_and_merges(tmp_path: Path) -> None:
    """The vocabulary of a GPT-2 without tokenizer.json."""
    (tmp_path / "vocab.json").write_text(json.dumps({"Ġa": 0, "B": 1, "odd": "x"}))

    found = facts(tmp_path)

    assert (found.size, found.capitals_in_vocabulary) == (2, 0.5)


def test_unigram(tmp_path: Path) -> None:
    """A Unigram vocabulary is a list of pieces with scores."""
    content = {"model": {"type": "Unigram", "vocab": [["<unk>", 0.0], ["▁a", -1.5], ["B", -2]]}, "added_tokens": None}
    (tmp_path / "tokenizer.json").write_text(json.dumps(content | {"added_tokens": []}))

    assert facts(tmp_path).size == 3


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"model": {"vocab": 7}}',
        '{"model": {"vocab": {"a": "b"}}}',
        '{"added_tokens": []}',
        "[" * 100_000,
        '{"model": {"vocab": {"a": 1}}, "normalizer": ' + '{"a":' * 3000 + "1" + "}" * 3002,
    ],
)
def test_damage(content: str, tmp_path: Path) -> None:
    """A tokenizer.json that is none gives nothing, and the diary says why."""
    (tmp_path / "tokenizer.json").write_text(content)
    home = Home(tmp_path)

    assert read(home, "") is None
    assert home.sources[-1].note


def test_sentence_piece_alone(tmp_path: Path) -> None:
    """A vocabulary that cannot be read is said to be there."""
    (tmp_path / "spiece.model").write_bytes(b"\n\x01")
    home = Home(tmp_path)

    assert read(home, None) is None
    assert "SentencePiece" in home.sources[-1].note


def test_in_a_checkpoint(trainer_run: Path, tmp_path: Path) -> None:
    """The tokenizer beside the model that is looked at."""
    shutil.copytree(trainer_run / "checkpoint-4", tmp_path / "checkpoint-4")

    found = read(Home(tmp_path), "checkpoint-4")

    assert found is not None
    assert found.fingerprint == facts(trainer_run).fingerprint
