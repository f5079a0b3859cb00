"""Read run folders with an audit hook in place, and print a JSON line for each. Started as a process of its own.

The first folder is a healthy one, read before the hook is set, so that what is imported late is there, parts of
the standard library included. From then on nothing may be imported, executed, started, connected or opened for writing.
"""

import codecs
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from luthier.stages.diagnose.foreign import of_folder

FORBIDDEN = (
    "exec",
    "compile",
    "import",
    "marshal.",
    "pickle.",
    "ctypes.",
    "subprocess.",
    "socket.",
    "shutil.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.truncate",
    "os.chmod",
    "os.link",
    "os.symlink",
)
seen: list[str] = []


def hook(event: str, arguments: tuple[object, ...]) -> None:
    """Keep what is forbidden; writing is an `open` whose flags ask for it."""
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event.startswith(FORBIDDEN):
        seen.append(f"{event} {str(arguments)[:200]}")


def main(healthy: str, *folders: str) -> None:
    """Read every folder, and say what it gave and what happened meanwhile."""
    of_folder(Path(healthy))
    for late in ("utf-32-le", "cp437"):
        codecs.lookup(late)
    Counter("ab").most_common(1)
    sys.addaudithook(hook)
    for folder in folders:
        seen.clear()
        before = time.process_time()
        evidence = of_folder(Path(folder))
        seconds = time.process_time() - before
        notes = [f"{source.file}: {source.note}" for source in evidence.sources if source.note]
        kept = {"folder": folder, "seconds": seconds, "events": list(seen), "notes": notes}
        sys.stdout.write(json.dumps(kept) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
