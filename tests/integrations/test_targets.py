"""Targets of encoder-decoder models; whole trainers of them are in `test_census.py`."""

from pathlib import Path

import pytest

from luthier.facts.scene import LiveScene, Number
from luthier.integrations.batches import take
from luthier.integrations.ends import marks_of
from luthier.integrations.opened import of_trainer
from luthier.integrations.stage import build
from luthier.integrations.targets import decoder_start, source_in_target, target_start
from luthier.integrations.tokens import token_rows


@pytest.mark.parametrize(
    ("options", "start", "as_source"),
    [({}, (0,), False), ({"wrong_decoder_start": 1}, (1,), False), ({"target_as_source": 1}, (0,), True)],
)
def test_targets(options: dict[str, Number], start: tuple[int, ...], as_source: bool, tmp_path: Path) -> None:
    """The first id of the decoder, the first label, and what the source side of the tokenizer left in targets."""
    opened = of_trainer(build(LiveScene(trainer="sequence_to_sequence", options=options), tmp_path))
    marks, batches = marks_of(opened.model, opened.tokenizer, opened.args), take(opened, 1)
    rows = [row for batch in batches for row in token_rows(batch, "sequence_to_sequence", marks)]

    assert decoder_start(batches, opened.model) == start
    assert len(target_start(rows)) == 1
    assert ((source_in_target(rows, marks, opened.tokenizer) or 0) > 0.1) is as_source
    assert source_in_target(rows, marks, None) is None
