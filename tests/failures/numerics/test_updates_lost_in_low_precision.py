"""Updates that 16 bits round away."""

import pytest

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, seen

NAME = "updates_lost_in_low_precision"
TENSORS = {
    name: (4,) for name in ("h.0.ln_1.weight", "h.0.ln_2.weight", "ln_f.weight", "wte.weight", "h.0.c_fc.weight")
}
NORMS = ("h.0.ln_1.weight", "h.0.ln_2.weight", "ln_f.weight")
BY_TRAINER = SavedConfig("", {}, files=("config.json", "training_args.bin"))


def live(learning: tuple[str, ...] = ("a.weight",), **types: int) -> WeightFacts:
    """A model in memory."""
    return WeightFacts((), {}, types, learning=learning, learning_types=types)


def settings(rate: float = 2e-5, **values: Plain) -> Arguments:
    """Settings with a rate."""
    return Arguments("TrainingArguments", "transformers", {"learning_rate": rate, "bf16": True, **values})


def tried(lost: float, identical: int = 0) -> TrialFacts:
    """Three steps."""
    numbers = {"lost": lost, "identical": identical, "steps": 3}
    return TrialFacts({"weights_move": Experiment("weights_move", "failed", numbers)})  # type: ignore[arg-type]


def test_tried() -> None:
    """Most weights, or whole tensors, stand still."""
    found = seen(NAME, Moment.BEFORE, weights=live(BF16=100), arguments=settings(1e-3), trial=tried(0.94))
    norms = seen(NAME, Moment.BEFORE, weights=live(F16=100), arguments=settings(), trial=tried(0.2, identical=3))

    assert (found.variant, found.numbers["percent"], found.numbers["types"]) == ("tried", 94, "bfloat16")
    assert norms.numbers["types"] == "float16"


def test_planned() -> None:
    """Weights of bfloat16 at a small rate."""
    found = seen(NAME, Moment.BEFORE, weights=live(BF16=90, F32=10), arguments=settings())

    assert (found.variant, found.numbers["count"], found.numbers["rate"]) == ("planned", 90, 2e-5)


@pytest.mark.parametrize(
    ("facts", "arguments"),
    [
        (live(F32=100), settings()),
        (live(), settings()),
        (live(F16=100), settings()),
        (live(BF16=100), settings(1e-3)),
        (live(("a.lora_A.default.weight",), BF16=100), settings()),
        (live(BF16=30, F32=70), settings()),
    ],
    ids=["float32", "nothing learns", "float16", "large rate", "adapter", "few"],
)
def test_clear(facts: WeightFacts, arguments: Arguments) -> None:
    """Where updates arrive, or nobody has tried."""
    assert look(NAME, Moment.BEFORE, weights=facts, arguments=arguments) is None


def test_tried_and_clear() -> None:
    """All tensors moved."""
    assert look(NAME, Moment.BEFORE, weights=live(BF16=9), arguments=settings(), trial=tried(0.3)) is None


def saved(unchanged: tuple[str, ...] | None, kind: str = "BF16") -> WeightFacts:
    """A saved model beside its base."""
    return WeightFacts(("model.safetensors",), TENSORS, {kind: 20}, unchanged=unchanged)


def test_saved() -> None:
    """All norms are those of the base, the rest is not."""
    found = seen(NAME, Moment.AFTER, weights=saved(NORMS), config=BY_TRAINER, arguments=settings())

    assert (found.variant, found.numbers["count"], found.numbers["total"]) == ("saved", 3, 3)


@pytest.mark.parametrize(
    ("weights", "config"),
    [
        (saved(NORMS, "F32"), BY_TRAINER),
        (saved(NORMS[:1]), BY_TRAINER),
        (saved((*NORMS, "wte.weight")), BY_TRAINER),
        (saved(tuple(TENSORS)), BY_TRAINER),
        (saved(NORMS), SavedConfig("", {}, files=("config.json",))),
    ],
    ids=["float32", "norms moved", "a merged adapter", "nothing changed", "saved by hand, perhaps rounded then"],
)
def test_saved_and_clear(weights: WeightFacts, config: SavedConfig) -> None:
    """Where something else explains it."""
    assert look(NAME, Moment.AFTER, weights=weights, config=config, arguments=settings()) is None


def test_not_looked() -> None:
    """A copy of the weights is kept elsewhere, or there is no base."""
    deep = settings(deepspeed="zero.json")

    assert "deepspeed" in str(look(NAME, Moment.BEFORE, weights=live(BF16=9), arguments=deep))
    assert "deepspeed" in str(look(NAME, Moment.AFTER, weights=saved(NORMS), config=BY_TRAINER, arguments=deep))
    assert "base" in str(look(NAME, Moment.AFTER, weights=saved(None), config=BY_TRAINER, arguments=settings()))
