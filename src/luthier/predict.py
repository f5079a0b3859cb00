"""Using a trained model: texts in, labels with probabilities out; files stream."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa

from luthier.errors import InputError, RunError
from luthier.facts.event import Event, Watch
from luthier.facts.plan import Plan
from luthier.files import cannot_write
from luthier.folder import RunFolder
from luthier.models.load import Classifier, load_saved
from luthier.models.tokenizer import TextTokenizer
from luthier.registry import plug_ins
from luthier.stages.data.clean import clean_texts
from luthier.stages.evaluate.predict import predict_logits
from luthier.stages.plan import file as plan_file
from luthier.tasks import _contract as task_contract
from luthier.tasks._contract import Encoded, Task

_CHUNK = 512


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
            RunError: the run has no model yet.
        """
        if not folder.model.is_dir():
            raise RunError(
                "this run has no model yet",
                where=str(folder.path),
                next_step=f"finish it: luthier fit --resume {folder.path}",
            )
        plan = plan_file.load(folder.plan)
        model = load_saved(folder.model)
        names = tuple(model.config.id2label[i] for i in range(model.config.num_labels))
        task = plug_ins("luthier.tasks", task_contract.load)[plan.task]
        return cls(model, TextTokenizer.load(folder.model), task, plan, names)

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Predict texts, cleaned as the training rows were.

        Args:
            texts: any number; empty ones are predicted too.
        """
        if not texts:
            return []
        cleaned, _ = clean_texts(pa.chunked_array([pa.array(texts, pa.string())]), self.plan.data.clean)
        ids, offsets = self.tokenizer.ids(cleaned.to_pylist(), self.plan.model.max_tokens)
        encoded = Encoded(ids, offsets, np.full(len(texts), -1, dtype=np.int64))
        probabilities = self.task.decode(predict_logits(self.model, encoded, self.tokenizer.pad_id))
        return [
            Prediction(self.classes[int(row.argmax())], dict(zip(self.classes, map(float, row), strict=True)))
            for row in probabilities
        ]


def predict_file(predictor: Predictor, source: str, target: str, watch: Watch) -> int:
    """Predict a CSV or JSONL file; each row is written with `predicted` and `probability:<class>` added.

    Rows stream: memory does not grow with the file. The result appears under its name only when it is whole.

    Returns:
        Number of rows.

    Raises:
        InputError: the file cannot be read, or has no text column.
    """
    path, final = Path(source), Path(target)
    kind = path.suffix.lower()
    if kind not in {".csv", ".tsv", ".jsonl"}:
        raise InputError(
            f"cannot predict a {kind or 'file without suffix'}", where=source, next_step="give CSV or JSONL"
        )
    staged = final.with_name(f".staging-{final.name}")
    watch(Event("stage", "predict", f"predicting {source}"))
    rows = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as read, staged.open("w", encoding="utf-8", newline="") as out:
            for rows in _written(predictor, _rows(read, kind, source), out, kind, source, predictor.plan.data.text):
                watch(Event("progress", "predict", done=rows))
            out.flush()
            os.fsync(out.fileno())
        staged.replace(final)
    except FileNotFoundError as error:
        raise InputError("no such file", where=str(error.filename), next_step="check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8: {error.reason}", where=source, next_step="save the file as UTF-8") from error
    except OSError as error:
        raise cannot_write(final, error) from error
    finally:
        staged.unlink(missing_ok=True)
    return rows


def _rows(read: TextIO, kind: str, source: str) -> Iterator[dict[str, object]]:
    if kind != ".jsonl":
        yield from csv.DictReader(read, delimiter="\t" if kind == ".tsv" else ",")
        return
    for number, line in enumerate(read, start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(f"not JSON: {error.msg}", where=f"{source}, line {number}") from error
            if not isinstance(row, dict):
                raise InputError("not a JSON object", where=f"{source}, line {number}")
            yield row


def _written(
    predictor: Predictor, rows: Iterable[dict[str, object]], out: TextIO, kind: str, source: str, column: str
) -> Iterator[int]:
    """Write chunk after chunk; yields the number of rows so far."""
    rows, done, writer = iter(rows), 0, None
    while chunk := list(islice(rows, _CHUNK)):
        if column not in chunk[0]:
            raise InputError(
                f"there is no column {column!r}, on which the model was trained; found {', '.join(chunk[0])}",
                where=source,
                next_step=f"rename the text column to {column!r}",
            )
        texts = [str(row.get(column) or "") for row in chunk]
        for row, said in zip(chunk, predictor.predict(texts), strict=True):
            row["predicted"] = said.label
            row.update({f"probability:{name}": round(value, 6) for name, value in said.probabilities.items()})
            if kind == ".jsonl":
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                continue
            if writer is None:
                writer = csv.DictWriter(
                    out, list(row), delimiter="\t" if kind == ".tsv" else ",", extrasaction="ignore"
                )
                writer.writeheader()
            writer.writerow(row)
        done += len(chunk)
        yield done
