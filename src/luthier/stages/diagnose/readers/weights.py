"""The tensors of a saved model: which there are, and whether their values are finite, zero, or those of the base."""

import math
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from luthier.errors import RunError
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.config import LARGEST, model_folder
from luthier.stages.diagnose.readers.heads import (
    embedding_name,
    embedding_rows,
    expected_head,
    is_head,
    language_head_name,
)
from luthier.stages.diagnose.readers.tensors import LONGEST_HEADER, Tensor, read_header
from luthier.stages.diagnose.readers.values import FLOATS, Look, equal, look

PART = "weights"
SINGLE, INDEX = "model.safetensors", "model.safetensors.index.json"
MOST_BYTES = 2 * 2**30
"""Bytes of values that are read of one model; of a larger one evenly spread blocks are. About two seconds."""
_SHARD = re.compile(r"model[^/]*\.safetensors")
_PICKLES = re.compile(r"(pytorch_model|model)[^/]*\.(bin|pt|pth|pkl|ckpt)")
_PLAIN = re.compile(r"bias|norm|(^|\.)ln_|gamma|beta|lambda|scale|token_type_embeddings|position_ids|inv_freq", re.I)
"""Names of tensors that healthy models leave at zero or at one: biases, norms, layer scales, and the token types of
RoBERTa, which its conversion filled with zeros because it has none."""


@dataclass(slots=True)
class Found:
    """The safetensors files of one model.

    Attributes:
        tensors: name to place.
        files: files that could be read.
        absent: tensor that an index names to the file that is not there.
        injuries: file to what is wrong with it.
    """

    tensors: dict[str, Tensor] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    injuries: dict[str, str] = field(default_factory=dict)


class Names:
    """Names of a base model's tensors, found also where one side has a prefix more ("bert.encoder…", "encoder…").

    Args:
        names: the base's.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._full: dict[str, str] = {}
        self._short: dict[str, str | None] = {}
        for name in names:
            now = _current(name)
            self._full[now] = name
            short = now.partition(".")[2]
            self._short[short] = None if short in self._short else name

    def find(self, name: str) -> str | None:
        """The base's name of a tensor; None where it has none, or several that could be meant."""
        now = _current(name)
        short = now.partition(".")[2]
        if "." not in short:
            return self._full.get(now)
        return self._full.get(now) or self._short.get(now) or self._full.get(short)


def read(home: Home, folder: str | None, saved: SavedConfig | None, base: Path | None = None) -> WeightFacts | None:
    """What the saved weights hold; None where there are no safetensors weights, and the diary says what is there.

    Args:
        home: what the user named.
        folder: where the model stands.
        saved: its configs.
        base: folder of the model that was fine-tuned, where it is at hand.

    Raises:
        RunError: the base is no folder.
    """
    if folder is None:
        return None
    found = find(home, folder)
    if not found.tensors and not found.absent:
        _note_pickles(home, folder)
        return None
    bases = _base_tensors(home, base)
    shapes = {name: tensor.shape for name, tensor in found.tensors.items()}
    tied = saved.model.get("tie_word_embeddings") if saved else None
    looks, share, pairs = _looks(home, found, bases)
    judged = {name: one for name, one in looks.items() if not _PLAIN.search(name) and found.tensors[name].elements > 1}
    return WeightFacts(
        files=tuple(found.files),
        tensors=shapes,
        types=_types(found.tensors.values()),
        not_finite=tuple(name for name, one in looks.items() if not one.finite),
        empty=(*(n for n, t in found.tensors.items() if not t.elements or not t.whole), *found.absent),
        zero=tuple(name for name, one in judged.items() if one.zero),
        constant=tuple(name for name, one in judged.items() if one.constant and not one.zero),
        unchanged=tuple(name for name, one in looks.items() if one.same) if bases else None,
        compared=len(pairs),
        head=tuple(name for name in shapes if is_head(name)),
        expected_head=expected_head(saved.architecture, tied if isinstance(tied, bool) else None) if saved else "",
        embedding_rows=embedding_rows(shapes),
        head_differs=_head_differs(home, found, share),
        sampled=share,
        fresh_head=_all_zero([one for name, one in looks.items() if is_head(name) and name.endswith("bias")]),
        moved=_moved(looks, shapes),
    )


def _all_zero(biases: Sequence[Look]) -> bool | None:
    return all(one.zero for one in biases) if biases else None


def _moved(looks: dict[str, Look], shapes: dict[str, tuple[int, ...]]) -> float | None:
    """Median distance of the body's matrices from the base's. Embeddings are left out: rows of words that the data does
    not have stay where they are.
    """
    distances = [
        one.apart
        for name, one in looks.items()
        if one.apart is not None and len(shapes[name]) > 1 and "embed" not in name and not is_head(name)
    ]
    finite = [one for one in distances if math.isfinite(one)]
    return statistics.median(finite) if finite else None


def find(home: Home, folder: str) -> Found:
    """The safetensors files of the model in a folder, with their headers read. The diary has what is wrong."""
    files, absent = _files(home, folder)
    return open_files(home, files, absent)


def open_files(home: Home, files: Sequence[str], absent: dict[str, str], part: str = PART) -> Found:
    """Read the headers of safetensors files. The diary has what is wrong with them."""
    found, budget = Found(absent=absent), LONGEST_HEADER
    for name in files:
        try:
            header = read_header(home.path / name)
        except RunError as error:
            found.injuries[name] = error.what
            home.note(name, part, error.what)
            continue
        budget -= header.header
        if budget < 0:
            home.note(name, part, f"more than {LONGEST_HEADER:,} bytes of headers; the rest was not looked at")
            break
        found.tensors |= header.tensors
        found.files.append(name)
        if header.cut:
            found.injuries[name] = f"cut: {header.cut}"
        home.note(name, part, found.injuries.get(name, ""))
    return found


def _files(home: Home, folder: str) -> tuple[list[str], dict[str, str]]:
    """The files to read, and the tensors whose file is not there. A single file goes before an index, as in loading."""
    if single := home.named(SINGLE, below=folder):
        return single, {}
    prefix = f"{folder}/" if folder else ""
    index = f"{prefix}{INDEX}"
    there = [name for name in home.below(folder) if _SHARD.fullmatch(name)]
    content = home.json(INDEX, PART, 4 * LARGEST, below=folder)
    listed = content.get("weight_map") if content is not None else None
    if not isinstance(listed, dict):
        if content is not None:
            home.note(index, PART, "has no weight_map")
        return [f"{prefix}{name}" for name in there], {}
    places = {str(name): str(file) for name, file in listed.items()}
    named = set(places.values())
    outside = sorted(name for name in named if not _SHARD.fullmatch(name))
    if outside:
        home.note(index, PART, f"names {outside[0][:80]!r} as weights; only safetensors files beside it are read")
    gone = named.difference(there)
    absent = {name: f"{prefix}{file}" for name, file in places.items() if file in gone}
    return [f"{prefix}{name}" for name in there if name in named], absent


def _looks(home: Home, found: Found, base: dict[str, Tensor] | None) -> tuple[dict[str, Look], float, list[str]]:
    """A look at every tensor that can be judged, the share of elements read, and the tensors that the base has too."""
    whole = {n: t for n, t in found.tensors.items() if t.kind in FLOATS and t.elements and t.whole}
    stated = sum(tensor.bytes for tensor in whole.values())
    share = min(1.0, MOST_BYTES / stated) if stated else 1.0
    names = Names(base or {})
    looks, pairs, read_of = {}, [], 0
    for name, tensor in whole.items():
        twin = (base or {}).get(names.find(name) or "")
        if twin is not None and (twin.shape != tensor.shape or twin.kind not in FLOATS or not twin.whole):
            twin = None
        try:
            looks[name] = look(tensor, twin, share)
        except RunError as error:
            home.note(tensor.path.name, PART, error.what)
            continue
        pairs += [name] if twin is not None else []
        read_of += tensor.elements
    blocks = sum(one.read for one in looks.values())
    return looks, 1.0 if share == 1.0 else blocks / max(read_of, 1), pairs


def _head_differs(home: Home, found: Found, share: float) -> bool | None:
    """Whether a language-model head is stored beside the embedding with other values; None where not both are."""
    shapes = {name: tensor.shape for name, tensor in found.tensors.items() if tensor.whole}
    embedding, head = embedding_name(shapes), language_head_name(shapes)
    if embedding is None or head is None:
        return None
    try:
        return not equal(found.tensors[embedding], found.tensors[head], share)
    except RunError as error:
        home.note("", PART, error.what)
        return None


def _base_tensors(home: Home, base: Path | None) -> dict[str, Tensor] | None:
    """The base's tensors; None where there is no base or it has no safetensors weights."""
    if base is None:
        return None
    of_base = Home(base)
    found = find(of_base, model_folder(of_base) or "")
    for source in of_base.sources:
        home.note(f"{base.name}/{source.file}", PART, source.note)
    if not found.tensors:
        home.note(base.name, PART, "no safetensors weights of the base")
    return found.tensors or None


def base_shapes(home: Home, base: Path | None) -> dict[str, tuple[int, ...]]:
    """Name to shape of the base's tensors, from its headers; empty where it is not at hand."""
    return {name: tensor.shape for name, tensor in (_base_tensors(home, base) or {}).items()}


def not_finite(home: Home, found: Found, most: int = MOST_BYTES) -> tuple[str, ...]:
    """Names of the tensors that hold NaN or infinity, within so many bytes of reading."""
    whole = {n: t for n, t in found.tensors.items() if t.kind in FLOATS and t.elements and t.whole}
    share = min(1.0, most / max(sum(tensor.bytes for tensor in whole.values()), 1))
    try:
        return tuple(name for name, tensor in whole.items() if not look(tensor, share=share).finite)
    except RunError as error:
        home.note("", PART, error.what)
        return ()


def same(one: Found, other: Found) -> bool | None:
    """Whether two models hold the same tensors; None where one cannot be read whole. Large ones are sampled."""
    if not one.tensors or not other.tensors or one.injuries or other.injuries:
        return None
    if one.tensors.keys() != other.tensors.keys():
        return False
    share = min(1.0, MOST_BYTES / 2 / max(sum(tensor.bytes for tensor in one.tensors.values()), 1))
    try:
        return all(equal(tensor, other.tensors[name], share) for name, tensor in one.tensors.items())
    except RunError:
        return None


def _types(tensors: Iterable[Tensor]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for tensor in tensors:
        counts[tensor.kind] = counts.get(tensor.kind, 0) + tensor.elements
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def _note_pickles(home: Home, folder: str) -> None:
    for name in home.below(folder):
        if _PICKLES.fullmatch(name):
            home.note(f"{folder}/{name}" if folder else name, PART, "a pickle: not loaded")


def _current(name: str) -> str:
    """Checkpoints of TensorFlow's days call a norm's weight gamma and its bias beta; loading renames them."""
    return name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
