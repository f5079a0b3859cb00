"""Conversations as a chat template writes them, within bounds of time and memory; see `_rendering.py`."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from luthier.stages.data.conversations import Turn

SECONDS = 20
"""Processor time for all conversations; 5,000 of them take about one second with the templates of known models."""
MEMORY = 1 << 30
"""Bytes of address space."""
CHARACTERS = 100_000_000
"""Characters that all of them may have; what the parent reads is bounded by it."""
REACHED, TOO_MUCH = 77, 78
"""Exit statuses of a process whose template reached for what is not its own, and of one without memory."""
_SCRIPT = Path(__file__).with_name("_rendering.py")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came of rendering.

    Attributes:
        texts: one per conversation; None where the template refused it.
        error: why the first of these was refused; empty where none was.
    """

    texts: tuple[str | None, ...]
    error: str = ""


def render(template: str, chats: Sequence[Sequence[Turn]], names: Mapping[str, str]) -> Rendered:
    """Render conversations, as `apply_chat_template` of Transformers does without a generation prompt.

    Args:
        template: in Jinja's language.
        chats: the conversations.
        names: what the template may write besides, such as bos_token and eos_token.
    """
    turns = [[{"role": turn.role, "content": turn.text} for turn in chat] for chat in chats]
    bounds = {"seconds": SECONDS, "bytes": MEMORY, "characters": CHARACTERS}
    job = {"template": template, "chats": turns, "names": dict(names), **bounds}
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(_SCRIPT)],
            input=json.dumps(job).encode(),
            capture_output=True,
            check=False,
            timeout=2 * SECONDS,
        )
    except subprocess.TimeoutExpired:
        return _none(chats, f"it took more than {2 * SECONDS} seconds")
    except OSError as error:
        return _none(chats, f"no process could be started for it ({error.strerror})")
    if done.returncode == REACHED:
        return _none(chats, "it reached for a file, a program, a module or the network")
    if done.returncode == TOO_MUCH or done.returncode < 0:
        return _none(chats, f"it took more than {SECONDS} seconds of processor time, or too much memory")
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        return _none(chats, f"it could not be rendered ({said or f'exit status {done.returncode}'})")
    answers = json.loads(done.stdout)
    errors = [one["error"] for one in answers if isinstance(one, dict)]
    return Rendered(tuple(one if isinstance(one, str) else None for one in answers), errors[0] if errors else "")


def _none(chats: Sequence[Sequence[Turn]], error: str) -> Rendered:
    return Rendered((None,) * len(chats), error)
