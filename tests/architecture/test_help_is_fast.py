"""Help and knowledge answer at once: no torch, under half a second."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

QUICK = {
    "import": "import luthier",
    "help": "import sys; sys.argv = ['luthier', '--help']; from luthier.cli.main import main; main()",
    "no arguments": "import sys; sys.argv = ['luthier']; from luthier.cli.main import main; main()",
    "failures": "import sys; sys.argv = ['luthier', 'failures']; from luthier.cli.main import main; main()",
}
REPORT = """
import atexit, sys
atexit.register(lambda: sys.stderr.write('HEAVY ' + ' '.join({'torch', 'transformers', 'sklearn'} & set(sys.modules))))
"""


def run_once(code: str, compiled: Path) -> tuple[str, float]:
    """What a fresh interpreter had imported of the heavy libraries, and the processor seconds that it took."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-c", REPORT + code],
        capture_output=True,
        text=True,
        check=False,
        env={**kept, "PYTHONPYCACHEPREFIX": str(compiled)},
    )
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert "HEAVY" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr.rpartition("HEAVY")[2].strip(), spent


@pytest.mark.parametrize("what", QUICK)
def test_quick(what: str, tmp_path: Path) -> None:
    """Starts without the heavy libraries; median of 5 under 0.5 s of processor time, which a busy machine leaves be.

    Compiled once, as an installed package is.
    """
    runs = [run_once(QUICK[what], tmp_path) for _ in range(5)]

    assert {heavy for heavy, _ in runs} == {""}
    assert statistics.median(seconds for _, seconds in runs) < 0.5
