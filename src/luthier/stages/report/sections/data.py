"""What the data is like."""

from luthier.facts.data import Column, DataFacts, Overlap
from luthier.facts.finding import Number
from luthier.facts.report import Report
from luthier.stages.report.blocks import Block, Cell, Pair, Pairs, Section, Table, texts
from luthier.stages.report.foreign import percent, shown
from luthier.stages.report.words import say

MOST_CLASSES = 40
MOST_COLUMNS = 30


def data(report: Report) -> Section | None:
    """Rows, classes, duplicates, lengths and what cleaning did."""
    facts = report.evidence.data
    if facts is None:
        return None
    blocks: list[Block] = [_classes(facts), Pairs(tuple(_splits(facts) + _quality(facts) + _lengths(facts)))]
    if cleaning := _cleaning(facts):
        blocks.append(Pairs(tuple(cleaning)))
    if facts.columns:
        blocks.append(Pairs(tuple(_column(column) for column in facts.columns[:MOST_COLUMNS])))
    return Section("data", say("section.data"), tuple(blocks))


def _classes(facts: DataFacts) -> Table:
    splits = list(facts.rows)
    names = sorted(facts.classes, key=lambda name: -facts.class_counts.get("train", {}).get(name, 0))
    caption = say("data.caption")
    if len(names) > MOST_CLASSES:
        caption = say("data.caption_most", {"shown": MOST_CLASSES, "total": len(names)})
    rows = [_class_row(facts, splits, name) for name in names[:MOST_CLASSES]]
    total = (Cell(say("data.rows"), strong=True), *(Cell(f"{facts.rows[split]:,}", strong=True) for split in splits))
    return Table(texts(say("data.class"), *splits), (*rows, total), "l" + "r" * len(splits), caption)


def _class_row(facts: DataFacts, splits: list[str], name: str) -> tuple[Cell, ...]:
    cells = [Cell(shown(name, 60))]
    for split in splits:
        count = facts.class_counts.get(split, {}).get(name, 0)
        total = facts.rows[split]
        cells.append(Cell(f"{count:,}", percent(count / total) if total else ""))
    return tuple(cells)


def _splits(facts: DataFacts) -> list[Pair]:
    return [
        Pair(say("data.source"), shown(facts.path)),
        Pair(say("data.splits"), say(f"data.{facts.split_origin}")),
    ]


def _quality(facts: DataFacts) -> list[Pair]:
    note = say("data.ceiling_note", {"rows": facts.conflict_rows}) if facts.conflict_rows else ""
    pairs = [Pair(say("data.ceiling"), f"{facts.accuracy_ceiling:.4f}", note)]
    pairs += [
        Pair(say("data.duplicates", {"split": split}), f"{rows:,}") for split, rows in facts.exact_duplicates.items()
    ]
    pairs += [_overlap("data.overlap", one) for one in facts.overlaps]
    if facts.near_overlaps is None:
        near = say("data.near_overlap", {"split": "test", "other": "train"})
        return [*pairs, Pair(near, say("data.not_looked"))]
    return pairs + [_overlap("data.near_overlap", one) for one in facts.near_overlaps]


def _overlap(key: str, one: Overlap) -> Pair:
    return Pair(say(key, {"split": one.split, "other": one.other}), f"{one.rows:,}", percent(one.share))


def _lengths(facts: DataFacts) -> list[Pair]:
    pairs = []
    for split, one in facts.lengths.items():
        quantiles: dict[str, Number] = {"median": one.quantiles.get(50, 0), "most": one.quantiles.get(95, 0)}
        value = say("data.lengths_value", quantiles | {"longest": one.quantiles.get(100, 0)})
        cut: dict[str, Number] = {
            "cut": one.rows_cut,
            "max_tokens": one.max_tokens,
            "lost": percent(one.tokens_lost_share),
        }
        pairs.append(Pair(say("data.lengths", {"split": split}), value, say("data.lengths_note", cut)))
    return pairs


def _cleaning(facts: DataFacts) -> list[Pair]:
    """What cleaning changed and dropped, and what fixes took out where the user allowed it."""
    repaired = [
        Pair(say("data.repaired", {"split": one.split}), f"{one.before - one.after:,}", one.failure)
        for one in facts.repairs
    ]
    dropped = facts.cleaning.dropped.items()
    changed = facts.cleaning.changed.items()
    return (
        [Pair(say("data.dropped", {"reason": shown(reason)}), f"{rows:,}") for reason, rows in dropped]
        + [Pair(say("data.changed", {"step": shown(step)}), f"{rows:,}") for step, rows in changed]
        + repaired
    )


def _column(column: Column) -> Pair:
    numbers = {"kind": column.kind, "distinct": column.distinct, "missing": column.missing}
    note = say("data.used_as", {"role": column.used_as}) if column.used_as else ""
    return Pair(say("data.column", {"name": shown(column.name, 60)}), say("data.column_value", numbers), note)
