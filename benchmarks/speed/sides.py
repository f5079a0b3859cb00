"""One run of one side, in a process of its own: seconds of training, scores, peak memory.

    python -m benchmarks.speed.sides luthier sms_full --seed 0

Timed is everything between loaded weights with raw texts and trained weights: tokenizing, frozen parts computed once,
steps, guard, log, checkpoints. Both sides train the same classifier from the same initial weights. Luthier's validation
is left out, since Trainer's defaults do not validate. Scores are taken afterwards on the same test rows.
"""

import argparse
import csv
import json
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import accuracy_score, f1_score

from benchmarks.sets import SETS, Data
from benchmarks.speed.works import WORKS, Work
from luthier.facts.plan import DataPlan, ModelPlan, Plan, StrategyPlan, TrainPlan
from luthier.models import load as models
from scripts.fetch_demo import fetch

Result = dict[str, Any]


def main() -> None:
    """Run one side and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("side", choices=("luthier", "luthier-unguarded", "trainer"))
    parser.add_argument("work", choices=WORKS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--trainer-steps", type=int, help="project Trainer's time from so many steps")
    asked = parser.parse_args()
    work = WORKS[asked.work]
    data = SETS[work.data](asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        if asked.side == "trainer":
            from benchmarks.speed.trainer import run_trainer

            result = run_trainer(work, data, asked.seed, Path(folder), asked.trainer_steps)
        else:
            result = run_luthier(work, data, asked.seed, Path(folder), guarded=asked.side == "luthier")
    print(json.dumps({"side": asked.side, "work": asked.work, "seed": asked.seed, **result}))


def run_luthier(work: Work, data: Data, seed: int, folder: Path, *, guarded: bool) -> Result:
    """Train with Luthier's own engine, guard, log and checkpoints."""
    import pyarrow as pa
    from accelerate import Accelerator

    from luthier.facts.evaluation import Evaluation, Interval
    from luthier.facts.event import unwatched
    from luthier.facts.rows import Splits
    from luthier.failures._engine import all_failures
    from luthier.known import strategies, tasks
    from luthier.models.tokenizer import TextTokenizer
    from luthier.stages.evaluate.predict import predict_logits
    from luthier.stages.train.attempt import attempt
    from luthier.stages.train.guard import Guard
    from luthier.stages.train.loop import Training
    from luthier.stages.train.setup import ready_to_train, set_up

    plan = plan_of(work, seed)
    base = fetch("minilm")
    tokenizer = TextTokenizer.load(base)
    tables = {
        name: pa.table({"text": [t for t, _ in rows], "label": [c for _, c in rows]})
        for name, rows in (("train", data.train), ("test", data.test))
    }
    splits = Splits(tables["train"], tables["test"].slice(0, 1), tables["test"], "given")
    # In a process of its own: what looking at the data takes is no part of training's memory.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        evidence = replace(other.submit(evidence_of, data, base, folder).result(), plan=plan)
    started, used = time.perf_counter(), time.process_time()
    setup = set_up(
        plan, tasks()["text_classification"], strategies()[work.strategy], base, tokenizer, splits, data.classes
    )
    constant = Evaluation("model", "validation", 1, {"macro_f1": Interval(0.5, 0.5, 0.5)})
    guard = Guard(all_failures() if guarded else {})
    with ready_to_train(setup, [1] * len(data.classes), folder) as (job, _):
        training = Training(job, Accelerator(cpu=True))
        done = attempt(training, folder, guard, evidence, lambda: constant, unwatched)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    logits = predict_logits(setup.model, setup.encoded["test"], setup.pad_id)
    predicted = logits.argmax(dim=-1).numpy()
    tokens = int(setup.encoded["train"].offsets[-1] * work.epochs)
    measured = scores(setup.encoded["test"].targets, predicted)
    return {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "peak_mb": peak,
        "guard_seconds": done.guard_seconds,
        "steps": len(done.trace),
        "tokens": tokens,
        **measured,
    }


def evidence_of(data: Data, base: Path, folder: Path) -> Any:
    """All that Luthier knows before it trains on these rows, as the guard gets it in a run."""
    from luthier.facts.event import unwatched
    from luthier.facts.request import Request
    from luthier.known import look

    source = folder / "rows.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *data.train])
    return look(Request(str(source), model=str(base)), unwatched).evidence


def plan_of(work: Work, seed: int) -> Plan:
    """The work as a plan."""
    return Plan(
        DataPlan("benchmark"),
        ModelPlan("minilm", work.max_tokens, "mean"),
        StrategyPlan(work.strategy, work.layers),
        TrainPlan(
            epochs=work.epochs,
            batch_size=work.batch_size,
            rate=work.rate,
            head_rate=work.head_rate,
            precision="bf16" if models.native_bf16() else "fp32",
        ),
        seed=seed,
    )


def scores(gold: "np.ndarray[Any, Any]", predicted: "np.ndarray[Any, Any]") -> dict[str, float]:
    """Accuracy and macro-F1."""
    return {
        "accuracy": float(accuracy_score(gold, predicted)),
        "macro_f1": float(f1_score(gold, predicted, average="macro")),
    }


def initial_model(data: Data, seed: int) -> Any:
    """The classifier that both sides start from."""
    torch.manual_seed(seed)
    return models.load_classifier(fetch("minilm"), data.classes, "mean")


if __name__ == "__main__":
    main()
