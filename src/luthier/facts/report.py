"""All facts of a run in one value: what failures read, and what the report prints."""

from dataclasses import dataclass, field

from luthier.facts.arguments import Arguments
from luthier.facts.artifact import ArtifactFacts
from luthier.facts.attempt import Attempt
from luthier.facts.census import BatchCensus
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.console import ConsoleFacts
from luthier.facts.data import DataFacts
from luthier.facts.evaluation import Outcome, Scores
from luthier.facts.finding import Change, Verdicts
from luthier.facts.generations import GenerationFacts
from luthier.facts.model import ModelFacts
from luthier.facts.optimiser import OptimiserFacts
from luthier.facts.pairs import PairFacts, SpanFacts
from luthier.facts.plan import Plan
from luthier.facts.saved import AdapterFacts, SavedConfig, WeightFacts
from luthier.facts.siblings import SiblingFacts
from luthier.facts.tokenizer import TokenizerFacts
from luthier.facts.trace import Trace
from luthier.facts.trial import TrialFacts


@dataclass(frozen=True, slots=True)
class Source:
    """A file that evidence was read from.

    Attributes:
        file: below what the user named.
        part: part of the evidence that it went into.
        note: what could not be used of it, in one clause; empty when all was used.
    """

    file: str
    part: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known at some moment. A failure asks for the parts it needs by parameter name; a part may be missing.

    Attributes:
        data, model, plan: known before training.
        trace: grows during training.
        validation, test: scores; the test is scored once, at the end.
        artifact: the saved model, loaded again.
        arguments: settings of a run that another tool made.
        tokenizer: what the tokenizer does.
        census: what real batches hold.
        trial: small experiments on the real model.
        pairs, spans: rows that are not labelled texts.
        config, weights, adapter: the saved model's files.
        checkpoints: checkpoints of the run.
        console: known messages in saved console output.
        generations: texts that the model wrote.
        siblings: runs with other seeds in the same folder.
        optimiser: the optimiser that a run was given, or that its checkpoints hold.
        missing: part to the reason why it is not there ("no data was given").
        outside: parts that a run of this kind cannot have; failures that live in them alone do not concern it.
        sources: files that were read, for runs that Luthier did not make.
    """

    data: DataFacts | None = None
    model: ModelFacts | None = None
    plan: Plan | None = None
    trace: Trace | None = None
    validation: Scores | None = None
    test: Scores | None = None
    artifact: ArtifactFacts | None = None
    arguments: Arguments | None = None
    tokenizer: TokenizerFacts | None = None
    census: BatchCensus | None = None
    trial: TrialFacts | None = None
    pairs: PairFacts | None = None
    spans: SpanFacts | None = None
    config: SavedConfig | None = None
    weights: WeightFacts | None = None
    adapter: AdapterFacts | None = None
    checkpoints: CheckpointFacts | None = None
    console: ConsoleFacts | None = None
    generations: GenerationFacts | None = None
    siblings: SiblingFacts | None = None
    optimiser: OptimiserFacts | None = None
    missing: dict[str, str] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()
    sources: tuple[Source, ...] = ()


OUTSIDE_OWN_RUNS = {
    "arguments": "settings of other tools are not those of this run",
    "tokenizer": "only tokenizers of other tools' runs are looked at; Luthier loads the model's own",
    "census": "only batches of other tools' trainers are looked at; Luthier makes its own",
    "pairs": "the rows are labelled texts, not pairs of source and target",
    "spans": "the rows are labelled texts, not questions with answer spans",
    "config": "only saved models of other tools are read; Luthier loads its own again",
    "weights": "only saved models of other tools are read; Luthier loads its own again",
    "adapter": "this run has no adapter",
    "checkpoints": "only checkpoints of other tools are looked through; Luthier's carry checksums",
    "console": "no console output of another tool was read",
    "generations": "this model does not write texts",
    "siblings": "runs with other seeds are looked for in folders of other tools alone",
    "optimiser": "only optimisers of other tools are looked at; Luthier makes its own",
}
"""Parts that no run of Luthier on labelled texts has, and why."""


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run, as data. Every format of the report is made from this and nothing else.

    Attributes:
        name: name of the run folder.
        evidence: all facts.
        verdicts: what every failure answered, at the last moment at which it could look.
        outcome: the verdict; None for a check without training.
        changes: what was changed in the plan, and why.
        attempts: the trainings of the run, in order; one where nothing was repaired, none where nothing was trained.
        environment: versions, processor, threads, seed.
        seconds: stage name to wall time.
        folder: path of the run folder, empty when nothing was written.
    """

    name: str
    evidence: Evidence
    verdicts: Verdicts
    outcome: Outcome | None = None
    changes: tuple[Change, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    folder: str = ""
