"""Act out a scene of a failure on a real small model: `luthier reproduce labels-shuffled`.

The front door of `scenes/`. The tests and the pages of the failures use the same acting.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from luthier.facts.event import Watch, unwatched
from luthier.facts.report import Report
from luthier.facts.scene import AnyScene, LiveScene, RunScene
from luthier.failures._engine import all_failures
from luthier.scenes.acted import Acted


def reproduce(name: str, watch: Watch = unwatched, *, good: bool = False, model: str | None = None) -> Report:
    """Act out the bad scene of a failure, or its healthy twin.

    Args:
        name: id of the failure.
        watch: told of progress.
        good: act the twin.
        model: hub id or folder of a small model for scenes that train; None means Luthier's default.
    """
    failure = all_failures()[name]
    acted = act(failure.good if good else failure.bad, model=model, watch=watch)
    evidence, verdicts, outcome = acted.evidence, acted.verdicts, None
    if evidence.test is not None and evidence.plan is not None:
        from luthier.stages.evaluate.verdict import decide

        outcome = decide(evidence.plan.train.metric, evidence.test, verdicts, evidence.artifact)
    return Report(name=name, evidence=evidence, verdicts=verdicts, outcome=outcome)


def act(
    scene: AnyScene, seed: int = 0, folder: Path | None = None, model: str | None = None, watch: Watch = unwatched
) -> Acted:
    """Act out a scene.

    Args:
        scene: what happens: a fit, a folder of another tool, or a trainer in memory.
        seed: of the rows and of the run, where the scene is a fit.
        folder: where everything is written; None means a folder that is removed again.
        model: hub id or folder, where the scene is a fit; None means Luthier's default.
        watch: told of progress.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="luthier-scene-") as temporary:
            return act(scene, seed, Path(temporary), model, watch)
    if isinstance(scene, RunScene):
        from luthier.scenes.folder import act as act_folder

        return act_folder(scene, folder, watch)
    if isinstance(scene, LiveScene):
        from luthier.scenes.live import act as act_live

        return act_live(scene, folder, watch)
    from luthier.scenes.fit import act as act_fit

    return act_fit(scene, seed, folder, model, watch)
