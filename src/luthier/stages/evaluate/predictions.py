"""Predictions as a file: probabilities, not only labels, with the row numbers of the user's file."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from luthier.files import cannot_write, write_file
from luthier.stages.evaluate.metrics import Floats, predictions


def write_predictions(path: Path, table: pa.Table, probabilities: Floats, classes: Sequence[str]) -> None:
    """Write the rows of a split beside what the model says of them.

    Args:
        path: a parquet file, written whole or not at all.
        table: the split; row, line, file, text and label are kept.
        probabilities: shape (n, C).
        classes: names in id order; each gets a column "probability:" + name.
    """
    kept = table.select([name for name in ("row", "line", "file", "text", "label") if name in table.column_names])
    kept = kept.append_column("predicted", pa.array([classes[i] for i in predictions(probabilities)], pa.string()))
    for index, name in enumerate(classes):
        kept = kept.append_column(f"probability:{name}", pa.array(probabilities[:, index], pa.float64()))
    buffer = pa.BufferOutputStream()
    pyarrow.parquet.write_table(kept, buffer)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path.parent, error) from error
    write_file(path, buffer.getvalue().to_pybytes())
