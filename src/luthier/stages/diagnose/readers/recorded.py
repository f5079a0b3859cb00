"""What Luthier's callback wrote beside a run of another tool: raw steps, and the census of its first batches."""

from typing import TypeVar

import msgspec

from luthier.facts.arguments import Plain
from luthier.facts.census import BatchCensus
from luthier.facts.evaluation import Evaluation
from luthier.facts.trace import Step, Trace
from luthier.log import Recorder, unspelled
from luthier.stages.diagnose.home import Home

LOG, FINDINGS = "luthier_log.jsonl", "luthier_findings.json"
VERSION = 1
LONGEST = 2**30
"""Bytes of a log that are read: about three million steps."""
_LONGEST_LINE = 2**20
Record = TypeVar("Record", Step, Evaluation, BatchCensus)


def read(home: Home) -> Trace | None:
    """The raw log; None where the callback did not run. Lines that are damaged are left out, and the diary says so."""
    names = home.named(LOG)
    if not names:
        return None
    about = home.aside().json(FINDINGS, "trace") or {}
    recorder = Recorder(_count(about, "total_steps"), _count(about, "steps_per_epoch"))
    bad = _fill(home, recorder)
    trace = recorder.trace(finished=about.get("finished") is True)
    if not len(trace) and not trace.evaluations:
        home.note(LOG, "trace", "no line of it is a step")
        return None
    home.note(LOG, "trace", f"{bad:,} lines are damaged and were left out" if bad else "")
    return trace


def read_census(home: Home) -> BatchCensus | None:
    """What the callback counted in the first batches; None where it did not."""
    counted = (home.json(FINDINGS, "census") or {}).get("census")
    return _converted(counted, BatchCensus) if isinstance(counted, dict) else None


def _count(about: dict[str, Plain], name: str) -> int:
    value = about.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else 0


def _fill(home: Home, recorder: Recorder) -> int:
    """Feed the steps and evaluations of the log into a recorder; returns how many lines are neither."""
    bad = read = 0
    groups: tuple[frozenset[str], ...] | None = None
    try:
        with (home.path / LOG).open("rb") as file:
            while read < LONGEST and (line := file.readline(_LONGEST_LINE)):
                read += len(line)
                record = _record(line)
                if isinstance(record, Step):
                    own = tuple(frozenset(part) for part in (record.rates, record.grad_norms, record.update_ratios))
                    groups = groups or own
                    if own != groups or not 0 <= record.number < 2**53:
                        bad += 1  # columns of unequal length would lie about which step a value belongs to
                        continue
                    recorder.add(record)
                elif record is not None:
                    recorder.evaluations.append(record)
                else:
                    bad += 1
    except OSError as error:
        home.note(LOG, "trace", f"cannot be read: {error.strerror}")
    return bad


def _record(line: bytes) -> Step | tuple[int, Evaluation] | None:
    """A line; None where it is damaged."""
    try:
        values = msgspec.json.decode(line, type=dict[str, object])
        kind, step = values.pop("kind"), int(values.pop("step"))  # type: ignore[call-overload]
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):  # msgspec's errors are ValueErrors
        return None
    if kind == "step":
        return _converted(values, Step)
    evaluation = _converted(values, Evaluation)
    return (step, evaluation) if evaluation is not None else None


def _converted(values: object, kind: type[Record]) -> Record | None:
    try:
        return msgspec.convert(unspelled(values), kind, strict=False)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return None
