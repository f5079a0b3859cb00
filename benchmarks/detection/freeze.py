"""The frozen part: logs and settings of a few runs, without weights, small enough to be kept beside the tests.

    python -m benchmarks.detection.freeze --cache DIR tests/frozen

A broken run is kept where its cause is named first from what is kept of it; of the healthy ones nothing may be named.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from luthier.run import diagnose

KEPT = ("trainer_state.json", "training_args.bin", "config.json", "generation_config.json", "adapter_config.json")
MOST = 24_000
"""Bytes of a run that is kept."""
HEALTHY = 8
SAID = "said.json"


def main() -> None:
    """Freeze runs of the tuning part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("to", type=Path)
    asked = parser.parse_args()
    said: dict[str, str] = {}
    for path in sorted((asked.cache / "tuning").glob("*/made.json")):
        made = json.loads(path.read_text())
        wanted = made["cause"] not in said.values() if made["cause"] else list(said.values()).count("") < HEALTHY
        if wanted and freeze(path.parent, made, asked.to / made["recipe"]):
            said[made["recipe"]] = made["cause"]
            print(f"{made['recipe']}: {made['cause'] or 'healthy'}")
    (asked.to / SAID).write_text(json.dumps(said, indent=1) + "\n")


def freeze(folder: Path, made: dict[str, Any], to: Path) -> bool:
    """Copy what is small of a run; False, and nothing is left, where that does not tell its cause."""
    to.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        if (folder / "run" / name).is_file():
            shutil.copy(folder / "run" / name, to / name)
    told = [one.failure for one in diagnose(str(to)).verdicts.seen]
    right = told[:1] == [made["cause"]] if made["cause"] else not told
    if (to / "adapter_config.json").is_file():
        text = (to / "adapter_config.json").read_text()
        (to / "adapter_config.json").write_text(text.replace(made["base"], made["model"]))
    names_home = any(str(Path.home()).encode() in path.read_bytes() for path in to.iterdir())
    if not right or names_home or sum(path.stat().st_size for path in to.iterdir()) > MOST:
        shutil.rmtree(to)
        return False
    return True


if __name__ == "__main__":
    main()
