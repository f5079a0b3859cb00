"""The peers on the same folders: six command-line tools that judge logs, through `run_peers.py`.

Their rules are mapped to families by what they claim to see. None of them ranks or names causes more finely, so a peer
gets the benefit: it is right where any of its alarms speaks for the family of the planted cause.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.detection.score import Said

PEERS = ("finetune-doctor", "losslint", "trainspotter", "runmedic", "trainproof", "peft-doctor")
ALARMS = frozenset(("warning", "warn", "error", "critical", "fail", "high", "medium"))

FAMILIES = {
    "numerics": ("nan", "finite", "zero-loss", "degenerate", "overflow", "invalid"),
    "optimisation": ("overfit", "spike", "diverg", "explosion", "jump", "stagnation", "plateau", "improv"),
    "rate": ("lr", "learning_rate", "no_learning", "not_learning", "dead-run", "flat", "schedule"),
    "settings": ("no_eval", "checkpoint", "best"),
    "supervision": ("zero-loss", "zero_loss", "degenerate", "zero-grad", "labels"),
    "data": ("leak", "duplicate", "eval_below_train", "val_below_train", "label"),
}
"""Family to words in the names of rules. A rule may speak for several families: the peer gets the benefit."""


def peers_on(folder: Path, made: dict[str, Any], environment: Path, script: Path) -> list[Said]:
    """All peers on one run; what they said is kept beside it, since they need seconds to say it.

    Args:
        folder, made: of the run, and what was planted in it.
        environment: folder whose bin/ holds the peers' commands.
        script: run_peers.py.
    """
    kept = folder / "peers.json"
    if not kept.is_file():
        command = [sys.executable, str(script), "--bin", str(environment / "bin"), str(folder / "run")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        kept.write_text(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    return _said(json.loads(kept.read_text()), made)


def _said(answers: dict[str, Any], made: dict[str, Any]) -> list[Said]:
    found = []
    for peer in PEERS:
        named = tuple(_rule(one) for one in answers.get(peer, ()) if _alarm(one))
        right = bool(made["cause"]) and any(_speaks_for(rule, made["family"]) for rule in named)
        found.append(
            Said(
                recipe=made["recipe"],
                part=made["part"],
                seed=made["seed"],
                cause=made["cause"],
                needs=made["needs"],
                tool=peer,
                level="log only",
                named=named,
                alarm=bool(named),
                right=right,
                family=right,
            )
        )
    return found


def _rule(answer: str) -> str:
    return answer.rpartition("[")[0] or answer


def _alarm(answer: str) -> bool:
    severity = answer.rpartition("[")[2].rstrip("]").lower()
    return severity in ALARMS


def _speaks_for(rule: str, family: str) -> bool:
    return any(word in rule.lower() for word in FAMILIES.get(family, ()))
