"""Every failure acted out: seen in its bad scene, quiet in its good one, cleared by its fix.

A scene is a fit on a small real model, the folder of another tool, or a trainer in memory. In a fit, failures see what
is known at each moment; a folder and a trainer are all there when they are looked at. Each scene is acted once for all
tests. The golden files hold what people read; `LUTHIER_GOLDEN=1` writes them anew. `LUTHIER_ALL_SCENES=1` also trains
before and after each fix and compares the scores on held-out rows.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from luthier.facts.finding import Finding, Moment, Verdicts
from luthier.facts.report import Evidence
from luthier.facts.request import Request
from luthier.facts.rows import Splits
from luthier.facts.scene import AnyScene, Folder, RunScene, Scene
from luthier.facts.trace import Trace
from luthier.failures._contract import Failure
from luthier.failures._engine import all_failures, ask
from luthier.failures._remedy import changes
from luthier.reproduce import act
from luthier.run import check
from luthier.scenes.acted import Acted
from luthier.stages.report.dialects import dialect_of
from luthier.stages.report.told import told

GOLDEN = Path(__file__).parents[1] / "golden" / "failures"
FAILURES = all_failures()
EVERY = 10
"""Steps between two looks of the guard."""

# What a bad scene shows besides its own failure, and why that is right.
COMPANY: dict[str, dict[str, str]] = {}

# Fixes that acting cannot show, and why.
NOT_SHOWN = {
    "loss_not_finite": "the accident of the scene strikes again, whatever the plan",
}

every_failure = pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
Act = Callable[[AnyScene], Acted]


@pytest.fixture(scope="session")
def acted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Act:
    """Acts a scene, once."""
    known: dict[str, Acted] = {}

    def once(scene: AnyScene) -> Acted:
        key = repr(replace(scene, says=""))
        if key not in known:
            model = str(request.getfixturevalue("minilm")) if isinstance(scene, Scene) else None
            known[key] = act(scene, model=model, folder=tmp_path_factory.mktemp("scene"))
        return known[key]

    return once


def looks(scene: AnyScene, evidence: Evidence, moment: Moment) -> Iterator[Evidence]:
    """What is known each time that failures are asked at a moment; the guard looks every ten steps and at the end."""
    known = Evidence(evidence.data, evidence.model, evidence.plan, missing=evidence.missing)
    if not isinstance(scene, Scene) or moment is Moment.AFTER:
        yield evidence
    elif moment is Moment.BEFORE:
        yield known
    elif evidence.trace is not None:
        for step in sorted({*range(EVERY, len(evidence.trace), EVERY), len(evidence.trace)}):
            yield replace(known, trace=until(evidence.trace, step))


def until(trace: Trace, steps: int) -> Trace:
    """A trace as it was after so many steps."""

    def cut(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {name: values[:steps] for name, values in columns.items()}

    return replace(
        trace,
        steps=trace.steps[:steps],
        losses=trace.losses[:steps],
        rates=cut(trace.rates),
        grad_norms=cut(trace.grad_norms),
        update_ratios=cut(trace.update_ratios),
        evaluations=tuple((step, scored) for step, scored in trace.evaluations if step <= steps),
        logged_losses=None if trace.logged_losses is None else trace.logged_losses[:steps],
        finished=trace.finished and steps == len(trace),
    )


def first_finding(failure: Failure, scene: AnyScene, evidence: Evidence) -> Finding | None:
    """What the failure says at the earliest moment that it declares, at the first look that sees something.

    A folder and a trainer hold what is known at one time alone; there a later moment will do. A fit has no trial.
    """
    fit = isinstance(scene, Scene)
    declared = [m for m in Moment if m in failure.moments and not (fit and "trial" in failure.needs(m))]
    for moment in declared[:1] if fit else declared:
        for known in looks(scene, evidence, moment):
            if found := ask([failure], moment, known).seen:
                return found[0]
    return None


def shown(failure: Failure, acted: Act) -> tuple[Finding, Evidence]:
    """What the failure says in its bad scene, and on what evidence."""
    evidence = acted(failure.bad).evidence
    finding = first_finding(failure, failure.bad, evidence)
    assert finding is not None
    return finding, evidence


@every_failure
def test_seen_in_its_bad_scene(failure: Failure, acted: Act) -> None:
    """At the earliest moment that can see it there; and in the last word it is told, alone."""
    shown(failure, acted)
    told_there = {finding.failure for finding in acted(failure.bad).verdicts.seen}

    assert told_there - set(COMPANY.get(failure.id, {})) == {failure.id}


@every_failure
def test_quiet_in_its_good_scene(failure: Failure, acted: Act) -> None:
    """No failure at all says anything, in the last word or at any look of the guard."""
    scene = acted(failure.good)

    assert _ids(scene.verdicts) == []
    for known in looks(failure.good, scene.evidence, Moment.DURING):
        assert _ids(ask(FAILURES.values(), Moment.DURING, known)) == []


@pytest.mark.parametrize("folder", get_args(Folder))
@pytest.mark.parametrize("beside", [{}, {"base": True}], ids=["alone", "beside its base"])
def test_quiet_in_healthy_folders(folder: Folder, beside: dict[str, bool], acted: Act) -> None:
    """No failure says anything of the folders from which scenes start."""
    assert _ids(acted(RunScene(folder, **beside)).verdicts) == []  # type: ignore[arg-type]


@every_failure
def test_finding_is_complete(failure: Failure, acted: Act) -> None:
    """It holds a number, a place and a next step."""
    finding, _ = shown(failure, acted)
    words = told(finding)

    assert re.search(r"\d", words.message)
    assert words.next_step
    assert finding.place.name or finding.place.rows or finding.place.step is not None
    assert 0 < finding.confidence <= 1


@every_failure
def test_golden_text(failure: Failure, acted: Act, request: pytest.FixtureRequest) -> None:
    """People read what the golden file says; paths and the numbers of a training run are left out: they differ."""
    finding, evidence = shown(failure, acted)
    words = told(finding, dialect=dialect_of(evidence))
    text = f"{words.severity}: {words.message}\n\nwhy: {words.why}\n\nnext: {words.next_step}\n\nat: {words.place}\n"
    if isinstance(failure.bad, Scene):
        text = text.replace(str(request.getfixturevalue("minilm")), "MODEL")
    text = re.sub(r"/\S+/run/model", "RUN/model", text)
    trains = isinstance(failure.bad, Scene) and failure.bad.train
    text = re.sub(r"(?<![\w.])[-+]?\d+(\.\d+)?(e-?\d+)?", "#", text) if trains else text
    path = GOLDEN / f"{failure.id}.txt"
    if os.environ.get("LUTHIER_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    """Each belongs to a failure."""
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(FAILURES)


def fixed_by(kind: str) -> pytest.MarkDecorator:
    """Failures that have a fix of a kind whose effect acting can show."""
    return pytest.mark.parametrize(
        "failure", [f for f in FAILURES.values() if getattr(f, kind) and f.id not in NOT_SHOWN], ids=lambda f: f.id
    )


@fixed_by("fix_plan")
def test_plan_fix_clears_the_scene(failure: Failure, acted: Act) -> None:
    """With the fixed plan the failure is not seen at its earliest moment; fixing twice is fixing once."""
    finding, evidence = shown(failure, acted)
    assert evidence.plan is not None

    once = failure.fix_plan(evidence.plan, finding)  # type: ignore[misc]

    assert once != evidence.plan
    assert failure.fix_plan(once, finding) == once  # type: ignore[misc]
    if isinstance(failure.bad, Scene):
        repaired = repaired_as_told(failure, finding, evidence)
        assert first_finding(failure, repaired, acted(repaired).evidence) is None
    else:
        assert first_finding(failure, failure.bad, replace(evidence, plan=once)) is None


@fixed_by("fix_arguments")
def test_argument_fix_clears_the_scene(failure: Failure, acted: Act) -> None:
    """With the fixed settings the failure is not seen at its earliest moment; fixing twice is fixing once."""
    finding, evidence = shown(failure, acted)
    assert evidence.arguments is not None
    assert not isinstance(failure.bad, Scene)

    once = failure.fix_arguments(evidence.arguments, finding)  # type: ignore[misc]
    changed = {change.name: change.after for change in changes(failure, evidence, finding)}
    repaired = replace(failure.bad, arguments={**failure.bad.arguments, **changed})

    assert changed
    assert failure.fix_arguments(once, finding) == once  # type: ignore[misc]
    assert first_finding(failure, repaired, acted(repaired).evidence) is None


@fixed_by("fix_rows")
def test_row_fix_clears_the_scene(failure: Failure, acted: Act, minilm: Path, tmp_path: Path) -> None:
    """With the rows that are left the failure is not seen; fixing twice is fixing once; train is untouched."""
    finding, _ = shown(failure, acted)
    splits = acted(failure.bad).splits
    assert splits is not None
    assert isinstance(failure.bad, Scene)

    once = failure.fix_rows(splits, finding)  # type: ignore[misc]
    write(once, tmp_path)
    settings = {setting: str(value) for setting, value in failure.bad.settings.items()}
    report = check(Request(data=str(tmp_path), model=str(minilm), settings=settings, only=(failure.id,)))

    assert once.train.equals(splits.train)
    assert failure.fix_rows(once, finding) == once  # type: ignore[misc]
    assert 0 < once.test.num_rows < splits.test.num_rows
    assert _ids(report.verdicts) == []


@pytest.mark.skipif(not os.environ.get("LUTHIER_ALL_SCENES"), reason="trains two models for each fix")
@fixed_by("fix_plan")
def test_plan_fix_does_not_lower_the_score(failure: Failure, acted: Act) -> None:
    """Macro-F1 on the same test rows is not lower after the fix, beyond a row in either direction."""
    if not isinstance(failure.bad, Scene):
        pytest.skip("a folder is not trained again")
    repaired = repaired_as_told(failure, *shown(failure, acted))

    then, now = (acted(replace(scene, train=True)).evidence.test.model for scene in (failure.bad, repaired))
    assert now.rows == then.rows
    assert now.score("macro_f1") >= then.score("macro_f1") - 1 / now.rows


def repaired_as_told(failure: Failure, finding: Finding, evidence: Evidence) -> Scene:
    """The bad scene with the changes that a report names to the user."""
    assert isinstance(failure.bad, Scene)
    told_there = {change.name: change.after for change in changes(failure, evidence, finding)}
    return replace(failure.bad, settings={**failure.bad.settings, **told_there})


def write(splits: Splits, folder: Path) -> None:
    """Splits as a user has them: a folder of three files."""
    for name in ("train", "validation", "test"):
        table = splits[name].drop_columns(["row", "line", "file"])
        table = table.rename_columns([column.removeprefix("extra:") for column in table.column_names])
        pa.csv.write_csv(table, folder / f"{name}.csv")


def _ids(verdicts: Verdicts) -> list[str]:
    return [finding.failure for finding in verdicts.seen]
