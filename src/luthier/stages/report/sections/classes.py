"""Scores of each class and what is taken for what."""

from luthier.facts.evaluation import Evaluation
from luthier.facts.report import Report
from luthier.stages.report.blocks import Block, Cell, Section, Table, texts
from luthier.stages.report.foreign import clipped, percent, shown
from luthier.stages.report.words import say

MOST_CLASSES = 40
MOST_IN_MATRIX = 20
MOST_PAIRS = 12
MOST_COLUMNS_OF_A_NAME = 18


def classes(report: Report) -> Section | None:
    """Per-class scores on the test split."""
    test = report.evidence.test
    if test is None or not test.model.per_class:
        return None
    model = test.model
    names = [shown(name, 60) for name in model.per_class]
    blocks: list[Block] = [_table(model)]
    if model.confusion and len(names) <= MOST_IN_MATRIX:
        blocks.append(_matrix(model, names))
    if model.confusion and len(names) > 2 and (pairs := _pairs(model, names)).rows:
        blocks.append(pairs)
    return Section("classes", say("section.classes"), tuple(blocks))


def _table(model: Evaluation) -> Table:
    head = texts(*(say(f"classes.{name}") for name in ("class", "rows", "precision", "recall", "f1", "predicted")))
    ordered = list(model.per_class.items())
    caption = say("classes.caption")
    if len(ordered) > MOST_CLASSES:
        ordered = sorted(ordered, key=lambda item: item[1].f1)[:MOST_CLASSES]
        caption = say("classes.caption_worst", {"shown": MOST_CLASSES, "total": len(model.per_class)})
    rows = tuple(
        texts(
            shown(name, 60),
            f"{one.support:,}",
            f"{one.precision:.3f}",
            f"{one.recall:.3f}",
            f"{one.f1:.3f}",
            percent(model.predicted_share.get(name, 0.0)),
        )
        for name, one in ordered
    )
    return Table(head, rows, "lrrrrr", caption)


def _matrix(model: Evaluation, names: list[str]) -> Table:
    """Counts, shaded by their share of the gold class."""
    short = [clipped(name, MOST_COLUMNS_OF_A_NAME) for name in names]
    head = (Cell(say("classes.gold")), *texts(*short))
    rows = []
    for gold, (name, counts) in enumerate(zip(short, model.confusion, strict=True)):
        total = sum(counts)
        cells = (
            Cell(f"{count:,}", heat=count / total if total else 0.0, strong=gold == predicted)
            for predicted, count in enumerate(counts)
        )
        rows.append((Cell(name), *cells))
    return Table(head, tuple(rows), "l" + "r" * len(names), say("classes.confusion"), compact=True)


def _pairs(model: Evaluation, names: list[str]) -> Table:
    wrong = [
        (count, gold, predicted)
        for gold, counts in enumerate(model.confusion)
        for predicted, count in enumerate(counts)
        if gold != predicted and count
    ]
    wrong.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    head = texts(*(say(f"classes.{name}") for name in ("class", "taken_for", "rows", "share")))
    rows = tuple(
        texts(names[gold], names[predicted], f"{count:,}", percent(count / sum(model.confusion[gold])))
        for count, gold, predicted in wrong[:MOST_PAIRS]
    )
    return Table(head, rows, "llrr", say("classes.pairs"), compact=True)
