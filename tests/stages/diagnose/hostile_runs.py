"""Hostile and damaged run folders, each made from a run of Trainer by one change.

`RUNS` maps a name to the change. Whatever runs writes the file that `MARKER` of `tests/models/hostile.py` names.
"""

import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.models.hostile import EVIL_CODE, JINJA, Change, Evil, both, content, deep, gone, looped, pickled, setting

GB = 2**30
LOOPS = "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}" * 3
GROWS = "{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}"
CALLS = "{% macro f(n) %}{{ f(n-1) }}{{ f(n-1) }}{% endmacro %}{{ f(999) }}"
NEWEST = "checkpoint-4"


def sparse(file: str, size: int, start: bytes = b"") -> Change:
    """A file that states a size and stores next to nothing."""

    def change(folder: Path) -> None:
        (folder / file).write_bytes(start)
        os.truncate(folder / file, size)

    return change


def tensors(entries: dict[str, object]) -> bytes:
    """A safetensors header."""
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text


def zeros(size: int) -> tuple[int, bytes]:
    """Size and header of a valid safetensors file with one tensor of so many bytes."""
    head = tensors({"bert.w": {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}})
    return len(head) + size, head


def archive(file: str, members: Iterable[tuple[str, bytes]], kind: int = zipfile.ZIP_DEFLATED) -> Change:
    """A zip archive."""

    def change(folder: Path) -> None:
        with zipfile.ZipFile(folder / file, "w", kind) as packed:
            for name, raw in members:
                packed.writestr(name, raw)

    return change


def link(file: str, target: str) -> Change:
    """A symbolic link in place of a file or folder."""

    def change(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        (folder / file).symlink_to(target)

    return change


def pipe(file: str) -> Change:
    """A pipe in place of a file: opening it would wait for ever."""

    def change(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        os.mkfifo(folder / file)

    return change


def state(**values: object) -> Change:
    """Values of the newest state."""
    return both(setting("trainer_state.json", **values), setting(f"{NEWEST}/trainer_state.json", **values))


def raw_state(text: bytes) -> Change:
    """Bytes of the newest state."""
    return both(content("trainer_state.json", text), content(f"{NEWEST}/trainer_state.json", text))


def folders(names: Iterable[bytes]) -> Change:
    """Empty folders."""

    def change(folder: Path) -> None:
        for name in names:
            os.makedirs(os.path.join(os.fsencode(folder), name), exist_ok=True)

    return change


def adapter(config: object, raw: bytes) -> Change:
    """An adapter with these weights."""
    return both(content("adapter_config.json", json.dumps(config).encode()), content("adapter_model.safetensors", raw))


def _entry(step: object, loss: object) -> dict[str, object]:
    return {"step": step, "loss": loss, "epoch": step, "learning_rate": loss, "grad_norm": loss}


_EVIL = pickle.dumps(Evil())
_PEFT = {"peft_type": "LORA", "base_model_name_or_path": "/etc", "auto_mapping": {"parent_library": "evil"}}
_MANY = {f"w.{n}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for n in range(100_000)}

RUNS: dict[str, Change] = {
    # Pickles that call code.
    "pickled settings": pickled("training_args.bin"),
    "pickled settings in an archive": archive("training_args.bin", [("archive/data.pkl", _EVIL)], zipfile.ZIP_STORED),
    "pickled optimizer": pickled(f"{NEWEST}/optimizer.pt"),
    "pickled schedule": pickled(f"{NEWEST}/scheduler.pt"),
    "pickled random state": pickled(f"{NEWEST}/rng_state.pth"),
    "pickled random states of many": both(*(pickled(f"{NEWEST}/rng_state_{n}.pth") for n in range(4))),
    "pickled scaler": pickled(f"{NEWEST}/scaler.pt"),
    "pickled weights in a checkpoint": both(
        gone(f"{NEWEST}/model.safetensors"), pickled(f"{NEWEST}/pytorch_model.bin")
    ),
    "pickled adapter": both(adapter(_PEFT, b""), gone("adapter_model.safetensors"), pickled("adapter_model.bin")),
    "pickle called state": raw_state(_EVIL),
    "modules beside": both(*(content(f"{name}.py", EVIL_CODE.encode()) for name in ("json", "numpy", "luthier"))),
    "start-up file beside": both(
        content("sitecustomize.py", EVIL_CODE.encode()), content("conftest.py", EVIL_CODE.encode())
    ),
    # Chat templates are programs.
    "template with code": content("chat_template.jinja", JINJA.encode()),
    "template that loops": content("chat_template.jinja", LOOPS.encode()),
    "template that grows": setting("tokenizer_config.json", chat_template=GROWS),
    "template that calls itself": setting(
        "tokenizer_config.json", chat_template=[{"name": "default", "template": CALLS}]
    ),
    "template without end": content("chat_template.jinja", b"{{" * 500_000),
    "template of turns": content("chat_template.jinja", b"role == 'assistant' content " * 30_000),
    # Bombs.
    "archive that unpacks to more": archive(f"{NEWEST}/optimizer.pt", [("archive/data.pkl", bytes(100_000_000))]),
    "settings that unpack to more": archive("training_args.bin", [("archive/data.pkl", bytes(100_000_000))]),
    "archive of many members": archive(f"{NEWEST}/scheduler.pt", ((f"a/{n}", b"x") for n in range(20_000))),
    "one gigabyte of weights": sparse("model.safetensors", *zeros(GB)),
    "a hundred gigabytes of weights": sparse("model.safetensors", *zeros(100 * GB)),
    "one gigabyte of nothing": sparse("model.safetensors", GB),
    "one gigabyte of optimizer": sparse(f"{NEWEST}/optimizer.pt", GB, b"PK\x03\x04"),
    "one gigabyte of config": sparse("config.json", GB, b"{"),
    "one gigabyte of state": both(
        sparse("trainer_state.json", GB, b'{"log_history": ['),
        sparse(f"{NEWEST}/trainer_state.json", GB, b'{"log_history": ['),
    ),
    "one gigabyte of tokenizer": sparse("tokenizer.json", GB, b"{"),
    "one gigabyte of texts": sparse("generated_predictions.txt", GB),
    "one gigabyte of settings": sparse("training_args.bin", GB, b"PK\x03\x04"),
    "header of many tensors": content("model.safetensors", tensors(_MANY)),
    "header as long as allowed": sparse("model.safetensors", 100_000_008, struct.pack("<Q", 100_000_000) + b"{"),
    "index of many names": both(
        gone("model.safetensors"),
        setting("model.safetensors.index.json", weight_map={f"w.{n}": f"model-{n}.safetensors" for n in range(50_000)}),
    ),
    # Links and pipes.
    "folder that loops": lambda folder: (folder / "again").symlink_to(folder, target_is_directory=True),
    "checkpoint that loops": link("checkpoint-9", "."),
    "checkpoint elsewhere": link("checkpoint-9", "/etc"),
    "config that loops": looped("config.json"),
    "state that loops": looped(f"{NEWEST}/trainer_state.json"),
    "config elsewhere": link("config.json", "/etc/passwd"),
    "weights without end": link("model.safetensors", "/dev/zero"),
    "state without end": link(f"{NEWEST}/trainer_state.json", "/dev/urandom"),
    "config that waits": pipe("config.json"),
    "weights that wait": pipe(f"{NEWEST}/model.safetensors"),
    "optimizer that waits": pipe(f"{NEWEST}/optimizer.pt"),
    "settings that wait": pipe("training_args.bin"),
    # Names.
    "step that nobody reaches": folders([b"checkpoint-" + b"9" * 200, b"checkpoint-999999999999"]),
    "names that are no text": folders([b"checkpoint-\xff\xfe", b"\n\x1b[2J", b"checkpoint-9/\xff"]),
    "many checkpoints": folders(b"checkpoint-%d" % n for n in range(3000)),
    "deep folders": folders([b"/".join([b"d"] * 100)]),
    # Logs.
    "log of NaN": state(log_history=[_entry(float("nan"), float("nan"))] * 9, global_step=float("nan")),
    "log of infinities": state(log_history=[_entry(float("inf"), -float("inf"))] * 9, best_metric=float("inf")),
    "log of texts": state(log_history=[_entry("one", "two")] * 9, global_step="4", max_steps="9"),
    "log of lists": state(log_history=[_entry([1], {"a": 1})] * 9, global_step=[4]),
    "log that is an object": state(log_history={"step": 1}),
    "log of one number": state(log_history=4),
    "log of large numbers": state(log_history=[_entry(10**300, 1e308)] * 9, global_step=10**300),
    "log that goes back": state(log_history=[_entry(-n, n) for n in range(999)]),
    "log of many metrics": state(log_history=[{"step": 1, **{f"eval_{n}": n for n in range(20_000)}}]),
    "numbers without end": raw_state(b'{"global_step": ' + b"9" * 100_000 + b', "log_history": []}'),
    "nested log": raw_state(b'{"log_history": [' + deep(50_000) + b"]}"),
    "cut log": raw_state(b'{"global_step": 4, "log_history": [{"step": 1, "loss": 0.'),
    "best checkpoint elsewhere": state(best_model_checkpoint="../../../../../../etc/passwd"),
    "best checkpoint of control signs": state(best_model_checkpoint="\x00\x1b[2J\n/checkpoint-4"),
    # Tokenizers.
    "token ids without end": setting("tokenizer.json", model={"vocab": {"a": 10**400}}),
    "large token ids": setting("tokenizer.json", model={"vocab": {"a": 10**15, "b": -3}}),
    "many added tokens": setting(
        "tokenizer.json", added_tokens=[{"id": n, "content": f"<{n}>"} for n in range(50_000)]
    ),
    "nested normalizer": content(
        "tokenizer.json", b'{"model": {"vocab": {"a": 0}}, "normalizer": ' + deep(20_000, "normalizers") + b"}"
    ),
    "special tokens of other types": setting(
        "tokenizer_config.json", bos_token=[1], eos_token={"content": 7}, pad_token=3
    ),
    "sides of other types": setting("tokenizer_config.json", padding_side=["left"], model_max_length="many"),
    # Adapters.
    "adapter config is a list": adapter([1], b""),
    "adapter elsewhere": adapter(_PEFT, tensors({})),
    "adapter that lies": adapter(
        _PEFT, tensors({"a.lora_B.weight": {"dtype": "F32", "shape": [9], "data_offsets": [0, 9]}})
    ),
    "adapter without end": both(adapter(_PEFT, b""), sparse("adapter_model.safetensors", *zeros(100 * GB))),
    # Generated texts.
    "texts of one line": content("generated_predictions.txt", b"a b " * 1_000_000),
    "texts that nearly repeat": content("predictions.txt", b"\n".join([(b"a " * 5000 + b"b ") * 2] * 200)),
    "nested texts": content("predictions.json", deep(50_000, "prediction")),
    "texts of other types": content("predictions.jsonl", b'{"prediction": [[1]]}\n{"prediction": NaN}\n[]\n7\n'),
}

Make = Callable[[Path], None]
