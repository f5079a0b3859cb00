"""What is said of saved weights is what was done to them."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from luthier.facts.saved import WeightFacts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import config, weights
from luthier.stages.diagnose.readers.weights import Names, find, read, same
from tests.stages.diagnose.readers.tensor_files import change_header, write

Tensors = dict[str, torch.Tensor]
QUERY = "bert.encoder.layer.0.attention.self.query.weight"


@pytest.fixture
def tensors(trainer_run: Path) -> Tensors:
    """The weights of a run of Trainer."""
    return load_file(trainer_run / "model.safetensors")


def facts(folder: Path, base: Path | None = None, **settings: object) -> WeightFacts:
    """Read the weights at the top of a folder."""
    (folder / "config.json").write_text(json.dumps({"architectures": ["BertForSequenceClassification"], **settings}))
    home = Home(folder)
    found = read(home, "", config.read(home, ""), base)
    assert found is not None
    return found


def test_healthy(trainer_run: Path, tiny_model: Path) -> None:
    """A run of Trainer: all there, all finite, nothing as the base had it, a head."""
    home = Home(trainer_run)

    found = read(home, "", config.read(home, ""), tiny_model)

    assert found is not None
    assert (found.files, found.types) == (
        ("model.safetensors",),
        {"F32": sum(t.numel() for t in load_file(trainer_run / "model.safetensors").values())},
    )
    assert (found.not_finite, found.empty, found.zero, found.constant) == ((), (), (), ())
    assert found.head == ("classifier.bias", "classifier.weight")
    assert found.expected_head == "classifier"
    assert (
        found.embedding_rows
        == load_file(tiny_model / "model.safetensors")["embeddings.word_embeddings.weight"].shape[0]
    )
    assert (found.compared, found.unchanged, found.sampled) == (
        len(load_file(tiny_model / "model.safetensors")),
        (),
        1.0,
    )


def _nan(tensors: Tensors) -> None:
    tensors[QUERY][3, 3] = float("nan")


INJURIES: dict[str, Callable[[Tensors], object]] = {
    "not_finite": _nan,
    "zero": lambda tensors: tensors[QUERY].zero_(),
    "constant": lambda tensors: tensors[QUERY].fill_(0.5),
    "empty": lambda tensors: tensors.update({QUERY: torch.zeros(0, 16)}),
}


@pytest.mark.parametrize("kind", INJURIES)
def test_injuries(kind: str, tensors: Tensors, tmp_path: Path) -> None:
    """Each injury is seen at its tensor, and nothing else with it."""
    INJURIES[kind](tensors)
    write(tmp_path / "model.safetensors", tensors)

    found = facts(tmp_path)

    seen = {name: getattr(found, name) for name in INJURIES}
    assert seen == {name: ((QUERY,) if name == kind else ()) for name in INJURIES}


def test_what_healthy_models_leave_at_zero_or_one(tmp_path: Path) -> None:
    """Biases, norms, layer scales and RoBERTa's token types are no finding, and neither is a single number."""
    tensors = {
        "roberta.embeddings.token_type_embeddings.weight": torch.zeros(1, 8),
        "a.LayerNorm.weight": torch.ones(8),
        "b.bias": torch.zeros(8),
        "h.0.ln_1.weight": torch.ones(8),
        "lambda_1": torch.full((8,), 1e-5),
        "logit": torch.tensor(0.0),
    }
    found = facts(write(tmp_path / "model.safetensors", tensors).parent)

    assert (found.zero, found.constant) == ((), ())


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_unchanged(kind: torch.dtype, trainer_run: Path, tiny_model: Path, tmp_path: Path) -> None:
    """Tensors that are still the base's are named, through the prefix and through the storage type."""
    base = load_file(tiny_model / "model.safetensors")
    mine = {f"bert.{name}": value.to(kind) for name, value in base.items()}
    mine[QUERY] = mine[QUERY] + 1
    write(tmp_path / "model.safetensors", mine)

    found = facts(tmp_path, tiny_model)

    assert found.unchanged is not None
    assert set(mine) - set(found.unchanged) == {QUERY}
    assert found.compared == len(base)
    assert facts(tmp_path).unchanged is None


def test_another_shape_is_not_compared(tiny_model: Path, tmp_path: Path) -> None:
    """An embedding with new rows is no longer the base's tensor."""
    base = load_file(tiny_model / "model.safetensors")
    words = base["embeddings.word_embeddings.weight"]
    base["embeddings.word_embeddings.weight"] = torch.cat([words, words[:1]])
    write(tmp_path / "model.safetensors", base)

    found = facts(tmp_path, tiny_model)

    assert found.compared == len(base) - 1
    assert found.embedding_rows == len(words) + 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bert.encoder.layer.0.weight", "bert.encoder.layer.0.weight"),
        ("encoder.layer.0.weight", "bert.encoder.layer.0.weight"),
        ("model.bert.encoder.layer.0.weight", "bert.encoder.layer.0.weight"),
        ("bert.LayerNorm.weight", "bert.LayerNorm.gamma"),
        ("classifier.weight", None),
        ("attn.q.weight", None),
    ],
)
def test_names(name: str, expected: str | None) -> None:
    """One prefix more or less is the same tensor; a short name that could be several is none."""
    names = (
        "bert.encoder.layer.0.weight",
        "bert.LayerNorm.gamma",
        "other.weight",
        "encoder.attn.q.weight",
        "decoder.attn.q.weight",
    )

    assert Names(names).find(name) == expected


def sharded(folder: Path, tensors: Tensors) -> Path:
    """Two shards and their index, as Transformers writes them."""
    names = sorted(tensors)
    parts = {"model-00001-of-00002.safetensors": names[:20], "model-00002-of-00002.safetensors": names[20:]}
    for file, inside in parts.items():
        write(folder / file, {name: tensors[name] for name in inside})
    index = {"metadata": {}, "weight_map": {name: file for file, inside in parts.items() for name in inside}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def test_shards(tensors: Tensors, tmp_path: Path) -> None:
    """All shards that the index names are read."""
    found = facts(sharded(tmp_path, tensors))

    assert set(found.tensors) == set(tensors)
    assert len(found.files) == 2
    assert found.empty == ()


def test_a_shard_is_missing(tensors: Tensors, tmp_path: Path) -> None:
    """Tensors whose shard is not there are empty."""
    (sharded(tmp_path, tensors) / "model-00002-of-00002.safetensors").unlink()

    assert set(facts(tmp_path).empty) == set(sorted(tensors)[20:])


@pytest.mark.parametrize(
    "files", [{"a.w": "../other/model.safetensors"}, {"a.w": "/etc/passwd"}, {"a.w": 7}, {"a.w": {}}, [], None]
)
def test_index_that_leads_elsewhere(files: object, tensors: Tensors, tmp_path: Path) -> None:
    """Only shards beside the index are read."""
    write(tmp_path / "run" / "model-00001-of-00001.safetensors", tensors)
    write(tmp_path / "other" / "model.safetensors", tensors)
    (tmp_path / "run" / "model.safetensors.index.json").write_text(json.dumps({"weight_map": files}))
    home = Home(tmp_path / "run")

    found = find(home, "")

    assert all(name == "model-00001-of-00001.safetensors" for name in found.files)
    assert any(source.note for source in home.sources)


def test_cut_file(tensors: Tensors, tmp_path: Path) -> None:
    """Tensors whose bytes are missing are empty, the others are judged, and the diary says what is missing."""
    _nan(tensors)
    path = write(tmp_path / "model.safetensors", tensors)
    os.truncate(path, path.stat().st_size - 100)
    (tmp_path / "config.json").write_text("{}")
    home = Home(tmp_path)

    found = read(home, "", config.read(home, ""))

    assert found is not None
    assert found.empty
    assert found.not_finite == (QUERY,)
    assert "bytes" in home.sources[-1].note


def test_lying_header(tensors: Tensors, tmp_path: Path) -> None:
    """A header that lies gives no facts, and a note."""
    path = write(tmp_path / "model.safetensors", tensors)
    change_header(path, lambda entries: entries[QUERY].update(data_offsets=[0, 10**12]))
    home = Home(tmp_path)

    assert read(home, "", None) is None
    assert "shape and type" in home.sources[-1].note


def test_pickles_are_named(tmp_path: Path) -> None:
    """Weights that only a pickle holds are not loaded, and said to be so."""
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x02.")
    home = Home(tmp_path)

    assert read(home, "", None) is None
    assert [(source.file, source.note) for source in home.sources] == [("pytorch_model.bin", "a pickle: not loaded")]


def test_sampled(tensors: Tensors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large model a part is read, and the share of it is stated."""
    monkeypatch.setattr(weights, "MOST_BYTES", 10_000)
    monkeypatch.setattr("luthier.stages.diagnose.readers.tensors.BLOCK", 16)
    write(tmp_path / "model.safetensors", tensors)

    found = facts(tmp_path)

    assert 0.3 < found.sampled < 0.6
    assert not found.not_finite


def test_eight_bits_are_not_judged(tmp_path: Path) -> None:
    """Quantised weights are counted and nothing is said of their values."""
    write(
        tmp_path / "model.safetensors",
        {"a.w": torch.zeros(8, 8).to(torch.float8_e4m3fn), "b.w": torch.zeros(4, dtype=torch.int8)},
    )

    found = facts(tmp_path)

    assert found.types == {"F8_E4M3": 64, "I8": 4}
    assert found.zero == ()


def test_same(tensors: Tensors, tmp_path: Path) -> None:
    """Two folders hold the same model however it is cut into files; one other value, and they do not."""
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    write(one / "model.safetensors", tensors)
    two.mkdir()
    sharded(two, tensors)
    tensors[QUERY][0, 0] += 1
    write(three / "model.safetensors", tensors)
    first, second, third = (find(Home(folder), "") for folder in (one, two, three))

    assert same(first, second) is True
    assert same(first, third) is False
    assert same(first, weights.Found()) is None


@pytest.mark.parametrize(
    ("head", "differs"),
    [({"lm_head.weight": 1.0}, True), ({"lm_head.weight": 0.0}, False), ({"score.weight": 1.0}, None), ({}, None)],
)
def test_head_beside_embedding(tmp_path: Path, head: dict[str, float], differs: bool | None) -> None:
    """A language model's head is compared with its embedding, where both are stored."""
    table = torch.arange(12.0).reshape(4, 3)
    write(tmp_path / "model.safetensors", {"wte.weight": table, **{n: table + shift for n, shift in head.items()}})

    assert facts(tmp_path).head_differs is differs


def test_moved(tiny_model: Path, tmp_path: Path) -> None:
    """The median distance of the body's matrices from the base's, each as a share of its own length."""
    base = load_file(tiny_model / "model.safetensors")
    moved = {name: 1.25 * value if value.ndim > 1 else value for name, value in base.items()}
    write(tmp_path / "model.safetensors", moved)

    assert facts(tmp_path, tiny_model).moved == pytest.approx(0.25, abs=1e-6)
    assert facts(tmp_path).moved is None


@pytest.mark.parametrize(("bias", "fresh"), [([0.0, 0.0], True), ([0.0, 0.1], False), (None, None)])
def test_fresh_head(bias: list[float] | None, fresh: bool | None, tmp_path: Path) -> None:
    """A head whose biases are exactly zero was never trained."""
    head = {} if bias is None else {"classifier.bias": torch.tensor(bias)}
    write(tmp_path / "model.safetensors", {"bert.a.weight": torch.ones(2, 2), **head})

    assert facts(tmp_path).fresh_head is fresh
