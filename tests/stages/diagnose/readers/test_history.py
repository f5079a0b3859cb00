"""What a trainer_state.json says of best checkpoints and resumes."""

import json
import math
from pathlib import Path

import pytest

from luthier.stages.diagnose.readers import history
from luthier.stages.diagnose.readers.history import State, metric_of, parting, read_state, resumes, values_of

Entry = history.Entry


def log(steps: int, *, total: int = 0, first: int = 1, per_epoch: int = 10, peak: float = 1e-3) -> list[Entry]:
    """A linear schedule with five steps of warmup."""
    total = total or steps
    rates = [peak * min(step / 5, (total - step) / (total - 5)) for step in range(first, steps + 1)]
    return [
        {"step": step, "epoch": step / per_epoch, "loss": 1 / step, "learning_rate": rate}
        for step, rate in zip(range(first, steps + 1), rates, strict=True)
    ]


def test_a_straight_run() -> None:
    """One run from its first step to its last shows no resume, evaluations between or not."""
    entries = log(40)
    entries.insert(10, {"step": 10, "epoch": 1.0, "eval_loss": 0.3})

    assert resumes(entries, "linear") == ((), ())
    assert resumes([], "linear") == ((), ())


def test_data_drawn_again() -> None:
    """The position in epochs goes back: the order of data began anew."""
    entries = log(25, total=40)
    again = [entry | {"epoch": 2 + (entry["step"] - 25) / 10} for entry in log(40)[25:]]

    assert resumes(entries + again, "linear") == ((25,), (25,))


def test_a_new_schedule() -> None:
    """The rate rises after it had fallen, which a linear schedule does not do; a wavy one may."""
    entries = log(40) + log(80, first=41)

    assert resumes(entries, "linear") == ((40,), ())
    assert resumes(entries, "cosine_with_restarts") == ((), ())
    assert resumes(entries, "") == ((), ())


def test_joined_logs() -> None:
    """Steps that stand twice: the second start went back to the step before."""
    assert resumes(log(30, total=40) + log(40)[20:], "linear") == ((20,), ())


def test_real_resume(trainer_run: Path) -> None:
    """A run that was never interrupted shows none; its state is read whole."""
    state = read_state(trainer_run / "trainer_state.json")

    assert isinstance(state, State)
    assert (state.step, len(state.entries) >= 6) == (4, True)
    assert resumes(state.entries, "linear") == ((), ())
    assert values_of(state.entries, "right").keys() == {2, 4}
    assert metric_of(state) in ("", "right")


def test_values_of() -> None:
    """Only finite numbers count; the last of a step does; the prefix may be there."""
    entries: list[Entry] = [
        {"step": 1, "eval_f1": 0.5},
        {"step": 1, "eval_f1": 0.6},
        {"step": 2, "eval_f1": math.nan},
        {"step": 3, "eval_f1": "0.7"},
        {"step": 4, "eval_f1": True},
        {"step": None, "eval_f1": 0.7},
        {"step": 5.5, "eval_f1": 0.7},
    ]

    assert values_of(entries, "f1") == values_of(entries, "eval_f1") == {1: 0.6}


def test_metric_of() -> None:
    """The metric whose value is called best; none where two have that value."""
    entry: Entry = {"step": 2, "eval_f1": 0.5, "eval_loss": 0.4, "eval_runtime": 1.0}

    assert metric_of(State(entries=(entry,), best_step=2, best_value=0.5)) == "f1"
    assert metric_of(State(entries=(entry | {"eval_x": 0.5},), best_step=2, best_value=0.5)) == ""
    assert metric_of(State(entries=(entry,), best_step=3, best_value=0.5)) == ""
    assert metric_of(State(entries=(entry,))) == ""


def test_parting() -> None:
    """Logs of one run agree; a run that went on otherwise parts from them; another run's never agree."""
    one = log(20)
    otherwise = one[:12] + [entry | {"loss": 9.0} for entry in one[12:]]

    assert parting(one[:10], one) is None
    assert parting(one, otherwise) == 12
    assert parting([entry | {"loss": 9.0} for entry in one], one) == 0
    assert parting([one[0] | {"loss": math.nan}], one) is None
    assert parting([], one) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"global_step": 4, "log_history": [{"step": 1, "lo', "cut"),
        ('{"global_step": 4, "log_history": [', "cut"),
        ("", "cut"),
        ('{"global_step" 4}  more', "unreadable"),
        ("[1, 2]", "unreadable"),
        ("[" * 100_000, "unreadable"),
        ('{"a": ' + "9" * 5000 + "}", "unreadable"),
    ],
)
def test_damage(text: str, kind: str, tmp_path: Path) -> None:
    """A state that was cut is told from one that is something else."""
    (tmp_path / "x.json").write_text(text)

    found = read_state(tmp_path / "x.json")

    assert not isinstance(found, State)
    assert found[0] == kind


def test_odd_values(tmp_path: Path) -> None:
    """Values of other types than Trainer writes are left out."""
    content = {"global_step": "4", "log_history": [1, {"step": 1}], "best_model_checkpoint": 7, "best_metric": "x"}
    (tmp_path / "x.json").write_text(json.dumps(content))

    assert read_state(tmp_path / "x.json") == State(entries=({"step": 1},))
    (tmp_path / "x.json").write_bytes(b"\xff\xfe")
    assert read_state(tmp_path / "x.json")[0] == "unreadable"  # type: ignore[index]
    assert read_state(tmp_path / "none.json")[0] == "unreadable"  # type: ignore[index]


def test_long_states(trainer_run: Path, tmp_path: Path) -> None:
    """Of a long state the ends are read: the step, the best checkpoint, and whether it ends."""
    content = json.loads((trainer_run / "trainer_state.json").read_text())
    content |= {
        "log_history": content["log_history"] * 1000,
        "best_model_checkpoint": "out/checkpoint-2",
        "best_global_step": 2,
    }
    text = json.dumps(content, indent=2, sort_keys=True) + "\n"
    (tmp_path / "x.json").write_text(text)

    assert read_state(tmp_path / "x.json", most=1000) == State(step=4, best_named="out/checkpoint-2", best_step=2)
    (tmp_path / "x.json").write_text(text[:-500])
    assert read_state(tmp_path / "x.json", most=1000)[0] == "cut"  # type: ignore[index]


@pytest.mark.parametrize(
    ("stored", "patience"),
    [
        ({"args": {"early_stopping_patience": 3}}, 3),
        ([{"args": {"early_stopping_patience": 2}}, {"args": {}}], 2),
        ({"args": {"early_stopping_patience": "many"}}, 0),
        ({"args": 4}, 0),
        ("strange", 0),
    ],
)
def test_patience(tmp_path: Path, stored: object, patience: int) -> None:
    """What a stored EarlyStoppingCallback waits for; anything else in its place is none."""
    path = tmp_path / "trainer_state.json"
    path.write_text(json.dumps({"global_step": 1, "stateful_callbacks": {"EarlyStoppingCallback": stored}}))
    state = read_state(path)

    assert isinstance(state, State)
    assert state.patience == patience
