"""A Hugging Face dataset on disk: what `save_to_disk` writes, or a snapshot of a hub repository."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from luthier.errors import InputError
from luthier.stages.data.formats._arrow import read_arrow
from luthier.stages.data.formats._contract import UNSPLIT, Raw, read_path
from luthier.stages.data.formats._folder import data_files, is_hugging_face
from luthier.stages.data.formats._json_lines import parsed
from luthier.stages.data.formats._split_names import split_named
from luthier.stages.data.formats._table import as_strings, class_names, joined, placed
from luthier.stages.data.formats._text import unpacked

SAYS = "a Hugging Face dataset folder (save_to_disk, or a snapshot)"


def recognises(path: Path) -> bool:
    """Whether `datasets` or the hub wrote this folder."""
    return path.is_dir() and is_hugging_face(path)


def read(path: Path) -> Raw:
    """Read a saved dataset, a dictionary of datasets, or a snapshot; no script in it is run.

    Raises:
        InputError: a part is missing or damaged, or several configurations lie side by side.
    """
    if (path / "dataset_dict.json").is_file():
        names = _json(path / "dataset_dict.json").get("splits", [])
        return _of_splits({str(name): _saved(path / str(name)) for name in names}, path)
    if (path / "state.json").is_file():
        return _saved(path)
    return _snapshot(path)


def _saved(path: Path) -> Raw:
    info, state = _json(path / "dataset_info.json"), _json(path / "state.json")
    names = class_names(info.get("features"))
    files = [
        path / Path(str(one.get("filename"))).name for one in state.get("_data_files", []) if isinstance(one, dict)
    ]
    if not files:
        raise InputError("state.json names no data files", where=str(path), next_step="save the dataset again")
    table = pa.concat_tables([read_arrow(one) for one in files])
    return Raw({UNSPLIT: placed(as_strings(table, names, str(path)), str(path))}, class_names=names)


def _snapshot(path: Path) -> Raw:
    files = data_files(path)
    if not files:
        raise InputError("no data files in this folder", where=str(path), next_step="give a folder with Parquet or CSV")
    folders = sorted({one.parent for one in files if split_named(one.name)})
    if len(folders) > 1 and len({split_named(one.name) for one in folders} - {None}) < len(folders):
        shown = ", ".join(one.relative_to(path).as_posix() for one in folders[:5])
        raise InputError(
            f"several configurations lie here: {shown}",
            where=str(path),
            next_step=f"choose one, such as {folders[0]}",
        )
    by_split: dict[str, list[Raw]] = {}
    for one in files:
        split = split_named(one.name) or split_named(one.parent.name) or UNSPLIT
        by_split.setdefault(split, []).append(read_path(one))
    return _of_splits({split: _one(raws) for split, raws in by_split.items()}, path)


def _one(raws: list[Raw]) -> Raw:
    names = {name: found for raw in raws for name, found in raw.class_names.items()}
    table = joined([table for raw in raws for table in raw.parts.values()])
    return Raw({UNSPLIT: table}, names, tuple(notice for raw in raws for notice in raw.notices))


def _of_splits(raws: dict[str, Raw], path: Path) -> Raw:
    """Splits under their standard names; others, such as `unsupervised`, are passed over with a notice."""
    notices = [notice for raw in raws.values() for notice in raw.notices]
    parts: dict[str, pa.Table] = {}
    for name, raw in raws.items():
        split = split_named(name)
        if split is None and len(raws) > 1:
            notices.append(f"{path}: '{name or 'files without a split'}' is not used; it is no split")
        else:
            parts[split or UNSPLIT] = raw.parts[UNSPLIT]
    if not parts:
        raise InputError("no split is called train", where=str(path), next_step="save it with a split called train")
    class_names_ = {name: found for raw in raws.values() for name, found in raw.class_names.items()}
    return Raw(parts, class_names_, tuple(notices))


def _json(path: Path) -> dict[str, Any]:
    value = parsed(unpacked(path), str(path))
    if not isinstance(value, dict):
        raise InputError("not the file that `datasets` writes", where=str(path), next_step="save the dataset again")
    return value
