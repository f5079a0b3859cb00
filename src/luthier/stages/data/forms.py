"""What kind of rows data hold: labelled texts, pairs of source and target, or spans; and which columns make a pair.

Column names come from TRL (`messages`, `prompt` and `completion`), Alpaca, ShareGPT, Dolly, Sentence Transformers, the
translation and summarization scripts of Transformers, simpletransformers, SQuAD and common Chinese sets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from luthier.errors import InputError
from luthier.facts.pairs import Form
from luthier.stages.data.columns import LABEL_NAMES, TEXT_NAMES
from luthier.stages.data.conversations import nested, turns_of
from luthier.stages.data.peek import Row, first_rows
from luthier.stages.data.wording import LANGUAGES

Kind = Literal["labelled", "pairs", "spans"]

LOOK = 100
"""Rows that are looked at."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where source and target stand.

    Attributes:
        form: how rows are written.
        sources: columns whose texts make the source; of conversations, the columns whose turns follow each other.
        target: column of the target; empty for conversations, and where `keys` tells.
        keys: of one column of objects, such as `translation`, the keys of source and target.
    """

    form: Form
    sources: tuple[str, ...]
    target: str = ""
    keys: tuple[str, str] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, sources first."""
        return (*self.sources, self.target) if self.target else self.sources


@dataclass(frozen=True, slots=True)
class _Names:
    """Usual names: a source, what is put behind it where it is there, a target; whether they mean nothing else."""

    form: Form
    source: tuple[str, ...]
    more: tuple[str, ...]
    target: tuple[str, ...]
    sure: bool


_NAMES = (
    _Names("prompt_completion", ("instruction", "指令"), ("input", "context", "输入"), ("output", "response"), True),
    _Names("prompt_completion", ("instruction", "指令"), ("输入",), ("completion", "answer", "输出", "回答"), True),
    _Names("prompt_completion", ("prompt",), (), ("completion", "response", "chosen"), True),
    _Names("source_target", ("anchor", "query"), (), ("positive", "pos"), True),
    _Names("source_target", ("src", "input_text"), (), ("tgt", "trg", "target_text"), True),
    _Names(
        "source_target",
        ("document", "article", "dialogue", "text", "content", "report"),
        (),
        ("summary", "highlights", "tldr", "摘要"),
        True,
    ),
    _Names("prompt_completion", ("prompt", "query"), (), ("output", "answer", "response", "target"), False),
    _Names("prompt_completion", ("question", "问题"), ("context",), ("answer", "response", "answers", "答案"), False),
    _Names("prompt_completion", ("input", "inputs", "输入"), (), ("output", "outputs", "targets", "输出"), False),
    _Names("source_target", ("source", "text"), (), ("target",), False),
)
_CHATS = ("messages", "conversations", "conversation", "chat", "dialogue", "dialog")
_ANSWERS = ("answers", "answer", "answer_text")


def form_of(path: str) -> Kind:
    """Which kind of rows a file or folder holds, told from its column names and its first 100 rows.

    Raises:
        InputError: the data cannot be read.
    """
    rows = first_rows(Path(path), LOOK)
    if is_spans(rows):
        return "spans"
    names = _names(rows)
    if _chat(rows) or _named(names, rows) or _by_language(names, rows):
        return "pairs"
    labelled = any(name in LABEL_NAMES for name in names) or any(_like_labels(rows, names[name]) for name in names)
    return "pairs" if not labelled and _text_column(names) else "labelled"


def shape_of(rows: Sequence[Row], where: str) -> Shape:
    """Which columns make a pair.

    Args:
        rows: the first rows.
        where: what the user named.

    Raises:
        InputError: no columns that can be source and target, and no text.
    """
    names = _names(rows)
    found = _chat(rows) or _named(names, rows) or _by_language(names, rows)
    if found is None and (text := _text_column(names)):
        found = Shape("text", (), text)
    if found is None:
        raise InputError(
            f"no source and target can be told among the columns {', '.join(names.values()) or '(none)'}",
            where=where,
            next_step="call them messages, prompt and completion, source and target, or text",
        )
    return found


def is_spans(rows: Sequence[Row]) -> bool:
    """Whether rows are questions whose answers state where they begin: SQuAD's articles, or one question a row."""
    names = _names(rows)
    if "paragraphs" in names:
        return True
    if not {"question", "context"} <= set(names):
        return False
    if "answer_start" in names:
        return True
    answers = [nested(row.get(names[name])) for row in rows for name in _ANSWERS if name in names]
    return any("answer_start" in one for value in answers for one in _objects(value))


def _objects(value: Any) -> Iterable[dict[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return (one for one in items if isinstance(one, dict))


def _names(rows: Sequence[Row]) -> dict[str, str]:
    """Lower-case name to name, in order."""
    return {name.strip().lower(): name for row in rows for name in row}


def _chat(rows: Sequence[Row]) -> Shape | None:
    """Columns of turns, under their usual names first."""
    names = _names(rows)
    chats = {key: name for key, name in names.items() if any(turns_of(row.get(name)) for row in rows[:10])}
    if "prompt" in chats and (answer := chats.get("completion") or chats.get("chosen")):
        return Shape("messages", (chats["prompt"], answer))
    usual = [chats[key] for key in (*_CHATS, "chosen") if key in chats] or list(chats.values())
    return Shape("messages", (usual[0],)) if usual else None


def _named(names: dict[str, str], rows: Sequence[Row]) -> Shape | None:
    """Columns that carry usual names; a target that looks like labels counts only under names that are sure."""
    for one in _NAMES:
        source = next((names[name] for name in one.source if name in names), None)
        target = next((names[name] for name in one.target if name in names), None)
        if source is None or target is None or (not one.sure and _like_labels(rows, target)):
            continue
        before = tuple(names[name] for name in ("system",) if name in names)
        more = tuple(names[name] for name in one.more if name in names)
        return Shape(one.form, (*before, source, *more), target)
    return None


def _by_language(names: dict[str, str], rows: Sequence[Row]) -> Shape | None:
    """A column of objects from language to text, or a column for each of two languages."""
    if "translation" in names:
        column = names["translation"]
        keys = next((list(one) for row in rows for one in _objects(nested(row.get(column))) if len(one) == 2), None)
        return Shape("source_target", (column,), keys=(keys[0], keys[1])) if keys else None
    codes = [name for key, name in names.items() if key.replace("-", "_").partition("_")[0] in LANGUAGES]
    if len(codes) == 2 and not any(_like_labels(rows, name) for name in codes):
        return Shape("source_target", (codes[0],), codes[1])
    return None


def _like_labels(rows: Sequence[Row], column: str) -> bool:
    """Whether values are short and return: at most 60 letters, at most 7 different ones on 10 rows.

    The first 100 rows of Banking77 in random order hold about 55 of its 77 labels.
    """
    values = [str(row[column]) for row in rows if row.get(column) not in (None, "")]
    if len(values) < 2 or max(map(len, values)) > 60:
        return False
    return len(set(values)) <= max(1, 0.7 * len(values))


def _text_column(names: dict[str, str]) -> str | None:
    """A column that is called like a text, or the only one."""
    only = next(iter(names.values())) if len(names) == 1 else None
    return next((names[name] for name in TEXT_NAMES if name in names), only)
