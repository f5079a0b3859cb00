"""Hostile and damaged model folders, each made from a sound one by a single change.

`REFUSED` maps a name to the change and to the file that the error has to name. `IGNORED` holds what lies beside a sound
model and must neither run nor be missed. Whatever runs writes the file that `MARKER` names.
"""

import json
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

MARKER = "LUTHIER_HOSTILE_MARKER"
EVIL_CODE = f"import os, pathlib; pathlib.Path(os.environ[{MARKER!r}]).write_text('ran')\n"
JINJA = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}{% for x in ().__class__.__base__.__subclasses__() %}"
    "{{ x.__init__.__globals__['os'].system('touch $" + MARKER + "') }}{% endfor %}"
)
Change = Callable[[Path], None]


class Evil:
    """Writes the marker when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f'touch "${MARKER}"',)


def _edit(path: Path, change: Callable[[Any], Any]) -> None:
    content = json.loads(path.read_text())
    changed = change(content)
    path.write_text(json.dumps(content if changed is None else changed))


def setting(file: str, **values: object) -> Change:
    """Write these values into a JSON file of the folder."""

    def change(folder: Path) -> None:
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_text("{}")
        _edit(path, lambda content: content.update(values))

    return change


def content(file: str, raw: bytes) -> Change:
    """Write these bytes."""

    def change(folder: Path) -> None:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(raw)

    return change


def gone(file: str) -> Change:
    """Remove a file."""
    return lambda folder: (folder / file).unlink()


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change(folder: Path) -> None:
        for one in changes:
            one(folder)

    return change


def pickled(file: str) -> Change:
    """A pickle that runs code when it is loaded."""
    return lambda folder: (folder / file).write_bytes(pickle.dumps(Evil()))


def weights(change: Callable[[dict[str, torch.Tensor]], object]) -> Change:
    """Change the tensors, and save them soundly."""

    def apply(folder: Path) -> None:
        tensors = load_file(folder / "model.safetensors")
        change(tensors)
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})

    return apply


def header(change: Callable[[dict[str, Any]], Any]) -> Change:
    """Change the header of the safetensors file, and leave the bytes behind it alone."""

    def apply(folder: Path) -> None:
        path = folder / "model.safetensors"
        raw = path.read_bytes()
        size = struct.unpack("<Q", raw[:8])[0]
        entries = json.loads(raw[8 : 8 + size])
        new = change(entries)
        text = json.dumps(entries if new is None else new).encode()
        path.write_bytes(struct.pack("<Q", len(text)) + text + raw[8 + size :])

    return apply


def raw_weights(change: Callable[[bytes], bytes]) -> Change:
    """Change the bytes of the safetensors file."""

    def apply(folder: Path) -> None:
        path = folder / "model.safetensors"
        path.write_bytes(change(path.read_bytes()))

    return apply


def looped(file: str) -> Change:
    """Replace a file by a symbolic link to itself."""

    def apply(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        (folder / file).symlink_to(folder / file)

    return apply


def deep(levels: int, key: str = "a") -> bytes:
    """JSON objects nested into each other."""
    return (f'{{"{key}":' * levels + "1" + "}" * levels).encode()


def _first(entries: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = next(value for name, value in entries.items() if name != "__metadata__")
    return entry


def _overlap(entries: dict[str, Any]) -> None:
    own = [value for name, value in entries.items() if name != "__metadata__"]
    own[1]["data_offsets"] = own[0]["data_offsets"]


def index(files: object) -> Change:
    """A list of weight files."""
    return content("model.safetensors.index.json", json.dumps({"weight_map": files}).encode())


def tokenizer(change: Callable[[Any], Any]) -> Change:
    """Change tokenizer.json."""
    return lambda folder: _edit(folder / "tokenizer.json", change)


_CODE = {"auto_map": {"AutoModel": "evil.Evil", "AutoConfig": "evil.Evil", "AutoTokenizer": ["evil.Evil", "evil.Evil"]}}
_EVIL = content("evil.py", EVIL_CODE.encode())
_WORDS = "embeddings.word_embeddings.weight"
_BIG = 10**12

REFUSED: dict[str, tuple[Change, str]] = {
    # Code from the checkpoint.
    "auto_map in config": (both(_EVIL, setting("config.json", **_CODE)), "config.json"),
    "auto_map of another repository": (
        setting("config.json", auto_map={"AutoModelForSequenceClassification": "someone/evil--evil.Evil"}),
        "config.json",
    ),
    "auto_map deep in config": (both(_EVIL, setting("config.json", text_config={"x": [{"y": _CODE}]})), "config.json"),
    "auto_map in tokenizer config": (both(_EVIL, setting("tokenizer_config.json", **_CODE)), "tokenizer_config.json"),
    "auto_map in generation config": (
        both(_EVIL, setting("generation_config.json", **_CODE)),
        "generation_config.json",
    ),
    "auto_map in processor config": (both(_EVIL, setting("preprocessor_config.json", **_CODE)), "preprocessor_config"),
    "auto_map in a folder below": (setting("1_Pooling/config.json", **_CODE), "1_Pooling/config.json"),
    "auto_map empty": (setting("config.json", auto_map={}), "config.json"),
    "trust_remote_code true": (setting("config.json", trust_remote_code=True), "config.json"),
    "trust_remote_code false": (setting("config.json", trust_remote_code=False), "config.json"),
    "trust_remote_code deep": (setting("config.json", vision={"a": {"trust_remote_code": True}}), "config.json"),
    "trust_remote_code in tokenizer config": (
        setting("tokenizer_config.json", init_kwargs={"trust_remote_code": True}),
        "tokenizer_config.json",
    ),
    "custom pipeline": (setting("config.json", custom_pipelines={"x": {"impl": "evil.Evil"}}), "config.json"),
    "custom generate": (setting("generation_config.json", custom_generate="someone/evil"), "generation_config.json"),
    "attention from the hub": (setting("config.json", attn_implementation="someone/evil"), "config.json"),
    "attention from the hub, old name": (setting("config.json", _attn_implementation="someone/evil"), "config.json"),
    "attention from the hub, by part": (setting("config.json", attn_implementation={"": "a/b@main"}), "config.json"),
    "experts from the hub": (setting("config.json", experts_implementation="someone/evil"), "config.json"),
    "kernels": (setting("config.json", use_kernels=True), "config.json"),
    "quantised": (setting("config.json", quantization_config={"quant_method": "bitsandbytes"}), "config.json"),
    "quantised by an unknown method": (setting("config.json", quantization_config={"quant_method": "evil"}), "config"),
    "adapter that leads elsewhere": (
        setting("adapter_config.json", base_model_name_or_path="/tmp/evil", peft_type="LORA"),
        "adapter_config.json",
    ),
    "foreign module": (content("modules.json", b'[{"idx": 0, "type": "evil.Evil", "path": ""}]'), "modules.json"),
    "foreign module that looks at home": (
        content("modules.json", b'[{"type": "sentence_transformers_evil.Evil"}]'),
        "modules.json",
    ),
    # Weights that are not safetensors.
    "pickled weights alone": (both(gone("model.safetensors"), pickled("pytorch_model.bin")), "pytorch_model.bin"),
    "torch file alone": (both(gone("model.safetensors"), pickled("model.pt")), "model.pt"),
    "pickle alone": (both(gone("model.safetensors"), pickled("model.pkl")), "model.pkl"),
    "capital letters": (both(gone("model.safetensors"), pickled("MODEL.BIN")), "MODEL.BIN"),
    "pickle called safetensors": (pickled("model.safetensors"), "model.safetensors"),
    "no weights": (gone("model.safetensors"), "no safetensors"),
    "index to a pickle": (
        both(pickled("pytorch_model.bin"), index({_WORDS: "pytorch_model.bin"})),
        "model.safetensors.index.json",
    ),
    "index out of the folder": (index({_WORDS: "../other/model.safetensors"}), "model.safetensors.index.json"),
    "index to an absolute path": (index({_WORDS: "/etc/model.safetensors"}), "model.safetensors.index.json"),
    "index to a missing part": (index({_WORDS: "model-00001-of-00002.safetensors"}), "model.safetensors.index.json"),
    "index without a map": (content("model.safetensors.index.json", b"{}"), "model.safetensors.index.json"),
    "index to numbers": (index({_WORDS: 7}), "model.safetensors.index.json"),
    # Damaged safetensors.
    "empty weights": (content("model.safetensors", b""), "model.safetensors"),
    "three bytes": (content("model.safetensors", b"abc"), "model.safetensors"),
    "cut to half": (raw_weights(lambda raw: raw[: len(raw) // 2]), "model.safetensors"),
    "cut in the header": (raw_weights(lambda raw: raw[:100]), "model.safetensors"),
    "bytes too many": (raw_weights(lambda raw: raw + b"evil"), "model.safetensors"),
    "huge header length": (raw_weights(lambda raw: struct.pack("<Q", 2**63) + raw[8:]), "model.safetensors"),
    "header longer than the file": (raw_weights(lambda raw: struct.pack("<Q", 10**9) + raw[8:]), "model.safetensors"),
    "header of nulls": (content("model.safetensors", struct.pack("<Q", 16) + bytes(16)), "model.safetensors"),
    "header that is a list": (header(lambda _: []), "model.safetensors"),
    "header nested too deep": (
        content("model.safetensors", struct.pack("<Q", len(deep(5000))) + deep(5000)),
        "model.safetensors",
    ),
    "overlapping tensors": (header(_overlap), "model.safetensors"),
    "offsets beyond the file": (header(lambda e: _first(e).update(data_offsets=[0, _BIG])), "model.safetensors"),
    "offsets backwards": (header(lambda e: _first(e).update(data_offsets=[8, 0])), "model.safetensors"),
    "negative offsets": (header(lambda e: _first(e).update(data_offsets=[-8, 0])), "model.safetensors"),
    "shape that overflows": (header(lambda e: _first(e).update(shape=[2**62, 2**62])), "model.safetensors"),
    "negative shape": (header(lambda e: _first(e).update(shape=[-1, 4])), "model.safetensors"),
    "unknown dtype": (header(lambda e: _first(e).update(dtype="EVIL")), "model.safetensors"),
    "dtype of another size": (header(lambda e: _first(e).update(dtype="F64")), "model.safetensors"),
    "no tensors": (content("model.safetensors", struct.pack("<Q", 2) + b"{}"), "config.json"),
    # Weights that do not fit.
    "NaN": (weights(lambda t: t[_WORDS].fill_(float("nan"))), "not finite"),
    "one infinite value": (weights(lambda t: t[_WORDS][3].fill_(float("inf"))), "not finite"),
    "a layer is missing": (weights(lambda t: [t.pop(n) for n in list(t) if "layer.1." in n]), "encoder.layer.1"),
    "embeddings are missing": (weights(lambda t: t.pop(_WORDS)), "word_embeddings"),
    "other names": (
        weights(lambda t: [t.update({f"evil.{n}": t.pop(n)}) for n in list(t)]),
        "would be drawn at random",
    ),
    "wider than the config": (weights(lambda t: t.update({_WORDS: torch.zeros(9, 32)})), "word_embeddings"),
    "transposed": (weights(lambda t: t.update({_WORDS: t[_WORDS].T.contiguous()})), "word_embeddings"),
    # Configs.
    "no config": (gone("config.json"), "no config.json"),
    "config is a list": (content("config.json", b"[1]"), "config.json"),
    "config is a word": (content("config.json", b'"bert"'), "config.json"),
    "config is empty": (content("config.json", b""), "config.json"),
    "config is not JSON": (content("config.json", b"{model_type: bert}"), "config.json"),
    "config is binary": (content("config.json", bytes(range(256))), "config.json"),
    "config nested too deep": (content("config.json", deep(100_000)), "config.json"),
    "config nested deep": (content("config.json", deep(400)), "config.json"),
    "config loops": (looped("config.json"), "no config.json"),
    "weights loop": (looped("model.safetensors"), "model.safetensors"),
    "tokenizer loops": (looped("tokenizer.json"), "tokenizer.json"),
    "config is a folder": (both(gone("config.json"), lambda f: (f / "config.json").mkdir()), "no config.json"),
    "unknown model type": (setting("config.json", model_type="evil"), "config.json"),
    "model type missing": (lambda f: _edit(f / "config.json", lambda c: {"a": 1}), "config.json"),
    "model type is a number": (setting("config.json", model_type=7), "config.json"),
    "model type is a list": (setting("config.json", model_type=["bert"]), "config.json"),
    "model type is a path": (setting("config.json", model_type="../../evil"), "config.json"),
    "model without a classifier": (setting("config.json", model_type="whisper"), "config.json"),
    "decoder": (setting("config.json", model_type="gpt2"), "config.json"),
    "negative width": (setting("config.json", hidden_size=-16), "config.json"),
    "no width": (setting("config.json", hidden_size=0), "config.json"),
    "width is text": (setting("config.json", hidden_size="16"), "config.json"),
    "width is true": (setting("config.json", hidden_size=True), "config.json"),
    "width that eats all memory": (setting("config.json", hidden_size=_BIG), "config.json"),
    "other width": (setting("config.json", hidden_size=32), "config.json"),
    "feed-forward that eats all memory": (setting("config.json", intermediate_size=_BIG), "config.json"),
    "positions that eat all memory": (setting("config.json", max_position_embeddings=_BIG), "config.json"),
    "negative positions": (setting("config.json", max_position_embeddings=-1), "config.json"),
    "positions are text": (setting("config.json", max_position_embeddings="many"), "config.json"),
    "endless layers": (setting("config.json", num_hidden_layers=_BIG), "config.json"),
    "no layers": (setting("config.json", num_hidden_layers=0), "config.json"),
    "more layers": (setting("config.json", num_hidden_layers=3), "encoder.layer.2"),
    "many more layers": (setting("config.json", num_hidden_layers=9), "config.json"),
    "dtype that is a function": (setting("config.json", dtype="load"), "config.json"),
    "no heads": (setting("config.json", num_attention_heads=0), "config.json"),
    "heads that do not divide": (setting("config.json", num_attention_heads=3), "config.json"),
    "negative heads": (setting("config.json", num_attention_heads=-2), "config.json"),
    "vocabulary that eats all memory": (setting("config.json", vocab_size=_BIG), "config.json"),
    "small vocabulary": (setting("config.json", vocab_size=3), "config.json"),
    "padding beyond the vocabulary": (setting("config.json", pad_token_id=_BIG), "config.json"),
    "padding is text": (setting("config.json", pad_token_id="x"), "config.json"),
    "unknown activation": (setting("config.json", hidden_act="__import__('os')"), "config.json"),
    "dropout of two": (setting("config.json", hidden_dropout_prob=2.0), "config.json"),
    # Tokenizers.
    "no tokenizer": (both(gone("tokenizer.json"), gone("tokenizer_config.json")), "tokenizer"),
    "tokenizer is empty": (content("tokenizer.json", b""), "tokenizer.json"),
    "tokenizer is a list": (content("tokenizer.json", b"[]"), "tokenizer"),
    "tokenizer without a model": (tokenizer(lambda c: c.pop("model") and None), "tokenizer"),
    "tokenizer of an unknown model": (tokenizer(lambda c: c["model"].update(type="Evil")), "tokenizer"),
    "tokenizer is cut": (
        lambda f: (f / "tokenizer.json").write_bytes((f / "tokenizer.json").read_bytes()[:500]) and None,
        "tokenizer.json",
    ),
    "token ids beyond the model": (tokenizer(lambda c: c["model"]["vocab"].update(zzz=90_000)), "tokenizer"),
    "negative token ids": (tokenizer(lambda c: c["model"]["vocab"].update(zzz=-1)), "tokenizer"),
    "bad regular expression": (
        tokenizer(
            lambda c: c.update(pre_tokenizer={"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated"})
        ),
        "tokenizer",
    ),
    "template of unknown tokens": (
        tokenizer(lambda c: c["post_processor"]["single"][0].update(SpecialToken={"id": "[EVIL]", "type_id": 0})),
        "tokenizer",
    ),
    "tokenizer config is a list": (content("tokenizer_config.json", b"[]"), "tokenizer_config.json"),
    "tokenizer config is not JSON": (content("tokenizer_config.json", b"{"), "tokenizer_config.json"),
    "slow tokenizer": (
        both(gone("tokenizer.json"), setting("tokenizer_config.json", tokenizer_class="CanineTokenizer")),
        "tokenizer",
    ),
}

IGNORED: dict[str, Change] = {
    "pickled weights beside": pickled("pytorch_model.bin"),
    "torch file beside": pickled("optimizer.pt"),
    "pickle beside": pickled("vectors.pkl"),
    "training arguments beside": pickled("training_args.bin"),
    "module beside": _EVIL,
    "modeling file beside": content("modeling_bert.py", EVIL_CODE.encode()),
    "custom generate beside": both(
        lambda folder: (folder / "custom_generate").mkdir(),
        lambda folder: (folder / "custom_generate" / "generate.py").write_text(EVIL_CODE) and None,
    ),
    "conftest beside": content("conftest.py", EVIL_CODE.encode()),
    "chat template with code": content("chat_template.jinja", JINJA.encode()),
    "chat template with code in the config": setting("tokenizer_config.json", chat_template=JINJA),
    "custom tokenizer class": both(_EVIL, setting("tokenizer_config.json", tokenizer_class="evil.Evil")),
    "architectures of its own": both(_EVIL, setting("config.json", architectures=["evil.Evil", "os.system"])),
    "dtype of the weights": setting("config.json", dtype="float16"),
    "folder that loops": lambda folder: (folder / "again").symlink_to(folder, target_is_directory=True),
    "name that looks away": setting("config.json", _name_or_path="someone/evil"),
}
