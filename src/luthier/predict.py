"""Using a trained model: texts in, labels with probabilities out; files stream."""

from __future__ import annotations

import csv
import json
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa

from luthier.errors import InputError, RunError
from luthier.facts.event import Event, Watch
from luthier.facts.plan import Plan
from luthier.files import sync_folder, verify_folder
from luthier.folder import RunFolder
from luthier.models.load import Classifier, load_saved
from luthier.models.tokenizer import TextTokenizer
from luthier.registry import plug_ins
from luthier.stages.data import columns
from luthier.stages.data.clean import clean_texts
from luthier.stages.data.formats._table import from_records, placed, strings
from luthier.stages.data.stream import Row, Stream, open_rows
from luthier.stages.evaluate.predict import predict_logits
from luthier.stages.plan import file as plan_file
from luthier.tasks import _contract as task_contract
from luthier.tasks._contract import Encoded, Task

# Rows are predicted longest first within a chunk: enough of them that batches hold rows of like length, few enough that
# progress shows and long rows do not add up.
_CHUNK_ROWS = 2_048
_CHUNK_CHARACTERS = 1 << 22


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one text.

    Attributes:
        label: the most probable class.
        probabilities: class to probability; they sum to one.
    """

    label: str
    probabilities: dict[str, float]


@dataclass(frozen=True, slots=True)
class Predictor:
    """The model of a finished run."""

    model: Classifier
    tokenizer: TextTokenizer
    task: Task
    plan: Plan
    classes: tuple[str, ...]

    @classmethod
    def load(cls, folder: RunFolder) -> Predictor:
        """Read model, tokenizer and plan of a run.

        Raises:
            RunError: the run has no model yet, or its files are no longer those that were tested.
            ModelError: the model cannot be loaded.
        """
        if not folder.model.is_dir():
            raise RunError(
                "this run has no model yet",
                where=str(folder.path),
                next_step=f"finish it: luthier fit --resume {folder.path}",
            )
        for injury in verify_folder(folder.model):
            raise RunError(
                f"this is not the model that was tested: {injury}",
                where=str(folder.model),
                next_step=f"put the file back, or train again: luthier fit --plan {folder.plan}",
            )
        plan = plan_file.load(folder.plan)
        model = load_saved(folder.model)
        names = tuple(model.config.id2label[i] for i in range(model.config.num_labels))
        task = plug_ins("luthier.tasks", task_contract.load)[plan.task]
        return cls(model, TextTokenizer.load(folder.model), task, plan, names)

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Predict texts, cleaned as the training rows were.

        Args:
            texts: any number; an empty one is predicted too.

        Raises:
            InputError: one of them is not a string.
        """
        if isinstance(texts, str):
            raise InputError("one text where a list was expected", next_step="give a list: predict([text])")
        for number, text in enumerate(texts):
            if not isinstance(text, str):
                raise InputError(
                    f"text {number} is a {type(text).__name__}, not a string", next_step="give strings; '' for none"
                )
        if len(texts) == 0:
            return []
        cleaned, _ = clean_texts(pa.chunked_array([strings(texts)]), self.plan.data.clean, check_language=False)
        ids, offsets = self.tokenizer.ids(cleaned.to_pylist(), self.plan.model.max_tokens)
        encoded = Encoded(ids, offsets, np.full(len(texts), -1, dtype=np.int64), self.plan.model.max_tokens)
        probabilities = self.task.decode(predict_logits(self.model, encoded, self.tokenizer.pad_id))
        return [
            Prediction(self.classes[int(row.argmax())], dict(zip(self.classes, map(float, row), strict=True)))
            for row in probabilities
        ]


def predict_file(predictor: Predictor, source: str, target: str, watch: Watch, text: str | None = None) -> int:
    """Predict a file of delimited text or JSON lines; each row is written with its label and probabilities added.

    Rows stream: memory does not grow with the file. The added columns are `predicted` and `probability:<class>`; where
    the file has one of these, all of ours get a number, as in `predicted_2`. The result is UTF-8, and appears under its
    name only when it is whole.

    Args:
        predictor: the model.
        source, target: files.
        watch: told of progress, in bytes.
        text: column of the texts; None means the one of the training data, else it is found.

    Returns:
        Number of rows.

    Raises:
        InputError: the file cannot be read, or has no text column; names file and line.
        RunError: the result cannot be written.
    """
    watch(Event("stage", "predict", f"predicting {source}"))
    done = empty = 0
    with open_rows(Path(source)) as stream, _staged(Path(target)) as out:
        for line in stream.notices:
            watch(Event("notice", "predict", line))
        chunks = _chunks(stream)
        first = next(chunks, [])
        names = tuple(dict.fromkeys([*stream.names, *(name for _, row in first for name in row)]))
        column = _text_column(names, first, text, predictor.plan.data.text, source, watch)
        added = _added(names, predictor.classes, watch)
        write = _writer(out, stream, added)
        for chunk in _with(first, chunks):
            texts = [_as_text(row.get(column)) for _, row in chunk]
            empty += sum(not one.strip() for one in texts)
            for (number, row), said in zip(chunk, predictor.predict(texts), strict=True):
                _refuse_taken(row, added, stream, f"{source}, line {number}")
                write(row, said)
            done += len(chunk)
            progress = Event("progress", "predict", done=stream.position(), total=stream.size, numbers={"rows": done})
            watch(progress)
    _tell_doubts(empty, column, stream.undecoded, watch)
    return done


def _tell_doubts(empty: int, column: str, undecoded: int, watch: Watch) -> None:
    lines = (
        (empty, f"{empty:,} rows have no text in '{column}'; what is said of them means little"),
        (undecoded, f"{undecoded:,} characters are U+FFFD, which stands for bytes that could not be decoded"),
    )
    for count, line in lines:
        if count:
            watch(Event("notice", "predict", line))


def _chunks(stream: Stream) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    size = 0
    for row in stream.rows:
        chunk.append(row)
        size += sum(len(value) for value in row[1].values() if isinstance(value, str))
        if len(chunk) == _CHUNK_ROWS or size > _CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _with(first: list[Row], rest: Iterator[list[Row]]) -> Iterator[list[Row]]:
    if first:
        yield first
    yield from rest


def _text_column(
    names: Sequence[str], rows: list[Row], named: str | None, trained: str, source: str, watch: Watch
) -> str:
    """The column that the user named, else the one of the training data, else one found by name or look."""
    wanted = named or trained
    if wanted in names:
        return wanted
    if named:
        step = f"choose one of {', '.join(names)}"
        raise InputError(f"there is no column '{named}'", where=source, next_step=step)
    try:
        table = placed(from_records([row for _, row in rows]), source)
        found = columns.find(table, columns.Wish(), where=source, need_label=False)
    except InputError as error:
        raise InputError(
            f"there is no column '{wanted}', from which the model learned, and {error.what}",
            where=source,
            next_step="name it: --text COLUMN",
        ) from error
    watch(Event("notice", "predict", f"there is no column '{wanted}'; '{found.text}' is read, {found.how['text']}"))
    return found.text


def _added(names: Sequence[str], classes: Sequence[str], watch: Watch) -> tuple[str, ...]:
    """Names of the columns to add: the label's, then one per class."""
    number, ending = 1, ""
    while True:
        added = (f"predicted{ending}", *(f"probability{ending}:{name}" for name in classes))
        taken = set(added) & set(names)
        if not taken:
            return added
        number += 1
        ending = f"_{number}"
        watch(Event("notice", "predict", f"the file has a column '{min(taken)}' already; ours are numbered {number}"))


def _refuse_taken(row: dict[str, Any], added: Sequence[str], stream: Stream, where: str) -> None:
    """JSON lines may hold a key that the first of them did not hold."""
    taken = [name for name in added if name in row] if stream.dialect is None else []
    if taken:
        raise InputError(
            f"this row has a '{taken[0]}' already, which the first row has not",
            where=where,
            next_step="rename it, or give all rows the same keys",
        )


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _writer(out: TextIO, stream: Stream, added: Sequence[str]) -> Callable[[dict[str, Any], Prediction], None]:
    dialect = stream.dialect

    def cells(said: Prediction) -> list[object]:
        return [said.label, *(round(value, 6) for value in said.probabilities.values())]

    if dialect is None:
        return lambda row, said: _put(
            out, json.dumps(row | dict(zip(added, cells(said), strict=True)), ensure_ascii=False)
        )
    if not dialect.quoted:  # quotes are plain characters there, and no field holds a delimiter
        _put(out, dialect.delimiter.join([*stream.names, *added]))
        return lambda row, said: _put(out, dialect.delimiter.join(map(str, [*row.values(), *cells(said)])))
    write = csv.writer(out, delimiter=dialect.delimiter, lineterminator="\n").writerow
    write([*stream.names, *added])
    return lambda row, said: write([*row.values(), *cells(said)]) and None


def _put(out: TextIO, line: str) -> None:
    out.write(line + "\n")


@contextmanager
def _staged(final: Path) -> Iterator[TextIO]:
    """A text file that appears under its name when the block ends well, and not at all otherwise."""
    staged = final.with_name(f".staging-{final.name}-{uuid.uuid4().hex[:8]}")
    try:
        # Half a surrogate pair, which JSON can spell and UTF-8 cannot, is written as JSON spells it.
        with staged.open("w", encoding="utf-8", errors="backslashreplace", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        staged.replace(final)
        sync_folder(final.parent)
    except OSError as error:
        raise RunError(
            f"cannot write: {error.strerror or error}",
            where=str(final),
            next_step="free some disk space, or name a file elsewhere with --out",
        ) from error
    finally:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
