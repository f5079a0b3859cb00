"""Values that nobody asked for: derived from facts, each with its reason; wishes are never changed."""

from dataclasses import replace

import pytest

from luthier.errors import PlanError
from luthier.facts.data import Column, DataFacts, Lengths
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.facts.request import Request
from luthier.stages.plan.defaults import Facts, candidates, derive
from luthier.stages.plan.settings import KINDS, value_in
from luthier.stages.plan.wishes import wishes

MODEL = ModelFacts("mini", "bert", 22_000_000, 6, 384, 30_522, 512, 256, "mean")
LENGTHS = Lengths(4_000, {0: 4, 5: 8, 25: 14, 50: 22, 75: 37, 95: 50, 99: 61, 100: 300}, 512, 0, 0.0, 1.3, 0.0)
DATA = DataFacts(
    path="spam.csv",
    rows={"train": 4_000, "validation": 500, "test": 500},
    split_origin="made",
    classes=("ham", "spam"),
    class_counts={"train": {"ham": 3_464, "spam": 536}},
    columns=(Column("message", "text", 4_000, 0, "text"), Column("kind", "label", 2, 0, "label")),
    lengths={"train": LENGTHS},
)
SUGGESTIONS = {
    "full": {"train.rate": (5e-5, "usual"), "train.head_rate": (1e-3, "new"), "train.epochs": (3.0, "usual")},
    "top_layers": {"strategy.layers": (2, "a third"), "train.rate": (1e-4, "few"), "train.epochs": (5.0, "cheap")},
    "frozen_body": {"train.head_rate": (1e-2, "linear"), "train.epochs": (20.0, "cheap"), "train.warmup": (0.0, "no")},
}
FACTS = Facts(DATA, MODEL, SUGGESTIONS)


def planned(facts: Facts = FACTS, **said: object) -> Plan:
    """The plan for some wishes."""
    return derive(wishes(Request("spam.csv", **said)), facts)[0]  # type: ignore[arg-type]


def with_rows(rows: int, classes: tuple[str, ...] = ("ham", "spam")) -> Facts:
    """The facts of a smaller or larger set with even classes."""
    counts = {"train": {name: rows // len(classes) for name in classes}}
    return replace(FACTS, data=replace(DATA, rows={"train": rows}, classes=classes, class_counts=counts))


def test_every_value_has_a_reason() -> None:
    """The plan holds no value without a reason."""
    plan = planned()

    # No column of these rows was used as a group or a time: nothing was decided there.
    assert set(KINDS) - set(plan.reasons) == {"data.group", "data.time"}
    assert {reason.by for reason in plan.reasons.values()} == {"luthier"}


def test_the_usual_case() -> None:
    """Four thousand short messages: full tuning, three epochs, a length that fits, macro-F1 for uneven classes."""
    plan = planned()

    assert (plan.data.text, plan.data.label) == ("message", "kind")
    assert (plan.strategy.name, plan.train.epochs, plan.train.rate) == ("full", 3.0, 5e-5)
    assert plan.model.max_tokens == 248
    assert plan.reasons["model.max_tokens"].text == "the longest row has 300 tokens, 99 % at most 61"
    assert plan.train.metric == "macro_f1"
    assert "6.5 times" in plan.reasons["train.metric"].text
    assert plan.model.pooling == "mean"
    assert plan.train.precision == "fp32"


@pytest.mark.parametrize("name", [name for name in KINDS if name.startswith("train.")])
def test_a_wish_is_never_changed(name: str) -> None:
    """Whatever was asked for stands in the plan, marked as the user's."""
    values = {
        "train.schedule": "cosine",
        "train.precision": "bf16",
        "train.metric": "mcc",
        "train.class_weights": "yes",
    }
    text = values.get(name, "1" if KINDS[name] is int else "0.25")

    plan = planned(settings={name: text})

    assert plan.set_by_user(name)
    assert value_in(plan, name) == value_in(wishes(Request("x", settings={name: text})).plan, name)


def test_bf16_only_where_it_is_native() -> None:
    """Autocast follows the processor, and the reason says so."""
    plan = planned(replace(FACTS, model=replace(MODEL, native_bf16=True)))

    assert plan.train.precision == "bf16"
    assert "no bf16" in planned().reasons["train.precision"].text


@pytest.mark.parametrize(
    ("usual", "longest", "trained", "positions", "expected"),
    [
        (61, 90, 256, 512, 96),
        (61, 96, 256, 512, 96),
        (61, 3_884, 256, 512, 248),
        (77, 3_884, 256, 512, 256),
        (1, 2, None, 512, 8),
        (400, 900, 256, 512, 256),
        (400, 900, None, 512, 512),
    ],
)
def test_length(usual: int, longest: int, trained: int | None, positions: int, expected: int) -> None:
    """The longest row, unless it is a freak, within what the model was trained for; rounded up to eight."""
    lengths = replace(LENGTHS, quantiles={**LENGTHS.quantiles, 99: usual, 100: longest})
    model = replace(MODEL, trained_tokens=trained, usable_positions=positions)

    plan = planned(Facts(replace(DATA, lengths={"train": lengths}), model, SUGGESTIONS))

    assert plan.model.max_tokens == expected


def test_length_without_a_tokenizer() -> None:
    """Where lengths are not known, the plan says so."""
    plan = planned(replace(FACTS, data=replace(DATA, lengths={})))

    assert plan.model.max_tokens == 128
    assert "not measured" in plan.reasons["model.max_tokens"].text


@pytest.mark.parametrize(("rows", "epochs"), [(4_000, 3.0), (1_000, 7.0), (400, 16.0), (100, 20.0)])
def test_small_sets_train_longer(rows: int, epochs: float) -> None:
    """Fewer rows get more epochs, so that the steps suffice, up to twenty."""
    assert planned(with_rows(rows)).train.epochs == epochs


def test_too_few_rows_for_an_encoder() -> None:
    """Eight rows per class: a head on frozen vectors, and its own defaults."""
    plan = planned(with_rows(16))

    assert (plan.strategy.name, plan.train.head_rate, plan.train.warmup) == ("frozen_body", 1e-2, 0.0)
    assert "8 rows per class" in plan.reasons["strategy.name"].text
    assert candidates(wishes(Request("x")), with_rows(16)) == (plan_without_path(plan),)


def plan_without_path(plan: Plan) -> Plan:
    """The same plan for a file named x."""
    return replace(plan, data=replace(plan.data, path="x"))


def test_even_classes_are_scored_by_accuracy() -> None:
    """Accuracy tells all where classes are even."""
    assert planned(with_rows(4_000)).train.metric == "accuracy"


def test_steps_become_shares() -> None:
    """Numbers of steps find their place: 250 steps are one epoch here."""
    plan = planned(settings={"max_steps": "500", "warmup_steps": "100", "eval_steps": "125"})

    assert (plan.train.epochs, plan.train.warmup, plan.train.evaluations_per_epoch) == (2.0, 0.2, 2)
    assert plan.set_by_user("train.warmup")


def test_a_rate_for_a_head_alone() -> None:
    """Where only the head learns, the rate that was asked for is the head's."""
    plan = planned(strategy="frozen_body", rate=2e-5)

    assert plan.train.head_rate == 2e-5
    assert plan.set_by_user("train.head_rate")
    assert planned(strategy="frozen_body").train.head_rate == 1e-2
    assert planned(strategy="full", rate=2e-5).train.head_rate == 1e-3


def test_one_candidate_per_strategy() -> None:
    """A budget chooses among complete plans; a strategy that was asked for is the only one."""
    free = candidates(wishes(Request("x")), replace(FACTS, unsuited={"top_layers": "one layer"}))
    bound = candidates(wishes(Request("x", strategy="top_layers")), FACTS)

    assert [(plan.strategy.name, plan.train.epochs) for plan in free] == [("full", 3.0), ("frozen_body", 20.0)]
    assert [(plan.strategy.name, plan.strategy.layers) for plan in bound] == [("top_layers", 2)]


def test_a_wish_against_the_facts() -> None:
    """A wish that cannot be had is refused with what can."""
    with pytest.raises(PlanError, match="1024 tokens do not fit: mini has 512 positions"):
        planned(max_tokens=1024)
