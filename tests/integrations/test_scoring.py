"""What evaluations keep."""

from pathlib import Path

import pytest

from luthier.facts.scene import LiveScene
from luthier.integrations.census import census_of
from luthier.integrations.stage import build


def scoring(folder: Path, trainer: str, arguments: dict[str, bool] | None = None, **options: float | str) -> object:
    """Of the trainer of a scene."""
    scene = LiveScene(trainer, arguments=dict(arguments or {}), options=options)  # type: ignore[arg-type]
    return census_of(build(scene, folder)).scoring


def test_of_tokens(tmp_path: Path) -> None:
    """All scores of all tokens, where metrics want them."""
    kept = scoring(tmp_path, "causal", scored_by="token accuracy")

    assert kept.rows == 8  # type: ignore[attr-defined]
    assert kept.numbers > 8 * kept.positions * 100 > 0  # type: ignore[attr-defined]
    assert kept.memory > 2**28  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("trainer", "arguments", "options"),
    [
        ("causal", {}, {}),
        ("causal", {"prediction_loss_only": True}, {"scored_by": "token accuracy"}),
        ("sequence_to_sequence", {}, {"scored_by": "bleu"}),
    ],
)
def test_nothing_kept(
    trainer: str, arguments: dict[str, bool], options: dict[str, float | str], tmp_path: Path
) -> None:
    """No metrics, the loss alone, or generated texts."""
    kept = scoring(tmp_path, trainer, arguments, **options)

    assert (kept.rows, kept.numbers) == (8, 0)  # type: ignore[attr-defined]


def test_many_rows(tmp_path: Path) -> None:
    """As many as the evaluation set says."""
    kept = scoring(tmp_path, "causal", scored_by="token accuracy", evaluation_rows=10**9)

    assert kept.rows == 10**9  # type: ignore[attr-defined]
