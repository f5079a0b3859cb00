"""All facts of a run in one value: what failures read, and what the report prints."""

from dataclasses import dataclass, field

from luthier.facts.artifact import ArtifactFacts
from luthier.facts.data import DataFacts
from luthier.facts.evaluation import Outcome, Scores
from luthier.facts.finding import Change, Verdicts
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.facts.trace import Trace


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known at some moment. A failure asks for the parts it needs by parameter name; a part may be missing.

    Attributes:
        data, model, plan: known before training.
        trace: grows during training.
        validation, test: scores; the test is scored once, at the end.
        artifact: the saved model, loaded again.
        missing: part to the reason why it is not there ("no data was given").
    """

    data: DataFacts | None = None
    model: ModelFacts | None = None
    plan: Plan | None = None
    trace: Trace | None = None
    validation: Scores | None = None
    test: Scores | None = None
    artifact: ArtifactFacts | None = None
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run, as data. Every format of the report is made from this and nothing else.

    Attributes:
        name: name of the run folder.
        evidence: all facts.
        verdicts: what every failure answered, at the last moment at which it could look.
        outcome: the verdict; None for a check without training.
        changes: what was changed in the plan, and why.
        environment: versions, processor, threads, seed.
        seconds: stage name to wall time.
        folder: path of the run folder, empty when nothing was written.
    """

    name: str
    evidence: Evidence
    verdicts: Verdicts
    outcome: Outcome | None = None
    changes: tuple[Change, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    folder: str = ""
