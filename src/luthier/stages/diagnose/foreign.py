"""Evidence from a folder that another tool wrote: Trainer, TRL, PEFT, or whatever leaves a log behind."""

from __future__ import annotations

from pathlib import Path

from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.plan import Plan
from luthier.facts.report import Evidence
from luthier.facts.saved import WeightFacts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import adapter as adapters
from luthier.stages.diagnose.readers import arguments as settings
from luthier.stages.diagnose.readers import (
    checkpoints,
    config,
    console,
    faint,
    generations,
    log,
    optimiser,
    recorded,
    scores,
    shipped,
    siblings,
    tokenizer,
    weights,
)
from luthier.stages.diagnose.tasks import outside, task_of
from luthier.stages.diagnose.translated import frozen, model_facts, patient, plan_of

NOT_THERE = {
    "data": "no data was given: add --data FILE",
    "pairs": "no data was given: add --data FILE",
    "spans": "no data was given: add --data FILE",
    "census": "no trainer was at hand: luthier.check(trainer) looks at real batches",
    "trial": "no trainer was at hand: luthier.check(trainer, trial=True) runs the experiments",
    "artifact": "the model was not loaded",
    "validation": "the log holds no evaluation",
    "test": "no scores of a test split were found",
    "arguments": "no settings were found (training_args.bin, a model card, YAML)",
    "plan": "no settings were found (training_args.bin, a model card, YAML)",
    "trace": "no log was found (trainer_state.json, CSV, JSONL, TensorBoard)",
    "tokenizer": "no tokenizer was found",
    "config": "no config.json was found",
    "weights": "no safetensors weights were found",
    "adapter": "no adapter was found",
    "checkpoints": "no checkpoint folder was found",
    "console": "no saved console output was found",
    "generations": "no generated texts were found",
    "model": "no config.json was found",
    "optimiser": "no optimizer.pt that can be read was found",
}


def of_folder(path: Path, base: Path | None = None) -> Evidence:
    """Read whatever there is. What could not be read is listed in `sources` with the reason.

    Args:
        path: output folder, checkpoint, model or adapter folder.
        base: folder of the model that was fine-tuned, where it is at hand.

    Raises:
        RunError: it is no folder.
    """
    home = Home(path)
    arguments = settings.read(home)
    raw = recorded.read(home)  # what LuthierCallback wrote down has every step, unfiltered
    logged = None if raw else log.read(home, arguments)
    trace = raw if logged is None else logged
    model_folder = config.model_folder(home)
    saved = config.read(home, model_folder, base)
    adapter = adapters.read(home, base)
    kept = checkpoints.read(home, arguments)
    held = weights.read(home, model_folder, saved, base)
    parts: dict[str, object] = {
        "arguments": arguments,
        "trace": trace,
        "census": recorded.read_census(home),
        "validation": scores.read(home, trace),
        "test": scores.test_read(home),
        "config": saved,
        "weights": held,
        "adapter": adapter,
        "tokenizer": faint.with_faint(
            shipped.with_others(tokenizer.read(home, model_folder, base), home, model_folder, base), base
        ),
        "checkpoints": kept,
        "optimiser": optimiser.read(home),
        "console": console.read(home),
        "generations": generations.read(home, arguments),
        "siblings": siblings.read(home),
        "plan": _plan(plan_of(arguments, saved, adapter, trace), kept, held),
        "model": model_facts(saved),
    }
    missing = {name: reason for name, reason in NOT_THERE.items() if parts.get(name) is None}
    cannot = outside(task_of(arguments, saved, adapter), saved, adapter)
    return Evidence(**parts, missing=missing, outside=cannot, sources=home.sources)  # type: ignore[arg-type]


def _plan(plan: Plan | None, kept: CheckpointFacts | None, held: WeightFacts | None) -> Plan | None:
    """What checkpoints and weights add to the settings: patience, and that the encoder was frozen."""
    if plan is not None and kept is not None:
        plan = patient(plan, kept.patience)
    if plan is not None and held is not None:
        plan = frozen(plan, held, held.files[0] if held.files else "the weights")
    return plan
