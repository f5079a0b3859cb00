"""What a tokenizer does to text, read from its files or from the object in memory."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class TokenizerFacts:
    """A tokenizer.

    Attributes:
        source: folder or id that it was read from.
        size: ids that it can give, added tokens included.
        special: role ("pad", "bos", "eos", "unk", "cls", "sep", "mask") to id, where set.
        special_text: role to the token itself, where set.
        added: added token to id.
        padding_side, truncation_side: "left" or "right".
        max_length: longest input that it states; None where it states none (or an absurdly large one).
        truncated_at: where it cut texts when it was saved; None where its files do not say.
        lower_cases: whether it lower-cases; None where its files do not say.
        file_lower_cases: whether tokenizer.json alone does, as programs that read nothing else use it; None without it.
        case_flag: whether lower-casing is a setting of it (do_lower_case), which may differ from its vocabulary.
        capitals_in_vocabulary: share of the vocabulary's pieces that hold a capital letter, 0 to 1.
        letters_in_vocabulary: share of its pieces that hold a letter which has a capital and a small form, 0 to 1.
        fast: whether it knows offsets into the text; None where only files were read.
        adds_bos, adds_eos: whether plain encoding puts a BOS before, an end token behind.
        chat_template: the template; empty where there is none.
        agreement: share of the ids that the base model's own tokenizer has too and that mean the same piece in both,
            0 to 1; None where the base's tokenizer is not at hand.
        trained_template: template of the newest checkpoint's tokenizer; None where there is no such checkpoint.
        second_template: a template in the settings beside one in a file of its own; empty where there is none.
        base_template: template of the base model; None where the base is not at hand.
        faint: tokens of the chat template whose vector in the base model's table is almost zero beside those of others;
            None where the base's weights are not at hand.
        exports: file for another runtime (GGUF, Ollama's Modelfile) to its template and stop tokens; empty text where
            it has none.
        template_adds_bos: whether a rendered chat begins with the BOS token; None where it was not rendered.
        template_marks_assistant: whether the template holds the markers from which masks of assistant turns are made.
        turn_end: token that the template puts behind an assistant's words; empty where not known.
        fingerprint: hash of vocabulary and special tokens, to tell two tokenizers apart.
    """

    source: str
    size: int
    special: dict[str, int] = field(default_factory=dict)
    special_text: dict[str, str] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    padding_side: Literal["left", "right"] = "right"
    truncation_side: Literal["left", "right"] = "right"
    max_length: int | None = None
    lower_cases: bool | None = None
    capitals_in_vocabulary: float | None = None
    fast: bool | None = None
    adds_bos: bool | None = None
    adds_eos: bool | None = None
    chat_template: str = ""
    template_adds_bos: bool | None = None
    template_marks_assistant: bool | None = None
    turn_end: str = ""
    fingerprint: str = ""
    truncated_at: int | None = None
    letters_in_vocabulary: float | None = None
    case_flag: bool = False
    agreement: float | None = None
    trained_template: str | None = None
    second_template: str = ""
    base_template: str | None = None
    faint: tuple[str, ...] | None = None
    exports: dict[str, str] = field(default_factory=dict)
    file_lower_cases: bool | None = None
