"""Settings and scores in the model card that Trainer writes: the lists under "The following hyperparameters were used"
and "It achieves the following results".

Format: transformers/modelcard.py, `extract_hyperparameters_from_trainer`, versions 4.6 to 5.24. The card rounds
nothing, and holds about a dozen settings; what it does not hold is not known. Cards of Sentence Transformers (3.0 to
6.2) hold them all, under "Training Hyperparameters", and name the losses among their tags.
"""

import re

from luthier.facts.arguments import Plain
from luthier.stages.diagnose.home import Home

FILE = "README.md"
LARGEST = 2 * 2**20
"""Bytes of a card that is read."""
_HEADING = "hyperparameters were used during training"
_RESULTS = "achieves the following results on the evaluation set"
_RESULT = re.compile(r"^- (\w[\w ]{0,80}): (\S{1,40})$")
_SENTENCES = "### Training Hyperparameters"
_SENTENCE_LINE = re.compile(r"^- `(\w+)`: (.+)$")
_LOSS = re.compile(r"^- loss:(\w+)$")
_WORDS: dict[str, Plain] = {"True": True, "False": False, "None": None}
_LINE = re.compile(r"^- (\w+): (.*)$")
_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$", re.IGNORECASE)
_BETAS = re.compile(r"betas=\(([\d.e+-]+), ?([\d.e+-]+)\)", re.IGNORECASE)
_EPSILON = re.compile(r"epsilon=([\d.e+-]+)", re.IGNORECASE)
_OPTIMISER = re.compile(r"^(?:Use )?(?:OptimizerNames\.)?(\w+)")
_NAMES = {
    "learning_rate": "learning_rate",
    "train_batch_size": "per_device_train_batch_size",
    "eval_batch_size": "per_device_eval_batch_size",
    "seed": "seed",
    "gradient_accumulation_steps": "gradient_accumulation_steps",
    "num_devices": "world_size",
    "lr_scheduler_type": "lr_scheduler_type",
    "lr_scheduler_warmup_ratio": "warmup_ratio",
    "lr_scheduler_warmup_steps": "warmup_steps",
    "training_steps": "max_steps",
    "num_epochs": "num_train_epochs",
    "label_smoothing_factor": "label_smoothing_factor",
}


def settings(text: str) -> dict[str, Plain]:
    """Settings in a card, under the names of TrainingArguments; empty where the card has none."""
    _, heading, rest = text.partition(_HEADING)
    values: dict[str, Plain] = {}
    if not heading:
        return _of_sentences(text)
    for line in rest.splitlines()[1:]:
        found = _LINE.match(line.strip())
        if found:
            _take(values, found[1], found[2].strip())
        elif line.startswith("#"):
            break
    return values


def results(text: str) -> dict[str, float]:
    """Scores in a card, under the heading that Trainer gives them: name in small letters to value, rounded to four
    digits; empty where it has none.
    """
    _, heading, rest = text.partition(_RESULTS)
    values: dict[str, float] = {}
    for line in rest.lstrip(":\n ").splitlines() if heading else ():
        found = _RESULT.match(line.strip())
        value = number(found[2]) if found else None
        if found is None or value is None:
            break
        values[found[1].lower().replace(" ", "_")] = float(value)
    return values


def reported(home: Home) -> dict[str, float]:
    """Scores that the card at the top of a folder states; empty where there is none."""
    text = home.aside().text(FILE, "", LARGEST) if FILE in home.files else None
    return results(text) if text else {}


def losses(text: str) -> tuple[str, ...]:
    """Names of the losses in a card of Sentence Transformers, by its tags; none in others."""
    head = text.partition("\n---")[0] if text.startswith("---") else ""
    return tuple(found[1] for line in head.splitlines() if (found := _LOSS.match(line.strip())))


def _of_sentences(text: str) -> dict[str, Plain]:
    """Settings in a card of Sentence Transformers; lists and dictionaries are left out."""
    lines = text.partition(_SENTENCES)[2].splitlines()
    found = (line for line in map(_SENTENCE_LINE.match, lines) if line)
    return {one[1]: _value(one[2].strip()) for one in found if one[2][0] not in "[{("}


def _value(text: str) -> Plain:
    value = number(text)
    return _WORDS.get(text, text) if value is None else value


def number(text: str) -> int | float | None:
    """A number in decimal notation; None for any other text."""
    if not _NUMBER.match(text) or len(text) > 40:
        return None
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _take(values: dict[str, Plain], name: str, text: str) -> None:
    if name == "optimizer":
        _optimiser(values, text)
    elif name == "mixed_precision_training":
        values["fp16"] = text == "Native AMP"
    elif name in _NAMES:
        word = text.rpartition(".")[2].lower() if text.startswith("SchedulerType.") else text
        value = number(word)
        values[_NAMES[name]] = word if value is None else value


def _optimiser(values: dict[str, Plain], text: str) -> None:
    """Old cards say "Adam with betas=… and epsilon=…" for what has always been AdamW; newer ones name the setting."""
    named = _OPTIMISER.match(text)
    if named and text.startswith("Use "):
        values["optim"] = named[1].lower()
    if betas := _BETAS.search(text):
        values |= {f"adam_beta{index}": number(betas[index]) for index in (1, 2)}
    if epsilon := _EPSILON.search(text):
        values["adam_epsilon"] = number(epsilon[1])
