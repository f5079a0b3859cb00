"""Rows in which something was found, as a fact."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from luthier.facts.places import Found
from luthier.stages.data.read import places_of

PLACES = 20
"""How many are named; all are counted."""


def found(table: pa.Table, mask: npt.NDArray[np.bool_]) -> Found:
    """The rows of a table that a mask marks, shape (rows,)."""
    rows = np.flatnonzero(mask)
    return Found(len(rows), places_of(table.take(pa.array(rows[:PLACES]))))
