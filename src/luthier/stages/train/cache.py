"""States of the frozen part, computed once per row and kept.

For a frozen body one vector a row is kept in memory. For frozen lower layers the states of every token are needed; they
go to a file, in bf16 where the run computes in bf16, and each batch reads its rows back. A file rather than a mapping:
mapped pages count as memory of the process, read ones do not.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from luthier.errors import RunError
from luthier.facts.plan import Plan
from luthier.files import cannot_write, write_file
from luthier.models.load import Classifier
from luthier.models.prefix import Replay, body_replayed, body_vectors, boundary_states, layers_replayed
from luthier.strategies._contract import Prepared
from luthier.tasks._batches import Batch, Feed, collate, sorted_batches
from luthier.tasks._contract import Encoded

_TOKENS_PER_BATCH = 2048
_DISK_SHARE = 0.5
_KEPT = "kept\n"

Splits = Mapping[str, Encoded]


@contextmanager
def frozen_part_kept(
    model: Classifier, prepared: Prepared, splits: Splits, pad_id: int, plan: Plan, folder: Path
) -> Iterator[dict[str, Feed | None]]:
    """Cut the frozen leading part off a model and replay what it says, for as long as the block lasts.

    Nothing is cut where nothing is frozen, where rows are augmented anew in every epoch, or where the states would take
    more than half of the free disk. That last answer is written down: a run that goes on abides by it, however full the
    disk is then, because kept and computed states differ in their last bits.

    Args:
        model: cut in place, whole again afterwards.
        prepared: says what is frozen.
        splits: name to encoded rows; those that will be trained on or scored inside the block.
        pad_id: id of the padding token.
        plan: its precision is the kept states'.
        folder: where states of tokens may be written; the files are removed afterwards.

    Raises:
        RunError: the states cannot be written.

    Yields:
        Split name to a feed, or to None where the model runs whole.
    """
    if not _worth_keeping(prepared, splits, model, plan, folder):
        yield dict.fromkeys(splits)
    elif prepared.frozen_body:
        kept = {name: body_features(model, encoded, pad_id, plan) for name, encoded in splits.items()}
        with body_replayed(model) as body:
            yield {name: _VectorFeed(vectors, body) for name, vectors in kept.items()}
    else:
        with ExitStack() as stack:
            paths = {name: folder / f"{name}.states" for name in splits}
            for name, path in paths.items():
                stack.callback(_remove, path)
                _write_states(model, prepared.frozen_layers, splits[name], pad_id, plan, path)
            files = {name: stack.enter_context(path.open("rb", buffering=0)) for name, path in paths.items()}
            replay = stack.enter_context(layers_replayed(model, prepared.frozen_layers))
            width = model.config.hidden_size
            yield {name: _FileFeed(files[name], splits[name].offsets, width, plan, replay) for name in splits}


def _worth_keeping(prepared: Prepared, splits: Splits, model: Classifier, plan: Plan, folder: Path) -> bool:
    if prepared.frozen_layers == 0 or plan.train.word_dropout > 0:
        return False
    if prepared.frozen_body:
        return True
    answer = folder / "states.txt"
    if answer.is_file():
        return answer.read_text() == _KEPT
    tokens = sum(int(encoded.offsets[-1]) for encoded in splits.values())
    size = tokens * model.config.hidden_size * _state_dtype(plan).itemsize
    kept = bool(size < _DISK_SHARE * shutil.disk_usage(folder).free)
    write_file(answer, _KEPT if kept else "computed anew\n")
    return kept


def _remove(path: Path) -> None:
    """A file that stays takes room and does no harm: the next process writes it anew."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


class _VectorFeed:
    def __init__(self, vectors: Tensor, replay: Replay) -> None:
        self._vectors, self._replay = vectors, replay

    def __call__(self, batch: Batch) -> None:
        self._replay.states = self._vectors[torch.from_numpy(batch.rows)]


class _FileFeed:
    def __init__(self, file: BinaryIO, offsets: npt.NDArray[np.int64], width: int, plan: Plan, replay: Replay) -> None:
        self._file, self._offsets, self._width, self._replay = file, offsets, width, replay
        self._dtype = _state_dtype(plan)

    def __call__(self, batch: Batch) -> None:
        states = torch.zeros((*batch.ids.shape, self._width), dtype=self._dtype)
        raw = states.view(torch.uint8).numpy()
        for i, row in enumerate(batch.rows):
            first, last = self._offsets[row], self._offsets[row + 1]
            self._file.seek(int(first) * self._width * self._dtype.itemsize)
            wanted = raw[i, : last - first]
            if self._file.readinto(wanted) != wanted.nbytes:  # type: ignore[attr-defined]
                where = str(self._file.name)
                raise RunError("kept states were cut", where=where, next_step="go on with luthier fit --resume")
        self._replay.states = states


def _frozen_batches(encoded: Encoded, pad_id: int) -> Iterator[Batch]:
    for rows in sorted_batches(encoded.lengths, _TOKENS_PER_BATCH):
        yield collate(encoded, rows, pad_id)


def body_features(model: Classifier, encoded: Encoded, pad_id: int, plan: Plan) -> Tensor:
    """One vector per row from the whole body as it is now: (rows, width) fp32."""
    model.eval()
    kept = torch.empty((len(encoded), model.config.hidden_size))
    for batch in _frozen_batches(encoded, pad_id):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.train.precision == "bf16"):
            kept[torch.from_numpy(batch.rows)] = body_vectors(model, batch.ids, batch.mask).float()
    return kept


def _write_states(model: Classifier, layers: int, encoded: Encoded, pad_id: int, plan: Plan, path: Path) -> None:
    """Write the states that enter layer `layers`, row after row, tokens x width each."""
    model.eval()
    dtype = _state_dtype(plan)
    width = model.config.hidden_size * dtype.itemsize
    try:
        with path.open("wb") as file:
            for batch in _frozen_batches(encoded, pad_id):
                with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.train.precision == "bf16"):
                    states = boundary_states(model, layers, batch.ids, batch.mask).to(dtype)
                raw = states.contiguous().view(torch.uint8).numpy()
                for i, row in enumerate(batch.rows):
                    first, last = encoded.offsets[row], encoded.offsets[row + 1]
                    file.seek(int(first) * width)
                    file.write(raw[i, : last - first].tobytes())
    except OSError as error:
        raise cannot_write(path, error) from error


def _state_dtype(plan: Plan) -> torch.dtype:
    return torch.bfloat16 if plan.train.precision == "bf16" else torch.float32
