"""Every failure acted out on a small real model: seen in its bad scene, quiet in its good one, cleared by its fix.

Each scene is acted once for all tests. The golden files hold what people read; `LUTHIER_GOLDEN=1` writes them anew.
`LUTHIER_ALL_SCENES=1` also trains before and after each fix and compares the scores on held-out rows.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from luthier.facts.finding import Finding, Moment, Verdicts
from luthier.facts.plan import Plan
from luthier.facts.report import Evidence
from luthier.facts.request import Request
from luthier.facts.rows import Splits
from luthier.facts.scene import Scene
from luthier.facts.trace import Trace
from luthier.failures._contract import Failure
from luthier.failures._engine import all_failures, ask
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
Act = Callable[[Scene], "object"]


@pytest.fixture(scope="session")
def acted(minilm: Path, tmp_path_factory: pytest.TempPathFactory) -> Act:
    """Acts a scene, once."""
    reproduce = pytest.importorskip("luthier.reproduce")
    known: dict[str, object] = {}

    def once(scene: Scene) -> object:
        key = repr(replace(scene, says=""))
        if key not in known:
            known[key] = reproduce.act(scene, model=str(minilm), folder=tmp_path_factory.mktemp("scene"))
        return known[key]

    return once


def looks(evidence: Evidence, moment: Moment) -> Iterator[Evidence]:
    """What is known each time that failures are asked at a moment; the guard looks every ten steps and at the end."""
    known = Evidence(evidence.data, evidence.model, evidence.plan, missing=evidence.missing)
    if moment is Moment.BEFORE:
        yield known
    elif moment is Moment.AFTER:
        yield evidence
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


def first_finding(failure: Failure, evidence: Evidence) -> Finding | None:
    """What the failure says at the earliest moment that it declares, at the first look that sees something."""
    moment = next(moment for moment in Moment if moment in failure.moments)
    for known in looks(evidence, moment):
        if found := ask([failure], moment, known).seen:
            return found[0]
    return None


@every_failure
def test_seen_in_its_bad_scene(failure: Failure, acted: Act) -> None:
    """At the earliest moment that it declares; and in the last word it is told, alone."""
    scene = acted(failure.bad)

    assert first_finding(failure, scene.evidence) is not None
    told_there = {finding.failure for finding in scene.verdicts.seen}
    assert told_there - set(COMPANY.get(failure.id, {})) == {failure.id}


@every_failure
def test_quiet_in_its_good_scene(failure: Failure, acted: Act) -> None:
    """No failure at all says anything, in the last word or at any look of the guard."""
    scene = acted(failure.good)

    assert _ids(scene.verdicts) == []
    for known in looks(scene.evidence, Moment.DURING):
        assert _ids(ask(FAILURES.values(), Moment.DURING, known)) == []


@every_failure
def test_finding_is_complete(failure: Failure, acted: Act) -> None:
    """It holds a number, a place and a next step."""
    finding = first_finding(failure, acted(failure.bad).evidence)
    words = told(finding)

    assert re.search(r"\d", words.message)
    assert words.next_step
    assert finding.place.name or finding.place.rows or finding.place.step is not None
    assert 0 < finding.confidence <= 1


@every_failure
def test_golden_text(failure: Failure, acted: Act, minilm: Path) -> None:
    """People read what the golden file says; paths and the numbers of a training run are left out: they differ."""
    words = told(first_finding(failure, acted(failure.bad).evidence))
    text = f"{words.severity}: {words.message}\n\nwhy: {words.why}\n\nnext: {words.next_step}\n\nat: {words.place}\n"
    text = re.sub(r"/\S+/run/model", "RUN/model", text.replace(str(minilm), "MODEL"))
    text = re.sub(r"(?<![\w.])[-+]?\d+(\.\d+)?(e-?\d+)?", "#", text) if failure.bad.train else text
    path = GOLDEN / f"{failure.id}.txt"
    if os.environ.get("LUTHIER_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    """Each belongs to a failure."""
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(FAILURES)


@pytest.mark.parametrize("name", [name for name, f in FAILURES.items() if f.fix_plan and name not in NOT_SHOWN])
def test_plan_fix_clears_the_scene(name: str, acted: Act) -> None:
    """With the fixed plan the failure is not seen at its earliest moment; fixing twice is fixing once."""
    failure = FAILURES[name]
    scene = acted(failure.bad)
    finding = first_finding(failure, scene.evidence)

    once = failure.fix_plan(scene.plan, finding)

    assert once != scene.plan
    assert failure.fix_plan(once, finding) == once
    assert first_finding(failure, acted(with_plan(failure.bad, scene.plan, once)).evidence) is None


@pytest.mark.parametrize("name", [name for name, failure in FAILURES.items() if failure.fix_rows])
def test_row_fix_clears_the_scene(name: str, acted: Act, minilm: Path, tmp_path: Path) -> None:
    """With the rows that are left the failure is not seen; fixing twice is fixing once; train is untouched."""
    from luthier.run import check

    failure = FAILURES[name]
    scene = acted(failure.bad)
    finding = first_finding(failure, scene.evidence)

    once = failure.fix_rows(scene.splits, finding)
    write(once, tmp_path)
    settings = {setting: str(value) for setting, value in failure.bad.settings.items()}
    report = check(Request(data=str(tmp_path), model=str(minilm), settings=settings, only=(name,)))

    assert once.train.equals(scene.splits.train)
    assert failure.fix_rows(once, finding) == once
    assert 0 < once.test.num_rows < scene.splits.test.num_rows
    assert _ids(report.verdicts) == []


@pytest.mark.skipif(not os.environ.get("LUTHIER_ALL_SCENES"), reason="trains two models for each fix")
@pytest.mark.parametrize("name", [name for name, f in FAILURES.items() if f.fix_plan and name not in NOT_SHOWN])
def test_plan_fix_does_not_lower_the_score(name: str, acted: Act) -> None:
    """Macro-F1 on the same test rows is not lower after the fix, beyond a row in either direction."""
    failure = FAILURES[name]
    scene = acted(replace(failure.bad, train=True))
    finding = first_finding(failure, scene.evidence)

    fixed = acted(replace(with_plan(failure.bad, scene.plan, failure.fix_plan(scene.plan, finding)), train=True))

    before, after = (one.evidence.test.model for one in (scene, fixed))
    assert after.rows == before.rows
    assert after.score("macro_f1") >= before.score("macro_f1") - 1 / after.rows


def with_plan(scene: Scene, old: Plan, new: Plan) -> Scene:
    """The scene with those settings changed in which two plans differ."""
    before, after = _flat(asdict(old)), _flat(asdict(new))
    changed = {name: _as_setting(value) for name, value in after.items() if before[name] != value}
    return replace(scene, settings={**scene.settings, **changed})


def _flat(values: dict[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in values.items():
        if name != "reasons":
            flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat


def _as_setting(value: object) -> float | int | str:
    return ",".join(value) if isinstance(value, tuple) else value  # type: ignore[return-value]


def write(splits: Splits, folder: Path) -> None:
    """Splits as a user has them: a folder of three files."""
    for name in ("train", "validation", "test"):
        table = splits[name].drop_columns(["row", "line", "file"])
        table = table.rename_columns([column.removeprefix("extra:") for column in table.column_names])
        pa.csv.write_csv(table, folder / f"{name}.csv")


def _ids(verdicts: Verdicts) -> list[str]:
    return [finding.failure for finding in verdicts.seen]
