"""The saved model, loaded again in a fresh process with Transformers alone, against the model in memory."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from luthier.errors import RunError
from luthier.facts.artifact import ArtifactFacts
from luthier.stages.evaluate.metrics import Floats

ROWS = 50
_SECONDS = 300


def reload(
    folder: Path, texts: Sequence[str], probabilities: Floats, classes: Sequence[str], max_tokens: int
) -> ArtifactFacts:
    """Predict some rows in a fresh process and compare.

    Args:
        folder: the saved model.
        texts: rows to predict; `ROWS` of them say enough.
        probabilities: what the model in memory says of them, shape (n, C).
        classes: names in id order.
        max_tokens: where texts are cut.

    Raises:
        RunError: the process failed; its last line is in the message.
    """
    request = json.dumps({"texts": list(texts), "max_tokens": max_tokens})
    done = subprocess.run(
        [sys.executable, "-m", "luthier.models.fresh", str(folder)],
        input=request,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise RunError(
            f"the saved model cannot be loaded again: {last[0]}",
            where=str(folder),
            next_step="keep the run folder and report this",
        )
    answer = json.loads(done.stdout)
    again = np.array(answer["probabilities"], dtype=np.float64).reshape(probabilities.shape)
    return ArtifactFacts(
        folder=str(folder),
        rows=len(texts),
        same_label=int((again.argmax(axis=1) == probabilities.argmax(axis=1)).sum()),
        largest_gap=float(np.abs(again - probabilities).max()) if len(texts) else 0.0,
        label_names=tuple(answer["labels"]),
        expected_names=tuple(classes),
        missing=tuple(answer["missing"]),
        tokenizer_saved=bool(answer["tokenizer"]),
    )
