"""Class ids were made from a list whose order changes from one start of the program to the next.

Symptom
    The same code gives other class names on each run. After a resume the loss jumps; later a service answers with
    names that belong to other classes.

Why it is silent
    list(set(labels)) and the first appearance in a file give some order each time, and each order trains well. Only two
    orders side by side show it.

Evidence
    Before: in the config, id2label and label2id give the same name different numbers.
    After: likewise; or a checkpoint in the folder has the names of the saved config under other numbers: an error where
    the log shows that the run was resumed, since it then went on with other ids, a warning otherwise.

Fix
    Advice only: the list is made in code of the user.

Source
    google-research/bert #652 (https://github.com/google-research/bert/issues/652), NeMo Curator PR #221. Our
    experiment with Python 3.11: list(set(...)) of four names came in three orders under PYTHONHASHSEED 0 to 3.
"""

from luthier.facts.arguments import Plain
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.failures._labels import folded, moved, named

MESSAGE = {
    "ways": "The config gives {count} classes two numbers: {name} is {here} in id2label and {there} in label2id.",
    "resumed": "{folder} gives {count} classes other numbers than the saved config: {name} is {there}, then {here}.",
}
WHY = {
    "ways": "From a name to its number and back, this config leads to another class.",
    "resumed": "One head was trained on two meanings of each output, or the folder holds two runs that look like one.",
}
_FIXED = (
    "Fix the order: classes = sorted(set(labels)), then id2label=dict(enumerate(classes)) and label2id={{name: number "
    "for number, name in enumerate(classes)}}; later runs read both from the saved config."
)
NEXT_STEP = {
    "ways": f"{_FIXED} Look which of the two the labels were made with, and keep that one.",
    "resumed": f"{_FIXED} Train again from the start.",
}
DEGREE = Degree.ADVICE
SIGNS = ("confusion matrix is a permutation", "run cannot be resumed")

BAD = LiveScene(options={"named_labels": 5}, says="Names are numbered twice, from two lists in different order.")
GOOD = LiveScene(options={"named_labels": 1}, says="Both numberings come from one list.")


def before(config: SavedConfig) -> Finding | NotLooked | None:
    """Compare the two numberings in the config."""
    return _ways(Moment.BEFORE, config)


def after(config: SavedConfig, checkpoints: CheckpointFacts | None = None) -> Finding | NotLooked | None:
    """Compare the saved config with itself and with those of the checkpoints."""
    found = _ways(Moment.AFTER, config)
    if found is not None:
        return found
    for folder, earlier in config.earlier.items():
        if named(earlier) and (names := moved(config.labels, earlier)):
            resumed = checkpoints is not None and bool(checkpoints.resumed_at)
            numbers = _numbers(names, config.labels, earlier)
            severity: Severity = "error" if resumed else "warning"
            return _finding(Moment.AFTER, "resumed", {**numbers, "folder": folder}, f"{folder}/config.json", severity)
    return None


def _ways(moment: Moment, config: SavedConfig) -> Finding | NotLooked | None:
    if not named(config.labels):
        return NotLooked("the config does not name classes")
    back = _in_order(config.model.get("label2id"))
    names = moved(config.labels, back) if named(back) else []
    if not names:
        return None
    numbers = _numbers(names, config.labels, back)
    return _finding(moment, "ways", numbers, f"{config.folder}/config.json".lstrip("/"), "error")


def _in_order(ids: Plain) -> tuple[str, ...]:
    """Names of label2id by their number; none where its numbers are not 0 to N-1."""
    if not isinstance(ids, dict):
        return ()
    order = {number: name for name, number in ids.items() if isinstance(number, int)}
    return tuple(order[number] for number in range(len(ids))) if set(order) == set(range(len(ids))) else ()


def _numbers(names: list[str], here: tuple[str, ...], there: tuple[str, ...]) -> dict[str, Number]:
    name = names[0]
    return {
        "count": len(names),
        "name": name,
        "here": here.index(name),
        "there": folded(there).index(folded([name])[0]),
        "folder": "",
    }


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], file: str, severity: Severity) -> Finding:
    return Finding(
        failure="label_order_unstable",
        moment=moment,
        severity=severity,
        confidence=0.95,
        numbers=numbers,
        place=Place("file", file),
        variant=variant,
    )
