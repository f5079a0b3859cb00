"""The front door of this stage: read labelled text from wherever it is, with its columns found and its texts cleaned.

`read_rows` reads, `split.make_splits` splits, `profile.profile` measures, `store` keeps.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from luthier.errors import InputError
from luthier.facts.data import Cleaning
from luthier.facts.places import RowPlace
from luthier.stages.data import clean, columns, labels
from luthier.stages.data.columns import SPLIT_NAMES, Columns, Wish
from luthier.stages.data.formats._contract import UNSPLIT, Raw, read_path
from luthier.stages.data.formats._split_names import split_named

STEPS = ("encoding", "html", "control", "space")
"""Cleaning that runs unless the plan says otherwise."""


FIND = Wish()
"""No column is named: all are found."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read.

    Attributes:
        path: what the user named.
        parts: "train", "validation" and "test" as far as given, or "" alone for data without splits. Columns as in
            `facts/rows.py`: `row`, `line`, `file`, `text`, `label` (unless none was asked for), "extra:" + other names.
        columns: which columns were taken, and how they were found.
        classes: class names in their fixed order; empty without labels.
        label_variants: class name to the spellings folded into it.
        cleaning: what was changed and dropped.
        notices: what the user should be told, as full sentences or clauses that name the file.
    """

    path: str
    parts: dict[str, pa.Table]
    columns: Columns
    classes: tuple[str, ...]
    label_variants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cleaning: Cleaning = field(default_factory=Cleaning)
    notices: tuple[str, ...] = ()


def read_rows(path: str, wish: Wish = FIND, *, steps: tuple[str, ...] = STEPS, need_label: bool = True) -> Read:
    """Read, find the columns, clean, fold labels, and drop rows without text or label.

    A file in one piece with a column called split, partition, subset or set that names a split in every row is taken
    apart by it.

    Args:
        path: file, folder or hub id.
        wish: column names that the user gave.
        steps: names of cleaning steps, in order; see `clean.STEPS`.
        need_label: False to read texts that are only to be predicted. Then no row is dropped.

    Raises:
        InputError: the data cannot be read, a column cannot be told, no row is left, or there is only one class.
        PlanError: a cleaning step is unknown.
    """
    raw = split_by_column(read_path(Path(path)), path)
    first = next(iter(raw.parts.values())) if len(raw.parts) == 1 else _overview(raw)
    chosen = columns.find(first, wish, where=path, need_label=need_label)
    parts = {name: _renamed(table, chosen, path, name) for name, table in raw.parts.items()}
    parts, changed = _cleaned(parts, steps)
    read = Read(path, parts, chosen, (), {}, Cleaning(changed), raw.notices)
    return _labelled(read, raw) if need_label else read


def split_by_column(raw: Raw, path: str) -> Raw:
    """Data in one piece with a column that names the split of every row become parts."""
    if UNSPLIT not in raw.parts:
        return raw
    table = raw.parts[UNSPLIT]
    for name in SPLIT_NAMES:
        if f"extra:{name}" not in table.column_names:
            continue
        column = table[f"extra:{name}"]
        meant = {value: split_named(value) if value else None for value in pc.unique(column).to_pylist()}
        if None not in meant.values() and "train" in meant.values():
            spellings = {split: [value for value in meant if meant[value] == split] for split in set(meant.values())}
            ordered = [split for split in ("train", "validation", "test") if split in spellings]
            parts: dict[str, pa.Table] = {
                split: table.filter(pc.is_in(column, value_set=pa.array(spellings[split]))) for split in ordered
            }
            return replace(raw, parts=parts, notices=(*raw.notices, f"{path}: the column '{name}' gives the splits"))
    return raw


def _overview(raw: Raw) -> pa.Table:
    """All parts under each other, for a look at the columns that they share."""
    return pa.concat_tables(list(raw.parts.values()), promote_options="default")


def _renamed(table: pa.Table, chosen: Columns, path: str, part: str) -> pa.Table:
    new = {f"extra:{chosen.text}": "text"}
    if chosen.label is not None:
        new[f"extra:{chosen.label}"] = "label"
    missing = [old.removeprefix("extra:") for old in new if old not in table.column_names]
    if missing:
        raise InputError(
            f"the {part} part has no column '{missing[0]}'", where=path, next_step="give all parts the same columns"
        )
    return table.rename_columns([new.get(name, name) for name in table.column_names])


def _cleaned(parts: dict[str, pa.Table], steps: tuple[str, ...]) -> tuple[dict[str, pa.Table], dict[str, int]]:
    total = dict.fromkeys(steps, 0)
    result = {}
    for name, table in parts.items():
        texts, changed = clean.clean_texts(table["text"], steps)
        result[name] = table.set_column(table.column_names.index("text"), "text", texts)
        total = {step: total[step] + changed[step] for step in steps}
    return result, total


def _labelled(read: Read, raw: Raw) -> Read:
    declared = raw.class_names.get(read.columns.label or "", ())
    fold = labels.folding((table["label"] for table in read.parts.values()), declared)
    parts = {name: _with_label(table, labels.folded(table["label"], fold)) for name, table in read.parts.items()}
    notices = list(read.notices)
    for name, table in read.parts.items():
        if name != UNSPLIT and parts[name]["label"].null_count == table.num_rows:
            notices.append(f"{read.path}: the {name} part has no labels and is not used")
            del parts[name]
    if not any(table.num_rows > table["label"].null_count for table in parts.values()):
        rows = sum(table.num_rows for table in read.parts.values())
        raise InputError(
            f"the label column '{read.columns.label}' is empty in all {rows} rows",
            where=read.path,
            next_step="name the column that holds the labels: --label COLUMN",
        )
    parts, cleaning = _dropped(parts, read.cleaning)
    _refuse_unlearnable(read, parts, fold.classes)
    found = tuple(notices)
    return replace(
        read, parts=parts, classes=fold.classes, label_variants=fold.variants, cleaning=cleaning, notices=found
    )


def _with_label(table: pa.Table, label: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index("label"), "label", label)


def _dropped(parts: dict[str, pa.Table], cleaning: Cleaning) -> tuple[dict[str, pa.Table], Cleaning]:
    counts: dict[str, int] = {}
    places: dict[str, tuple[RowPlace, ...]] = {}
    kept = {}
    for name, table in parts.items():
        empty = pc.fill_null(pc.equal(table["text"], ""), True)
        unlabelled = pc.and_(pc.is_null(table["label"]), pc.invert(empty))
        for reason, mask in (("empty text", empty), ("no label", unlabelled)):
            count = pc.sum(mask).as_py() or 0
            if count:
                counts[reason] = counts.get(reason, 0) + count
                places[reason] = (*places.get(reason, ()), *places_of(table.filter(mask).slice(0, 5)))[:5]
        kept[name] = table.filter(pc.invert(pc.or_(empty, unlabelled)))
    return kept, replace(cleaning, dropped=counts, examples=places)


def places_of(table: pa.Table) -> tuple[RowPlace, ...]:
    """Place of each row of a (short) table."""
    found = table.select(["file", "line", "row"]).to_pylist()
    return tuple(RowPlace(one["file"], one["line"], one["row"]) for one in found)


def _refuse_unlearnable(read: Read, parts: dict[str, pa.Table], classes: tuple[str, ...]) -> None:
    rows = sum(table.num_rows for table in parts.values())
    if not rows:
        raise InputError(
            f"no row has both a text in '{read.columns.text}' and a label in '{read.columns.label}'",
            where=read.path,
            next_step="name the columns: --text COLUMN --label COLUMN",
        )
    present = {name for table in parts.values() for name in pc.unique(table["label"]).to_pylist()}
    if len(present) < 2:
        raise InputError(
            f"all {rows} rows have the label '{classes[0]}'; there is nothing to learn",
            where=f"{read.path}, column '{read.columns.label}'",
            next_step="add rows of other classes, or name another column: --label COLUMN",
        )
    if rows < 2 * len(present):
        texts = {text for table in parts.values() for text in pc.unique(table["text"]).to_pylist()}
        swapped = f"the two columns look swapped: --text {read.columns.label} --label {read.columns.text}"
        rare = "join or drop rare classes, or name another column: --label COLUMN"
        raise InputError(
            f"{len(present)} classes on {rows} rows: fewer than two rows a class are too few to learn and test",
            where=f"{read.path}, column '{read.columns.label}'",
            next_step=swapped if len(texts) < len(present) else rare,
        )
