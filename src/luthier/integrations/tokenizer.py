"""What a tokenizer in memory does to text, tried on it."""

from dataclasses import replace
from typing import Any

from luthier.errors import ModelError
from luthier.facts.tokenizer import TokenizerFacts
from luthier.integrations.ends import cut_kept, last_cut
from luthier.integrations.origin import folder_of, name_of
from luthier.integrations.roles import behind_end
from luthier.models.foreign import translated
from luthier.stages.diagnose.readers.templates import template_facts
from luthier.stages.diagnose.readers.tokenizer import vocabulary_of
from luthier.stages.diagnose.readers.vocabulary import (
    ROLES,
    agreement,
    capitals_share,
    fingerprint,
    letters_share,
    usable_limit,
)

_QUESTION, _ANSWER = "Question", "Answer"


def tokenizer_facts(tokenizer: Any, model: Any = None) -> TokenizerFacts:
    """Read a Transformers tokenizer. It stays as it was.

    Args:
        tokenizer: a tokenizer; of a processor its `tokenizer`.
        model: the model that it serves, with whose own tokenizer it is compared where that lies on this machine.
    """
    cut = last_cut(tokenizer)
    with cut_kept(tokenizer):
        facts = _facts(tokenizer, cut)
    folder = folder_of(name_of(model))
    if folder is None:
        return facts
    return replace(facts, agreement=agreement(dict(tokenizer.get_vocab()), vocabulary_of(folder)))


def _facts(tokenizer: Any, cut: int | None) -> TokenizerFacts:
    vocabulary = dict(tokenizer.get_vocab())
    special = {role: one for role in ROLES if (one := getattr(tokenizer, f"{role}_token_id", None)) is not None}
    texts = {role: str(one) for role in ROLES if (one := getattr(tokenizer, f"{role}_token", None))}
    added = dict(sorted(tokenizer.get_added_vocab().items(), key=lambda item: item[1]))
    outside = [piece for piece in vocabulary if piece not in added]
    byte_level = _byte_level(tokenizer)
    template = _template(tokenizer)
    known = template_facts(template, texts, added)
    begins, ends = _adds(tokenizer, special)
    rendered = _rendered(tokenizer) if template else None
    return TokenizerFacts(
        source=str(getattr(tokenizer, "name_or_path", "") or "the trainer"),
        size=max(vocabulary.values(), default=-1) + 1,
        special=special,
        special_text=texts,
        added=added,
        padding_side=tokenizer.padding_side,
        truncation_side=tokenizer.truncation_side,
        max_length=usable_limit(getattr(tokenizer, "model_max_length", None)),
        lower_cases=_lower_cases(tokenizer),
        case_flag=hasattr(tokenizer, "do_lower_case") or "do_lower_case" in getattr(tokenizer, "init_kwargs", {}),
        capitals_in_vocabulary=capitals_share(outside, byte_level=byte_level),
        letters_in_vocabulary=letters_share(outside, byte_level=byte_level),
        fast=bool(getattr(tokenizer, "is_fast", False)),
        adds_bos=begins,
        adds_eos=ends,
        chat_template=template,
        template_adds_bos=_starts_with_bos(tokenizer, rendered),
        template_marks_assistant=known.marks_assistant if known is not None else None,
        turn_end=_turn_end(tokenizer, rendered),
        fingerprint=fingerprint(vocabulary, texts),
        truncated_at=cut,
    )


def _byte_level(tokenizer: Any) -> bool:
    """Whether its pieces are bytes written as letters; "Ġ" alone does not say so, since it is a letter of Maltese."""
    return bool(tokenizer.convert_tokens_to_string(["Ġa"]).strip() == "a")


def _template(tokenizer: Any) -> str:
    """The chat template; of several named ones the one that serves where none is named."""
    template = getattr(tokenizer, "chat_template", None) or ""
    return str(template.get("default", "") if isinstance(template, dict) else template)


def _adds(tokenizer: Any, special: dict[str, int]) -> tuple[bool, bool]:
    """Whether a plain text gets a BOS token before, an end token behind; not where there is no such token."""
    ids = [-1, *tokenizer("a b", truncation=False)["input_ids"]]
    first = ids[min(1, len(ids) - 1)]
    return first == special.get("bos"), ids[-1] == special.get("eos")


def _lower_cases(tokenizer: Any) -> bool | None:
    """As its normaliser does to a capital; else as it says of itself."""
    inner = getattr(tokenizer, "backend_tokenizer", None)
    normaliser = getattr(inner, "normalizer", None)
    if normaliser is not None:
        return bool(normaliser.normalize_str("A").strip("▁ ") == "a")
    if inner is not None:
        return False
    said = getattr(tokenizer, "do_lower_case", None)
    return said if isinstance(said, bool) else None


def _rendered(tokenizer: Any) -> str | None:
    """A question and an answer through the template; None where it refuses them."""
    turns = [{"role": "user", "content": _QUESTION}, {"role": "assistant", "content": _ANSWER}]
    try:
        with translated("the chat template cannot be rendered", "chat_template", "look at the template"):
            return str(tokenizer.apply_chat_template(turns, tokenize=False))
    except ModelError:
        return None


def _starts_with_bos(tokenizer: Any, rendered: str | None) -> bool | None:
    bos = getattr(tokenizer, "bos_token", None)
    return None if rendered is None or not bos else rendered.startswith(str(bos))


def _turn_end(tokenizer: Any, rendered: str | None) -> str:
    place = rendered.rfind(_ANSWER) if rendered is not None else -1
    if rendered is None or place < 0:
        return ""
    stop = place + len(_ANSWER)
    return rendered[stop : behind_end(rendered, stop, tokenizer)].strip()
