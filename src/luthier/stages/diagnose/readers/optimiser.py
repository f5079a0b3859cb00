"""The optimiser of a run, from the newest optimizer.pt: the settings of its groups. Its tensors are not read."""

from luthier.errors import RunError
from luthier.facts.optimiser import OptimiserFacts, OptimiserGroup
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.config import checkpoint_folders
from luthier.stages.diagnose.readers.inert import Table, plain, table_of
from luthier.stages.diagnose.readers.torch_files import read_archive

PART = "optimiser"
FILE = "optimizer.pt"
MOST_GROUPS = 10_000
OF_THE_MOMENT = frozenset({"params", "lr"})
"""What a group holds that is no setting: its weights, and the rate of the step at which it was looked at."""


def read(home: Home) -> OptimiserFacts | None:
    """Groups of the newest optimizer.pt that can be read; None where there is none.

    Args:
        home: the folder; its own file and those of its checkpoints are looked at, newest first.
    """
    for folder in ("", *reversed(checkpoint_folders(home))):
        for file in home.named(FILE, below=folder):
            try:
                table = table_of(read_archive(home.path / file))
                groups = tuple(_groups(table)) if table is not None else ()
            except RunError as error:
                home.note(file, PART, error.what)
                continue
            if groups:
                home.note(file, PART)
                return OptimiserFacts(file, groups=groups)
            home.note(file, PART, "no groups of weights in it")
    return None


def _groups(table: Table) -> list[OptimiserGroup]:
    listed = next((value for name, value in table.pairs if name == "param_groups"), None)
    found = []
    for one in listed[:MOST_GROUPS] if isinstance(listed, list) else ():
        values = plain(one)
        if not isinstance(values, dict):
            continue
        held = values.get("params")
        settings = {name: value for name, value in values.items() if name not in OF_THE_MOMENT}
        found.append(OptimiserGroup(settings, len(held) if isinstance(held, tuple) else 0))
    return found
