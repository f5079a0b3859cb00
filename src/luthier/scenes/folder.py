"""A run folder of another tool as a scene: a healthy one is written down, with what the scene says otherwise.

The files are those of a script that trains with Trainer and then saves model, state and scores, as the examples of
Transformers do. No pickle is written: settings stand in training_args.yaml, and the archives of optimizer, schedule and
random state are archives that hold nothing but zeros.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from luthier.facts.arguments import Plain
from luthier.facts.event import Watch, unwatched
from luthier.facts.finding import Moment
from luthier.facts.request import Request
from luthier.facts.scene import Folder, RunScene
from luthier.run import evidence_of
from luthier.scenes.acted import Acted, asked
from luthier.scenes.healthy import adapter, causal, classifier, sequence_to_sequence
from luthier.scenes.healthy.template import Template
from luthier.scenes.injuries import STATE, changed, injure, save
from luthier.scenes.logs import Entry, write_log
from luthier.scenes.rows import write_rows

MAKERS: Mapping[Folder, Callable[[], Template]] = {
    "classifier": classifier.make,
    "causal": causal.make,
    "sequence_to_sequence": sequence_to_sequence.make,
    "adapter": adapter.make,
}
ROWS = 240
_ARCHIVES = {"optimizer.pt": 4096, "scheduler.pt": 64, "rng_state.pth": 5056}


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        run: the output folder.
        rows: data for `--data`; empty where the scene has none.
        base: the base model; empty where it is not at hand.
    """

    run: Path
    rows: str = ""
    base: str = ""


def act(scene: RunScene, folder: Path, watch: Watch = unwatched) -> Acted:
    """Write the folder and read it as `luthier diagnose` does.

    Args:
        scene: what happened.
        folder: where the run and what goes with it is written.
        watch: told of progress.
    """
    written = write(scene, folder)
    evidence = evidence_of(str(written.run), Request(data=written.rows), written.base, watch)
    return Acted(evidence, {moment: asked(moment, evidence) for moment in Moment})


def write(scene: RunScene, folder: Path) -> Written:
    """Write everything that the scene consists of; same scene, same bytes."""
    run = folder / "out"
    run.mkdir(parents=True)
    _Run(scene, run).write()
    rows = write_rows(scene.rows, ROWS, scene.options, 0, folder) if scene.rows else ""
    return Written(run, str(rows), str(_write_base(scene, folder / "base")) if scene.base else "")


@cache
def healthy(name: Folder) -> Template:
    """The healthy run that a scene starts from."""
    return MAKERS[name]()


class _Run:
    """Writes one run folder."""

    def __init__(self, scene: RunScene, folder: Path) -> None:
        self._scene, self._folder, self._template = scene, folder, healthy(scene.folder)
        self._arguments = {**_merged(self._template.arguments, scene.arguments), "output_dir": "out"}
        self._log = write_log(self._arguments, self._template.log, scene.log)
        self._best = _best(self._arguments, self._log.entries, self._log.saved)

    def write(self) -> None:
        """Checkpoints, then, of a run that came to its end, what is saved after training; then what the scene adds."""
        log, kept = self._log, self._kept()
        for step in kept:
            checkpoint = self._folder / f"checkpoint-{step}"
            self._write_model(checkpoint, step)
            self._write_state(checkpoint, log.until(step), step)
            for name, size in ({} if self._arguments.get("save_only_model") else _ARCHIVES).items():
                _write_archive(checkpoint / name, size)
        if log.done == log.planned:
            chosen = self._best if self._arguments.get("load_best_model_at_end") is True else None
            self._write_model(self._folder, chosen or log.done)
            self._write_state(self._folder, log.entries, log.done)
            self._write_scores(chosen)
        for name, injuries in self._scene.checkpoints.items():
            injure(self._folder / name, injuries)
        self._write_more()

    def _kept(self) -> tuple[int, ...]:
        """Checkpoints that `save_total_limit` leaves: the newest, and the best where it is loaded at the end."""
        saved, limit = self._log.saved, self._arguments.get("save_total_limit")
        kept = saved[-limit:] if isinstance(limit, int) else saved
        wanted = self._best if self._arguments.get("load_best_model_at_end") is True else None
        return tuple(sorted({wanted, *kept[1:]})) if wanted in saved and wanted not in kept else kept

    def _write_model(self, folder: Path, step: int) -> None:
        template, scene = self._template, self._scene
        folder.mkdir(exist_ok=True)
        lost = 0 < self._log.lost_from <= step
        weights = changed(template.weights(step), template.base, {"": "nan"} if lost else scene.weights)
        save(folder / ("adapter_model.safetensors" if template.adapter else "model.safetensors"), weights)
        for name, content, changes in (
            ("config.json", template.config, scene.config),
            ("generation_config.json", template.generation, scene.generation),
            ("tokenizer_config.json", template.tokenizer, scene.tokenizer),
            ("adapter_config.json", template.adapter, scene.adapter),
        ):
            if content or changes:
                _write_json(folder / name, _merged(content, changes))
        _write_words(folder, template)
        settings = yaml.safe_dump(_listed(self._arguments), sort_keys=True)
        (folder / "training_args.yaml").write_text(settings, encoding="utf-8")

    def _write_state(self, folder: Path, entries: tuple[Entry, ...], step: int) -> None:
        best = _best(self._arguments, entries, self._log.saved)
        metric, _ = _chosen(self._arguments)
        best_metric = next((e[metric] for e in entries if best is not None and e["step"] == best and metric in e), None)
        state: dict[str, Plain] = {
            "best_global_step": best,
            "best_metric": best_metric,
            "best_model_checkpoint": None if best is None else f"out/checkpoint-{best}",
            "epoch": step / self._log.per_epoch,
            "eval_steps": 500,
            "global_step": step,
            "is_hyper_param_search": False,
            "is_local_process_zero": True,
            "is_world_process_zero": True,
            "log_history": tuple({name: entry[name] for name in sorted(entry)} for entry in entries),
            "logging_steps": self._arguments.get("logging_steps", 500),
            "max_steps": self._log.planned,
            "num_input_tokens_seen": 0,
            "num_train_epochs": self._arguments.get("num_train_epochs", 3),
            "save_steps": 500,
            "stateful_callbacks": {"TrainerControl": {"args": {"should_training_stop": False}, "attributes": {}}},
            "total_flos": 1e9 * step,
            "train_batch_size": self._arguments.get("per_device_train_batch_size", 8),
            "trial_name": None,
            "trial_params": None,
        }
        _write_json(folder / STATE, _merged(state, self._scene.state))

    def _write_scores(self, chosen: int | None) -> None:
        """What scripts save at the end: the scores of the model that was saved, and of the training."""
        scored = [entry for entry in self._log.entries if "eval_loss" in entry]
        last = next((e for e in scored if e["step"] == chosen), scored[-1] if scored else {})
        trained = self._log.entries[-1] if "train_runtime" in self._log.entries[-1] else {}
        tested = self._tested(last)
        for name, entry in (("eval", last), ("train", trained), ("test", tested), ("all", {**trained, **last})):
            if entry:
                _write_json(self._folder / f"{name}_results.json", {k: v for k, v in entry.items() if k != "step"})

    def _tested(self, last: Entry) -> Entry:
        """Scores of a test split: a little worse than those of validation, or the very same."""
        how = self._scene.log.get("tested", 0)
        worse = {"eval_loss": 1.0 if how == 2 else 1.03}
        return {k.replace("eval_", "test_"): v * worse.get(k, 1.0) for k, v in last.items() if how}

    def _write_more(self) -> None:
        files: dict[str, str | None] = {"train.log": self._scene.console or None, **self._scene.files}
        for name, text in files.items():
            path = self._folder / name
            if text is None:
                path.unlink(missing_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")


def _chosen(arguments: Mapping[str, Plain]) -> tuple[str, bool]:
    """Column of the metric that picks the best checkpoint, empty for none; whether more of it is better."""
    loads = arguments.get("load_best_model_at_end") is True
    name = str(arguments.get("metric_for_best_model") or ("loss" if loads else "")).removeprefix("eval_")
    greater = arguments.get("greater_is_better")
    return f"eval_{name}" if name else "", greater if isinstance(greater, bool) else not name.endswith("loss")


def _best(arguments: Mapping[str, Plain], entries: tuple[Entry, ...], saved: tuple[int, ...]) -> int | None:
    """Step of the first evaluation with the best value, as Trainer picks it; None where nothing was picked."""
    metric, greater = _chosen(arguments)
    scored = [entry for entry in entries if metric and metric in entry and int(entry["step"]) in saved]
    if not scored:
        return None
    return int((max if greater else min)(scored, key=lambda entry: entry[metric])["step"])


def _write_base(scene: RunScene, folder: Path) -> Path:
    template = healthy(scene.folder)
    folder.mkdir()
    save(folder / "model.safetensors", template.base)
    _write_json(folder / "config.json", template.base_config)
    _write_json(folder / "tokenizer_config.json", template.tokenizer)
    _write_words(folder, template)
    return folder


def _write_words(folder: Path, template: Template) -> None:
    (folder / "tokenizer.json").write_text(template.vocabulary, encoding="utf-8")
    if template.chat_template:
        (folder / "chat_template.jinja").write_text(template.chat_template, encoding="utf-8")


def _write_archive(path: Path, size: int) -> None:
    """An archive in the layout of torch.save, without the pickle that names what lies in it."""
    inner = path.name.partition(".")[0]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (("byteorder", b"little"), ("data/0", bytes(size)), ("version", b"3\n")):
            archive.writestr(zipfile.ZipInfo(f"{inner}/{name}"), content)


def _write_json(path: Path, content: Mapping[str, Plain]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _merged(values: Mapping[str, Plain], changes: Mapping[str, Plain]) -> dict[str, Plain]:
    """Values with changes; None takes a value away where it is a change."""
    taken = {name for name, value in changes.items() if value is None}
    return {name: value for name, value in {**values, **changes}.items() if name not in taken}


def _listed(values: Mapping[str, Plain]) -> dict[str, object]:
    """Tuples as lists, which YAML has."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
