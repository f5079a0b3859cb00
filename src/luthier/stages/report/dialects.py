"""Settings in the words of the tool that made the run.

Failures name settings by the dotted names of a plan (`train.rate=5e-5`). Whoever trained with Transformers or TRL knows
them as `learning_rate` and the like. What has no argument there, such as a rate of its own for the head, is told in
plain words, which stand in `words.py` under `dialect.NAME` (alone), `dialect.NAME.set` (with a value),
`dialect.NAME.VALUE` (with this value) and `dialect.NAME.do` (what to do, in the line of the fix).

Names of arguments as in Transformers 5.24 and TRL 1.16, read from the wheels. Transformers 5 takes a share below 1 as
`warmup_steps`; before it was `warmup_ratio`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luthier.facts.arguments import Tool
from luthier.facts.finding import Change, Number
from luthier.facts.report import Evidence
from luthier.stages.report.words import ENGLISH, say

ARGUMENTS: Mapping[str, str] = {
    "train.epochs": "num_train_epochs",
    "train.batch_size": "per_device_train_batch_size",
    "train.accumulation": "gradient_accumulation_steps",
    "train.rate": "learning_rate",
    "train.schedule": "lr_scheduler_type",
    "train.warmup": "warmup_steps",
    "train.weight_decay": "weight_decay",
    "train.clip": "max_grad_norm",
    "train.precision": "bf16",
    "train.label_smoothing": "label_smoothing_factor",
    "train.metric": "metric_for_best_model",
    "train.save_every": "save_steps",
    "train.workers": "dataloader_num_workers",
}
TRL_ARGUMENTS: Mapping[str, str] = {**ARGUMENTS, "model.max_tokens": "max_length"}
VALUES: Mapping[tuple[str, str], Mapping[str, Number]] = {
    ("train.precision", "fp32"): {"bf16": False, "fp16": False},
    ("train.precision", "bf16"): {"bf16": True},
    ("train.schedule", "constant"): {"lr_scheduler_type": "constant_with_warmup"},
    ("train.metric", "log_loss"): {"metric_for_best_model": "loss"},
}
"""Settings with values that these tools name otherwise."""
HOLDERS: Mapping[Tool, str] = {
    "transformers": "TrainingArguments",
    "unknown": "TrainingArguments",
    "trl": "SFTConfig",
}
NAMES = (
    *ARGUMENTS,
    *(f"data.{leaf}" for leaf in ("path", "text", "label", "group", "time", "validation_share", "test_share")),
    *(f"data.{leaf}" for leaf in ("near_duplicates", "clean")),
    *(f"model.{leaf}" for leaf in ("id", "max_tokens", "pooling")),
    *("strategy.name", "strategy.layers"),
    *(f"train.{leaf}" for leaf in ("head_rate", "class_weights", "patience", "evaluations_per_epoch", "word_dropout")),
)
"""Dotted names of a plan; a test compares them with the plan itself."""
_SETTING = re.compile(
    rf"(?<![\w./-])(?P<name>{'|'.join(map(re.escape, sorted(NAMES, key=len, reverse=True)))})(?!\w|\.\w)"
    r"(?:=(?P<value>\{[^{}]*\}|[\w.+-]*\w))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one run's settings are told.

    Attributes:
        tool: whose words.
        holder: class that holds its settings, such as "Seq2SeqTrainingArguments".
        warmup: name of the warmup share in this version of the tool.
        counts_steps: the run was given a number of steps, which rules over its epochs.
    """

    tool: Tool = "luthier"
    holder: str = ""
    warmup: str = "warmup_steps"
    counts_steps: bool = False

    def told(self, template: str) -> str:
        """A text with every dotted name in it in the words of the tool; values and placeholders stay."""
        if self.tool == "luthier":
            return template
        return _SETTING.sub(lambda found: self._phrase(found["name"], found["value"]), template)

    def name(self, name: str) -> str:
        """A setting by itself; a name that is no dotted one stays."""
        return self._phrase(name, None) if self.tool != "luthier" and name in NAMES else name

    def change(self, changes: Sequence[Change]) -> str:
        """Changes of settings as a person would write them down; empty where there are none."""
        if self.tool == "luthier":
            return " ".join(f"--set {_quoted(f'{one.name}={_as_text(one.after)}')}" for one in changes)
        values: dict[str, Number] = {}
        rest = []
        for one in changes:
            if one.name in NAMES and not self._argument(one.name):
                rest.append(self._words(one.name, ".do", _as_text(one.after)))
            else:
                values |= self._values(one.name, one.after)
        written = ", ".join(f"{name}={_as_code(value)}" for name, value in values.items())
        return "; ".join([*([f"{self.holder}({written})"] if written else []), *rest])

    def _phrase(self, name: str, value: str | None) -> str:
        argument = self._argument(name)
        if not argument:
            return self._words(name, ".set", value) if value is not None else say(f"dialect.{name}")
        if value is None:
            return argument
        known = VALUES.get((name, value), {argument: value})
        return ", ".join(f"{one}={number}" for one, number in known.items())

    def _words(self, name: str, form: str, value: str | None) -> str:
        exact = f"dialect.{name}.{value}"
        key = exact if exact in ENGLISH else f"dialect.{name}{form}"
        return say(key, {"value": value or ""})

    def _argument(self, name: str) -> str:
        if name == "train.warmup":
            return self.warmup
        return (TRL_ARGUMENTS if self.tool == "trl" else ARGUMENTS).get(name, "")

    def _values(self, name: str, after: Number) -> Mapping[str, Number]:
        if name == "train.epochs" and self.counts_steps:
            return {"num_train_epochs": after, "max_steps": -1}
        return VALUES.get((name, str(after)), {self._argument(name) or name: after})


LUTHIER = Dialect()


def dialect_of(evidence: Evidence) -> Dialect:
    """The words in which this run's settings are told: those of the tool that made it.

    A run whose tool nobody could tell is told in the words of Transformers, which most tools share.
    """
    arguments = evidence.arguments
    if arguments is None:
        return Dialect("transformers", HOLDERS["transformers"]) if evidence.sources else LUTHIER
    if arguments.tool == "luthier":
        return LUTHIER
    return Dialect(
        arguments.tool,
        arguments.kind or HOLDERS[arguments.tool],
        "warmup_ratio" if "warmup_ratio" in arguments else "warmup_steps",
        (arguments.number("max_steps") or 0) > 0,
    )


def _as_text(value: Number) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(word: str) -> str:
    """A word for a shell."""
    return word if re.fullmatch(r"[\w.,=:/@%+-]+", word) else "'" + word.replace("'", "'\"'\"'") + "'"


def _as_code(value: Number) -> str:
    if isinstance(value, str):
        return "None" if value == "none" else json.dumps(value, ensure_ascii=False)
    return repr(value)
