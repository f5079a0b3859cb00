"""What is said of each run: by Luthier on three amounts of evidence, and by the peers; against what was planted.

Rows: *log only* (trainer_state.json), *log + config + weights* (the output folder as Trainer leaves it, and the base
model), *+ data* (and the user's files), *+ the guard's record* (of a run that was made again with `LuthierCallback` in
it, which alone sees what a collator does). Luthier is called as a user calls it, through `luthier.run.diagnose`.
"""

import json
import math
import shutil
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from luthier.facts.finding import Finding
from luthier.run import diagnose

LEVELS = ("log only", "log + config + weights", "+ data", "+ the guard's record")
NEEDS = ("log", "files", "data", "batches")
SPEAKS = ("error", "warning")
"""Severities that count as an alarm; a note informs. A cause that is told first is told, whatever its severity."""


@dataclass(frozen=True)
class Said:
    """What a tool said of a run.

    Attributes:
        recipe, part, seed, cause: of the run.
        needs: least evidence that can show the cause: "log", "files", "data" or "batches".
        tool, level: who, on what evidence.
        named: causes in the order in which they were told.
        alarm: whether one of them is more than a note.
        right: the first of them is the planted one.
        family: the first of them is of the planted one's family.
    """

    recipe: str
    part: str
    seed: int
    cause: str
    needs: str
    tool: str
    level: str
    named: tuple[str, ...]
    alarm: bool
    right: bool
    family: bool

    @property
    def can_be_told(self) -> bool:
        """Whether the evidence of this level can show the cause."""
        return NEEDS.index(self.needs) <= LEVELS.index(self.level)


def luthier_on(folder: Path, made: dict[str, Any], families: dict[str, str], watched: Path) -> list[Said]:
    """Luthier on one run, at each amount of evidence; the last where the run was made again under the guard."""
    said = []
    for level in LEVELS[:-1]:
        said.append(_judged(made, level, _seen(folder, made["base"], level), families))
    if (watched / "made.json").is_file():
        again = json.loads((watched / "made.json").read_text())
        said.append(_judged(made, LEVELS[-1], _seen(watched, again["base"], LEVELS[-1]), families))
    return said


def _seen(folder: Path, base: str, level: str) -> tuple[Finding, ...]:
    if level == "log only":
        with tempfile.TemporaryDirectory() as home:
            shutil.copy(newest_state(folder / "run"), home)
            return diagnose(home).verdicts.seen
    data = str(folder / "data") if LEVELS.index(level) >= LEVELS.index("+ data") else None
    return diagnose(str(folder / "run"), data=data, base=base or None).verdicts.seen


def newest_state(output: Path) -> Path:
    """trainer_state.json at the top, else of the newest checkpoint."""
    found = [output / "trainer_state.json", *output.glob("checkpoint-*/trainer_state.json")]
    return max((path for path in found if path.is_file()), key=lambda path: len(path.read_bytes()))


def _judged(made: dict[str, Any], level: str, seen: tuple[Finding, ...], families: dict[str, str]) -> Said:
    wanted = (made["cause"], *made["also"])
    named = tuple(finding.failure for finding in seen)
    first = named[0] if named else ""
    return Said(
        recipe=made["recipe"],
        part=made["part"],
        seed=made["seed"],
        cause=made["cause"],
        needs=made["needs"],
        tool="luthier",
        level=level,
        named=named,
        alarm=any(finding.severity in SPEAKS for finding in seen),
        right=bool(made["cause"]) and first in wanted,
        family=bool(made["cause"]) and families.get(first, first) == made["family"],
    )


def table(said: list[Said]) -> list[str]:
    """Lines of the table: a row for each tool and amount of evidence."""
    names = f"{'tool':<18}{'evidence':<26}{'right cause first':>20}{'of what it can show':>22}{'right family':>20}"
    lines = [f"{names}{'silent':>9}{'false alarms (95 %)':>28}"]
    for tool, level in dict.fromkeys((one.tool, one.level) for one in said):
        own = [one for one in said if (one.tool, one.level) == (tool, level)]
        broken, healthy = [one for one in own if one.cause], [one for one in own if not one.cause]
        able = [one for one in broken if one.can_be_told]
        alarms = sum(one.alarm for one in healthy)
        low, high = wilson(alarms, len(healthy))
        lines.append(
            f"{tool:<18}{level:<26}{share(sum(o.right for o in broken), len(broken)):>20}"
            f"{share(sum(o.right for o in able), len(able)):>22}"
            f"{share(sum(o.family or o.right for o in broken), len(broken)):>20}"
            f"{sum(not o.named for o in broken):>9}"
            f"{f'{alarms} of {len(healthy)} ({low:.1%} to {high:.1%})':>28}"
        )
    return lines


def misses(said: list[Said], level: str) -> list[str]:
    """By name: runs whose cause can be told and was not named first, and healthy ones of which Luthier complained."""
    own = [one for one in said if one.tool == "luthier" and one.level == level]
    told = [one for one in own if one.cause and one.can_be_told]
    wrong = Counter((one.recipe, one.cause, one.named[:2]) for one in told if not one.right)
    alarms = Counter((one.recipe, "healthy", one.named[:2]) for one in own if not one.cause and one.alarm)
    return [
        f"  {recipe} ({cause}): {' then '.join(named) or 'nothing said'}" + (f" (x{count})" if count > 1 else "")
        for (recipe, cause, named), count in sorted((wrong + alarms).items())
    ]


def share(count: int, total: int) -> str:
    """A share in words."""
    return f"{count} of {total} ({count / total:.0%})" if total else "-"


def wilson(hits: int, total: int) -> tuple[float, float]:
    """95 % interval of a share. Source: Wilson, Probable inference, 1927."""
    if not total:
        return 0.0, 1.0
    z, p = 1.96, hits / total
    middle = p + z * z / (2 * total)
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return max(0.0, (middle - half) / (1 + z * z / total)), min(1.0, (middle + half) / (1 + z * z / total))


def as_json(said: list[Said]) -> str:
    """Everything that was said."""
    return json.dumps([asdict(one) for one in said], indent=1)
