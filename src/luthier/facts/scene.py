"""Scenes: the smallest situation in which a failure happens, and its healthy twin.

A scene is a frozen value. `scenes/` acts it out, a fit on a real small model; the tests and the documentation use the
same acting. Rows are written out or made by a named generator, so that a scene is complete in its failure's file.
"""

from dataclasses import dataclass, field
from typing import Literal

from luthier.facts.arguments import Plain
from luthier.facts.finding import Number

Sabotage = Literal[
    "",
    "labels shuffled",
    "weight becomes NaN",
    "logger writes NaN as zero",
    "head lost at save",
    "stop words removed",
]


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens in it.

    Attributes:
        corpus: name of a row generator in `failures/_corpora.py`.
        rows: how many rows the generator makes.
        options: arguments of the generator, such as a share of duplicated rows.
        settings: dotted plan values that differ from what Luthier would derive.
        sabotage: something that no setting can express, acted out by `scenes/fit.py`.
        sabotage_step: optimiser step at which it strikes, where it strikes in training.
        train: whether the failure needs training to be seen; without it the scene ends before training.
        says: one sentence for people.
    """

    corpus: str = "topics"
    rows: int = 400
    options: dict[str, Number] = field(default_factory=dict)
    settings: dict[str, Number] = field(default_factory=dict)
    sabotage: Sabotage = ""
    sabotage_step: int = 0
    train: bool = True
    says: str = ""


Folder = Literal["classifier", "causal", "sequence_to_sequence", "adapter"]


@dataclass(frozen=True, slots=True)
class RunScene:
    """A run folder such as another tool leaves behind. Only what differs from a healthy one is written out.

    Attributes:
        folder: which healthy folder it starts from: a BERT classifier, a GPT-2 tuned on conversations, a T5 for
            summaries, or a LoRA adapter of the GPT-2; all tiny, with Trainer's files.
        arguments: settings of TrainingArguments or SFTConfig; None takes one away.
        log: how the loss goes, see `scenes/logs.py`.
        state: fields of trainer_state.json.
        config, generation, tokenizer, adapter: fields of the file of that name; None takes one away.
        weights: tensor name (a prefix will do) to what happens to it, see `scenes/injuries.py`; in the model at the top
            and in all checkpoints.
        checkpoints: checkpoint folder to the injuries of its files: ("cut optimizer.pt", "missing rng_state.pth"),
            see `scenes/injuries.py`.
        console: text of a saved console output.
        files: more files: name to text; None takes one away.
        rows: rows that go with it as `--data`: corpus name of `failures/_corpora.py` or
            `failures/_conversations.py`, or empty for none.
        options: arguments of that corpus.
        base: whether the base model is at hand (`--base`).
        says: one sentence for people.
    """

    folder: Folder = "classifier"
    arguments: dict[str, Plain] = field(default_factory=dict)
    log: dict[str, Number] = field(default_factory=dict)
    state: dict[str, Plain] = field(default_factory=dict)
    config: dict[str, Plain] = field(default_factory=dict)
    generation: dict[str, Plain] = field(default_factory=dict)
    tokenizer: dict[str, Plain] = field(default_factory=dict)
    adapter: dict[str, Plain] = field(default_factory=dict)
    weights: dict[str, str] = field(default_factory=dict)
    checkpoints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    console: str = ""
    files: dict[str, str | None] = field(default_factory=dict)
    rows: str = ""
    options: dict[str, Number] = field(default_factory=dict)
    base: bool = False
    says: str = ""


Live = Literal["classifier", "tagger", "answerer", "causal", "instruction", "sequence_to_sequence", "adapter"]


@dataclass(frozen=True, slots=True)
class LiveScene:
    """A trainer in memory, built on a tiny model, that nobody has started yet. Only what differs is written out.

    Attributes:
        trainer: which healthy trainer it starts from; "instruction" is TRL's SFTTrainer, "adapter" a PEFT model in a
            Trainer, the others are `transformers.Trainer`.
        arguments: settings of TrainingArguments or SFTConfig.
        options: what is built otherwise, see `integrations/stage.py`.
        trial: whether the ten-second battery is run on it.
        says: one sentence for people.
    """

    trainer: Live = "classifier"
    arguments: dict[str, Plain] = field(default_factory=dict)
    options: dict[str, Number] = field(default_factory=dict)
    trial: bool = False
    says: str = ""


AnyScene = Scene | RunScene | LiveScene
