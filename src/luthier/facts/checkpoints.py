"""Checkpoints in an output folder: what each holds, what is injured, and from which one a run can go on."""

from dataclasses import dataclass, field
from typing import Literal

from luthier.facts.arguments import Plain

InjuryKind = Literal[
    "missing",
    "cut",
    "unreadable",
    "changed",
    "not finite",
    "empty folder",
    "inconsistent",
]


@dataclass(frozen=True, slots=True)
class Injury:
    """Something wrong with a file of a checkpoint.

    Attributes:
        kind: what. "changed": bytes that differ from the checksum kept beside them. "inconsistent": it contradicts
            another file.
        part: "weights", "optimizer", "schedule", "random state", "state", "arguments", "config", "tokenizer" or
            "folder".
        file: below the output folder.
        detail: one clause, such as "12,288 of 90,310,144 bytes".
    """

    kind: InjuryKind
    part: str
    file: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint folder.

    Attributes:
        name: folder below the output folder.
        step: optimiser step that its state says, else that of its name.
        files: names of its files.
        injuries: what is wrong with it.
        loads: whether a model can be loaded from it.
        resumes: whether training can go on from it to the weights of an undisturbed run.
        metric: value of the chosen metric when it was written; None where the log does not say.
    """

    name: str
    step: int
    files: tuple[str, ...] = ()
    injuries: tuple[Injury, ...] = ()
    loads: bool = True
    resumes: bool = True
    metric: float | None = None


@dataclass(frozen=True, slots=True)
class CheckpointFacts:
    """All checkpoints of a run, oldest first.

    Attributes:
        all: the checkpoints.
        best_named: folder that the log names as best, as stored; empty where it names none.
        best_there: whether that folder is there.
        best_step: step with the best value of the chosen metric in the log; None where no metric was chosen.
        metric: name of the chosen metric; empty where none was.
        greater_is_better: direction that the run used; None where it was not stored.
        final_is_best: whether the weights at the top of the folder equal those of the best checkpoint; None if unknown.
        replayed: steps at which a resumed run drew again what it had drawn before, or another order; empty where the
            log shows no resume.
        resumed_at: steps at which the log shows that the run was resumed, to within one entry of the log.
        patience: evaluations without a better score after which the run stops by itself; 0 where its state holds no
            EarlyStoppingCallback.
        reported: scores that the model card beside them states, name in small letters to value, rounded to four digits.
        changed: settings of the schedule in which the oldest checkpoint differs from the run, each as (then, now).
    """

    all: tuple[Checkpoint, ...]
    best_named: str = ""
    best_there: bool | None = None
    best_step: int | None = None
    metric: str = ""
    greater_is_better: bool | None = None
    final_is_best: bool | None = None
    replayed: tuple[int, ...] = ()
    resumed_at: tuple[int, ...] = ()
    patience: int = 0
    reported: dict[str, float] = field(default_factory=dict)
    changed: dict[str, tuple[Plain, Plain]] = field(default_factory=dict)

    @property
    def newest(self) -> Checkpoint | None:
        """The newest; None where there is none."""
        return self.all[-1] if self.all else None

    @property
    def safe(self) -> Checkpoint | None:
        """The newest from which training can go on unharmed; None where there is none."""
        return next((one for one in reversed(self.all) if one.resumes), None)
