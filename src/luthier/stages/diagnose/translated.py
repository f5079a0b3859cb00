"""Settings of another tool in Luthier's own words: a plan and the facts of a model, as far as they are known.

Failures that judge a plan work on runs of other tools too. A value that was read has a reason that names the file and
`by="user"`; a value that could not be taken over as it is has the reason of its nearest one; a value without a reason
is the default of Transformers' TrainingArguments, or nothing was known.
"""

from collections.abc import Mapping
from dataclasses import replace

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.model import ModelFacts
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason, StrategyPlan, TrainPlan
from luthier.facts.saved import AdapterFacts, SavedConfig, WeightFacts
from luthier.facts.trace import Trace
from luthier.stages.diagnose.settings import Settings
from luthier.stages.diagnose.tasks import task_of

NO_LIMIT = 1_000_000
"""Usable positions of models without a table or range of positions: more tokens than a text has."""

_DEFAULTS = TrainPlan(
    batch_size=8,
    head_rate=5e-5,
    warmup=0.0,
    weight_decay=0.0,
    metric="log_loss",
    evaluations_per_epoch=0,
)
"""TrainingArguments' own (Transformers 4.0 to 5.24); it scores nothing, and has one rate for all weights."""
_SEED = 42

# Their table of positions begins after the padding id, and their configs count these rows (as in `models/load.py`).
_OFFSET_POSITIONS = frozenset(
    {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "longformer", "data2vec-text", "ibert", "xmod"}
)
_RELATIVE = frozenset({"t5", "mt5", "umt5", "longt5", "switch_transformers", "bloom", "mamba", "mamba2", "xlnet"})
_LAYERS = ("num_hidden_layers", "n_layer", "num_layers", "n_layers", "encoder_layers")
_WIDTHS = ("hidden_size", "n_embd", "d_model", "dim")
_VOCABULARY = ("vocab_size",)
_POSITIONS = ("max_position_embeddings", "n_positions", "max_seq_len", "max_sequence_length", "n_ctx")


def plan_of(
    arguments: Arguments | None,
    saved: SavedConfig | None,
    adapter: AdapterFacts | None,
    trace: Trace | None = None,
) -> Plan | None:
    """A run's settings as a plan.

    Args:
        arguments: settings under the names of Transformers.
        saved: configs of the saved model, where there are any.
        adapter: the saved adapter, where there is one.
        trace: the log, where there is one: settings that count steps become shares only when the steps are known.

    Returns:
        A plan whose `reasons` name the values that were really read; None without settings.
    """
    if arguments is None:
        return None
    settings = Settings(arguments, trace)
    length = model_facts(saved)
    return Plan(
        data=DataPlan("", text=settings.text_column() or "text", validation_share=0.0, test_share=0.0, clean=()),
        model=ModelPlan(
            _model_id(arguments, saved, adapter),
            settings.tokens() or (length.usable_positions if length is not None else NO_LIMIT),
        ),
        strategy=StrategyPlan(_strategy(adapter)),
        train=replace(_DEFAULTS, **settings.train()),  # type: ignore[arg-type]
        task=task_of(arguments, saved, adapter),
        seed=settings.seed(_SEED),
        reasons=settings.reasons,
    )


def patient(plan: Plan, patience: int) -> Plan:
    """The plan of a run that stops by itself after so many evaluations without a better score; 0 means never."""
    return replace(plan, train=replace(plan.train, patience=patience))


def frozen(plan: Plan, weights: WeightFacts, source: str) -> Plan:
    """The plan of a run whose encoder is, bit for bit, that of the base model, under a head that is not new.

    Args:
        plan: of the run.
        weights: of the saved model, compared with the base's.
        source: what the reason names.
    """
    same = weights.unchanged is not None and 0 < weights.compared == len(weights.unchanged)
    if plan.strategy.name != "full" or not same or not weights.head or weights.fresh_head is not False:
        return plan
    reason = Reason(f"{source}: the encoder is that of the base model")
    return replace(
        plan, strategy=replace(plan.strategy, name="frozen_body"), reasons={**plan.reasons, "strategy.name": reason}
    )


def model_facts(saved: SavedConfig | None) -> ModelFacts | None:
    """A model's facts from its config alone; its weights are not counted.

    Returns:
        None without a config, and where it does not say how deep, wide and long the model is.
    """
    if saved is None:
        return None
    architecture = str(saved.model.get("model_type") or "")
    inner = saved.model.get("text_config")
    config = {**inner, **saved.model} if isinstance(inner, dict) else saved.model
    layers, width, vocabulary = _size(config, _LAYERS), _size(config, _WIDTHS), _size(config, _VOCABULARY)
    positions = NO_LIMIT if architecture in _RELATIVE else _size(config, _POSITIONS)
    if layers is None or width is None or vocabulary is None or positions is None:
        return None
    return ModelFacts(
        id=str(saved.model.get("_name_or_path") or ""),
        architecture=architecture,
        parameters=None,
        layers=layers,
        hidden_size=width,
        vocabulary=vocabulary,
        usable_positions=max(1, positions - _offset(config, architecture)),
        trained_tokens=None,
        pooling="cls",
    )


def _size(config: Mapping[str, Plain], names: tuple[str, ...]) -> int | None:
    for name in names:
        value = config.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return None


def _offset(config: Mapping[str, Plain], architecture: str) -> int:
    """Rows of the table of positions that no token can have; the padding id of all these models is 1 by default."""
    if architecture not in _OFFSET_POSITIONS:
        return 0
    padding = config.get("pad_token_id", 1)
    return padding + 1 if isinstance(padding, int) and padding >= 0 else 1


def _model_id(arguments: Arguments, saved: SavedConfig | None, adapter: AdapterFacts | None) -> str:
    """The model that was fine-tuned; empty where no file names it."""
    named = adapter.config.get("base_model_name_or_path") if adapter is not None else None
    named = named or arguments.text("model_name_or_path")
    return str(named or (saved.model.get("_name_or_path") if saved is not None else "") or "")


def _strategy(adapter: AdapterFacts | None) -> str:
    """The kind of adapter, in PEFT's word; full fine-tuning without one."""
    if adapter is None:
        return "full"
    kind = adapter.config.get("peft_type")
    return kind.lower() if isinstance(kind, str) and kind else "lora"
