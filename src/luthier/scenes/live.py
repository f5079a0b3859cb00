"""A trainer in memory as a scene: built, looked at as `luthier.check(trainer)` does, and never started."""

from __future__ import annotations

from pathlib import Path

from luthier.checking import check
from luthier.facts.event import Watch, unwatched
from luthier.facts.finding import Moment
from luthier.facts.scene import LiveScene
from luthier.integrations.stage import build
from luthier.scenes.acted import Acted


def act(scene: LiveScene, folder: Path, watch: Watch = unwatched) -> Acted:
    """Build the trainer and look.

    Args:
        scene: what it is.
        folder: its output folder.
        watch: told of progress.
    """
    report = check(build(scene, folder), watch, trial=scene.trial)
    return Acted(report.evidence, {Moment.BEFORE: report.verdicts})
