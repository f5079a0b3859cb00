"""The trainer of a scene, from its model and its rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from transformers import Trainer, TrainingArguments

from luthier.facts.arguments import Plain
from luthier.integrations.optional import need
from luthier.integrations.scenery import weights
from luthier.integrations.scenery.options import Wanted


def trainer(
    wanted: Wanted,
    model: Any,
    tokenizer: Any,
    rows: list[dict[str, Any]],
    collator: Any,
    *,
    usual: Mapping[str, Plain] | None = None,
    metrics: Callable[[Any], dict[str, float]] | None = None,
    kinds: tuple[Any, Any] = (Trainer, TrainingArguments),
    names: Sequence[str] = (),
) -> Any:
    """A trainer that nobody has started.

    Args:
        wanted: what is to be built.
        model: before what the options ask for is done to it.
        tokenizer: its processing class.
        rows: the last fifth of them is for evaluation.
        collator: makes batches; None means the trainer's own choice.
        usual: settings that are usual for this scene, beside those of every scene.
        metrics: its `compute_metrics`.
        kinds: classes of the trainer and of its settings.
        names: of the classes in the column `label`; empty where the data sets only number them.
    """
    kind, settings = kinds
    datasets, held_out = need("datasets"), len(rows) // 5

    def made(some: list[dict[str, Any]]) -> Any:
        plain = datasets.Dataset.from_list(some)
        if not names:
            return plain
        features = datasets.Features({**plain.features, "label": datasets.ClassLabel(names=list(names))})
        return datasets.Dataset.from_list(some, features=features)

    return kind(
        model=weights.changed(model, wanted),
        args=settings(**wanted.settings(usual or {})),
        train_dataset=made(rows[:-held_out]),
        eval_dataset=made(rows[-held_out:]),
        data_collator=collator,
        processing_class=tokenizer,
        compute_metrics=metrics,
    )
