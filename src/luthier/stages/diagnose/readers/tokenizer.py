"""A tokenizer from its files, in the layouts of Transformers 4 and 5. Nothing is built, nothing is rendered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from luthier.facts.arguments import Plain
from luthier.facts.tokenizer import TokenizerFacts
from luthier.stages.diagnose.home import Home, plain
from luthier.stages.diagnose.readers.config import model_folder
from luthier.stages.diagnose.readers.shipped import template_text
from luthier.stages.diagnose.readers.templates import template_facts
from luthier.stages.diagnose.readers.vocabulary import (
    ROLES,
    agreement,
    capitals_share,
    fingerprint,
    letters_share,
    usable_limit,
)

PART = "tokenizer"
WHOLE, SETTINGS, SPECIAL, ADDED = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
)
WORDS, PIECES = "vocab.txt", "vocab.json"
LARGEST = 128 * 2**20
"""Bytes of a tokenizer.json; the largest that we have met has 34 MB."""
_SENTENCE_PIECE = ("spiece.model", "sentencepiece.bpe.model", "tokenizer.model")
_BERT_LIKE = frozenset({"bert", "distilbert", "electra", "mobilebert", "convbert", "layoutlm", "funnel", "squeezebert"})
_SIDES: dict[Plain, Literal["left", "right"]] = {"left": "left", "right": "right"}


class _Added(msgspec.Struct):
    id: int
    content: str


class _Model(msgspec.Struct):
    vocab: dict[str, int] | list[tuple[str, float]]


class _File(msgspec.Struct):
    """The parts of tokenizer.json that are used; the merges, which are most of it, are skipped."""

    model: _Model
    added_tokens: list[_Added] = []
    truncation: object = None
    normalizer: object = None
    pre_tokenizer: object = None
    post_processor: object = None
    decoder: object = None


@dataclass(slots=True)
class _Read:
    """What the files hold.

    Attributes:
        pieces: piece to id, added tokens left out.
        added: added token to id.
        settings: tokenizer_config.json, with special_tokens_map.json below it.
        normalizer, processor: steps of tokenizer.json, flattened; None where there is no such file.
        byte_level: whether pieces are bytes written as letters.
        template: chat template; empty where there is none.
        truncation: how texts were cut when the tokenizer was saved.
        kind: family of its class ("bert"), else of the model beside it; in lower case.
    """

    pieces: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    settings: dict[str, Plain] = field(default_factory=dict)
    normalizer: list[dict[str, Plain]] | None = None
    processor: list[dict[str, Plain]] | None = None
    byte_level: bool = False
    template: str = ""
    truncation: dict[str, Plain] = field(default_factory=dict)
    kind: str = ""


def read(home: Home, folder: str | None, base: Path | None = None) -> TokenizerFacts | None:
    """The tokenizer beside a saved model; None where no vocabulary can be read, and the diary says why.

    Args:
        home: what the user named.
        folder: where the model stands; None where there is none, then the top is looked at.
        base: folder of the model that was fine-tuned, where it is at hand.
    """
    found = _read(home, folder or "")
    if not found.pieces and not found.added:
        return None
    special = dict(_special(found.settings))
    everything = found.pieces | found.added
    template = template_facts(found.template, special, found.added)
    adds_bos, adds_eos = _ends(found, special)
    plain_pieces = [piece for piece in found.pieces if piece not in found.added]
    return TokenizerFacts(
        source=str(home.path / (folder or "")),
        size=max(everything.values()) + 1,
        special={role: everything[token] for role, token in special.items() if token in everything},
        special_text=special,
        added=dict(sorted(found.added.items(), key=lambda item: item[1])),
        padding_side=_SIDES.get(found.settings.get("padding_side"), "right"),
        truncation_side=_SIDES.get(found.settings.get("truncation_side"), "right"),
        max_length=usable_limit(found.settings.get("model_max_length")),
        lower_cases=_lower_cases(found),
        case_flag=found.kind in _BERT_LIKE or "do_lower_case" in found.settings,
        file_lower_cases=_file_lower_cases(found),
        capitals_in_vocabulary=capitals_share(plain_pieces, byte_level=found.byte_level),
        letters_in_vocabulary=letters_share(plain_pieces, byte_level=found.byte_level),
        adds_bos=adds_bos,
        adds_eos=adds_eos,
        chat_template=found.template,
        template_adds_bos=template.adds_bos if template else None,
        template_marks_assistant=template.marks_assistant if template else None,
        turn_end=template.turn_end if template else "",
        fingerprint=fingerprint(everything, special),
        truncated_at=usable_limit(found.truncation.get("max_length")),
        agreement=agreement(everything, vocabulary_of(base)) if base is not None else None,
    )


def vocabulary_of(folder: Path) -> dict[str, int]:
    """Piece to id of the tokenizer in a model's folder, added tokens included; empty where none can be read.

    Raises:
        RunError: it is no folder.
    """
    home = Home(folder)
    found = _read(home, model_folder(home) or "")
    return found.pieces | found.added


def _read(home: Home, folder: str) -> _Read:
    settings, special, added = (_object(home, name, folder) for name in (SETTINGS, SPECIAL, ADDED))
    found = _Read(settings={**special, **settings})
    named = settings.get("tokenizer_class") or _object(home.aside(), "config.json", folder).get("model_type")
    found.kind = str(named).removesuffix("Fast").removesuffix("Tokenizer").lower()
    found.added |= {name: number for name, number in added.items() if _is_id(number)}  # type: ignore[misc]
    found.added |= _decoded(settings.get("added_tokens_decoder"))
    found.template = template_text(home, folder, settings.get("chat_template"))
    if not _read_whole(home, folder, found) and not _read_words(home, folder, found):
        for name in home.named(*_SENTENCE_PIECE, below=folder):
            home.note(name, PART, "a SentencePiece model without tokenizer.json: its pieces are not read")
    return found


def _object(home: Home, name: str, folder: str) -> dict[str, Plain]:
    return home.json(name, PART, LARGEST, below=folder) or {}


def _decoded(value: Plain) -> dict[str, int]:
    """Token to id, from Transformers 4's table of id to token."""
    if not isinstance(value, dict):
        return {}
    tokens = ((_content(token), number) for number, token in value.items())
    return {token: int(number) for token, number in tokens if token and number.isascii() and number.isdigit()}


def _is_id(value: Plain) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _read_whole(home: Home, folder: str, found: _Read) -> bool:
    names = home.named(WHOLE, below=folder)
    text = home.text(names[0], PART, LARGEST) if names else None
    if text is None:
        return False
    try:
        file = msgspec.json.decode(text, type=_File)
        steps = [_steps(plain(one)) for one in (file.normalizer, file.pre_tokenizer, file.post_processor, file.decoder)]
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError) as error:
        home.note(names[0], PART, f"cannot be read: {str(error)[:80]}")
        return False
    vocabulary = file.model.vocab
    numbered = vocabulary if isinstance(vocabulary, dict) else {one[0]: i for i, one in enumerate(vocabulary)}
    found.pieces = {piece: number for piece, number in numbered.items() if number >= 0}
    found.added |= {one.content: one.id for one in file.added_tokens if one.id >= 0}
    found.normalizer, found.processor = steps[0], steps[2]
    truncation = plain(file.truncation)
    found.truncation = truncation if isinstance(truncation, dict) else {}
    found.byte_level = any(step.get("type") == "ByteLevel" for step in (*steps[1], *steps[3]))
    home.note(names[0], PART)
    return True


def _read_words(home: Home, folder: str, found: _Read) -> bool:
    """The vocabulary of a tokenizer without tokenizer.json: one piece a line (BERT), or an object (GPT-2)."""
    for name in home.named(WORDS, below=folder):
        text = home.text(name, PART, LARGEST)
        if text is not None:
            found.pieces = {piece: number for number, piece in enumerate(text.rstrip("\n").split("\n"))}
            home.note(name, PART)
            return True
    numbered = _object(home, PIECES, folder)
    found.pieces = {name: number for name, number in numbered.items() if _is_id(number)}  # type: ignore[misc]
    found.byte_level = bool(found.pieces) and any("Ġ" in piece for piece in found.pieces)
    return bool(found.pieces)


def _steps(value: Plain) -> list[dict[str, Plain]]:
    """The steps of a part of tokenizer.json, sequences taken apart, in order."""
    if not isinstance(value, dict):
        return []
    for inner in ("normalizers", "pretokenizers", "processors", "decoders"):
        if value.get("type") == "Sequence" and isinstance(listed := value.get(inner), tuple):
            return [step for one in listed for step in _steps(one)]
    return [value]


def _content(value: Plain) -> str:
    """A token, written as text or as an object with options."""
    inner = value.get("content") if isinstance(value, dict) else value
    return inner if isinstance(inner, str) else ""


def _special(settings: Mapping[str, Plain]) -> Iterator[tuple[str, str]]:
    for role in ROLES:
        if token := _content(settings.get(f"{role}_token")):
            yield role, token


def _lower_cases(found: _Read) -> bool | None:
    """As the loaded tokenizer would do it.

    The classes of BERT's family make a normalizer of their own from `do_lower_case`, which is true where it is not
    stated, whatever tokenizer.json says; all others take what tokenizer.json says (tried with Transformers 5.24).
    """
    stated = found.settings.get("do_lower_case")
    if found.kind in _BERT_LIKE:
        return stated if isinstance(stated, bool) else True
    if found.normalizer is None:
        return stated if isinstance(stated, bool) else None
    return _file_lower_cases(found)


def _file_lower_cases(found: _Read) -> bool | None:
    if found.normalizer is None:
        return None
    return any(step.get("type") == "Lowercase" or step.get("lowercase") is True for step in found.normalizer)


def _ends(found: _Read, special: Mapping[str, str]) -> tuple[bool | None, bool | None]:
    """Whether plain encoding puts the BOS token before and the EOS token behind.

    The stored post-processor decides: Transformers 5.24 leaves the flags `add_bos_token` and `add_eos_token` aside
    where there is a tokenizer.json, and Transformers 4 had brought the two in line when it saved.
    """
    if found.processor is None:
        flags = found.settings.get("add_bos_token"), found.settings.get("add_eos_token")
        return flags[0] if isinstance(flags[0], bool) else None, flags[1] if isinstance(flags[1], bool) else None
    first = last = ""
    for step in found.processor:
        first, last = _around(step) or (first, last)
    return bool(first) and first == special.get("bos"), bool(last) and last == special.get("eos")


def _around(step: Mapping[str, Plain]) -> tuple[str, str] | None:
    """The tokens that a post-processor puts before and behind one text; None for a step that puts none."""
    if step.get("type") in ("BertProcessing", "RobertaProcessing"):
        pair = [step.get(name) for name in ("cls", "sep")]
        texts = [str(one[0]) if isinstance(one, tuple) and one else "" for one in pair]
        return texts[0], texts[1]
    single = step.get("single")
    if step.get("type") != "TemplateProcessing" or not isinstance(single, tuple):
        return None
    tokens = [_token(one) for one in single]
    return (tokens[0], tokens[-1]) if tokens else ("", "")


def _token(value: Plain) -> str:
    """The special token of an item of a template; empty where the item is the text itself."""
    inner = value.get("SpecialToken") if isinstance(value, dict) else None
    return str(inner.get("id", "")) if isinstance(inner, dict) else ""
