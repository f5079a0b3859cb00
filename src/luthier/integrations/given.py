"""What whole data sets hold before a batch is made of them: labels, lengths, and columns that nobody gets to see."""

import ast
import inspect
import random
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from luthier.facts.census import BatchCensus, LabelColumn
from luthier.integrations import loading
from luthier.integrations.kinds import IGNORED
from luthier.integrations.opened import Opened, base_of, columns_of
from luthier.integrations.scoring import scoring_of

MOST_ROWS = 100_000
"""Rows of each data set whose labels are read; that takes under a second."""
LABELS = ("labels", "label", "label_ids")
_LIBRARIES = frozenset({"transformers", "trl", "torch", "peft", "datasets", "accelerate"})


def with_given(census: BatchCensus, opened: Opened) -> BatchCensus:
    """The census, and what the whole data sets add to it."""
    labels = labels_of(opened.rows)
    return replace(
        census,
        in_order=loading.in_order(opened.loader()) if opened.loader is not None else None,
        row_tokens=loading.row_tokens(opened.prepare()[0]),
        evaluated_on=str(getattr(opened.evaluation, "split", None) or ""),
        scoring=scoring_of(opened, census.kind, census.outputs, census.rows),
        given=label_column(opened, labels, tags=census.kind == "tags") if labels is not None else None,
        label_runs=label_runs(labels) if labels is not None and census.kind == "classes" else None,
        unread_columns=unread(opened),
        repeats={name: repeats(texts) for name, texts in _texts(opened)[:2]} if opened.losses else {},
        own_loss=any(map(_is_own, _losses(opened))),
    )


def _losses(opened: Opened) -> tuple[Any, ...]:
    """What may compute the loss, the model last."""
    forward = getattr(type(base_of(opened.model)), "forward", None)
    return opened.code.get("compute_loss"), opened.code.get("compute_loss_func"), forward


def label_column(opened: Opened, train: list[Any], *, tags: bool = False) -> LabelColumn:
    """What the labels of all rows say.

    Args:
        opened: what is about to be trained.
        train: labels of its training rows.
        tags: whether labels are tags, so that a list of them is no list of truth values.
    """
    several = None if tags else _several(train)
    counted = not train or several is None
    return LabelColumn(
        train=_counted(train) if counted else {},
        evaluation=_counted(labels_of(opened.evaluation) or []) if counted else {},
        names=class_names(opened.rows, tags=tags),
        several=several,
        rows=len(train),
    )


def label_runs(labels: list[Any]) -> int | None:
    """Runs of equal labels in their order; None where labels are not single whole numbers, or there are none."""
    if not labels or not all(isinstance(one, int) for one in labels):
        return None
    return 1 + sum(int(one != other) for one, other in pairwise(labels))


def labels_of(rows: Any) -> list[Any] | None:
    """Labels of all rows, of more than `MOST_ROWS` of that many drawn by chance; None where there is no label column,
    or rows are made only when they are asked for.
    """
    name = next((name for name in LABELS if name in columns_of(rows)), None)
    return _column(rows, name) if name is not None else None


def _column(rows: Any, name: str) -> list[Any] | None:
    """A column, of rows drawn by chance in their order; None where rows are made only when they are asked for."""
    if hasattr(rows, "with_format") and hasattr(rows, "__len__"):
        plain = rows.select_columns([name]).with_format(None)
        drawn = plain.select(_drawn(len(plain))) if len(plain) > MOST_ROWS else plain
        return list(drawn[name][:])  # all at once: a column that is iterated reads its rows one by one
    return [rows[place].get(name) for place in _drawn(len(rows))] if isinstance(rows, list) else None


def _drawn(count: int) -> list[int]:
    """Places of rows; a fixed distance between them would be blind to classes that take turns."""
    return sorted(random.Random(0).sample(range(count), min(count, MOST_ROWS)))


def _counted(labels: Iterable[Any]) -> dict[int, int]:
    """Whole numbers, in order; empty where another value is among them."""
    flat = list(_flat(labels))
    if any(isinstance(one, bool) or not isinstance(one, int | float) or one != one // 1 for one in flat):
        return {}
    counts = Counter(int(one) for one in flat if one != IGNORED)
    return dict(sorted(counts.items()))


def _flat(labels: Iterable[Any]) -> Iterator[Any]:
    for one in labels:
        if isinstance(one, Sequence) and not isinstance(one, str):
            yield from one
        else:
            yield one


def _several(labels: Sequence[Any]) -> int | None:
    """Rows of which not exactly one class is true; None where labels are not one truth value per class."""
    widths = {len(one) if isinstance(one, list | tuple) else 0 for one in labels}
    if len(widths) != 1 or widths & {0, 1} or not all(value in (0, 1) for one in labels for value in one):
        return None
    return sum(int(sum(one) != 1) for one in labels)


def class_names(rows: Any, *, tags: bool = False) -> tuple[str, ...]:
    """Names of class ids by the features of the label column; of tags, by the one column that lists named classes."""
    features = getattr(rows, "features", None)
    if not isinstance(features, Mapping):
        return ()
    for name in LABELS:
        if names := _named(features.get(name)):
            return names
    found = {name: names for name, feature in features.items() if (names := _named(feature))} if tags else {}
    return next(iter(found.values())) if len(found) == 1 else ()


def _texts(opened: Opened) -> list[tuple[str, list[str]]]:
    """Columns that hold a text in each row, in order."""
    columns = ((name, _column(opened.rows, name) or []) for name in opened.columns if name not in LABELS)
    return [(name, values) for name, values in columns if values and all(isinstance(one, str) for one in values)]


def repeats(texts: Iterable[str]) -> dict[int, int]:
    """Times that a text stands here to the number of such texts."""
    return dict(sorted(Counter(Counter(texts).values()).items()))


def _named(feature: Any) -> tuple[str, ...]:
    names = getattr(getattr(feature, "feature", feature), "names", None)
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


def unread(opened: Opened) -> dict[str, str]:
    """Columns that Trainer takes out and that code of the user reads by name, to who reads them."""
    with_all = set(opened.columns)
    rows, collate = opened.prepare()
    kept = set(getattr(collate, "signature_columns", None) or columns_of(rows))
    taken = with_all - kept if kept & with_all else set()
    readers = {who: _read_by(code) for who, code in opened.code.items() if taken and _is_own(code)}
    return {name: who for name in sorted(taken) for who, names in readers.items() if name in names}


def _is_own(code: Any) -> bool:
    home = getattr(code, "__module__", None) or type(code).__module__
    return code is not None and str(home).partition(".")[0] not in _LIBRARIES


def _read_by(code: Any) -> set[str]:
    """Names that are read out of something by subscript, `get` or `pop`; empty where there is no source."""
    inner = code if inspect.isroutine(code) else type(code)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inner)))
    except (OSError, TypeError, SyntaxError):
        return set()
    unused = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {name for node in ast.walk(tree) if id(node) not in unused and (name := _read_name(node))}


def _read_name(node: ast.AST) -> str:
    """The name in `x["name"]`, `x.get("name")` or `x.pop("name")`, where its value is used."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        return _text(node.slice)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop"):
        return _text(node.args[0]) if node.args else ""
    return ""


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
