"""What a model of another tool was trained for, and which evidence a run of that kind cannot have."""

from luthier.facts.arguments import Arguments
from luthier.facts.saved import AdapterFacts, SavedConfig

_TASKS = (
    ("ForSequenceClassification", "text_classification"),
    ("ForTokenClassification", "token_classification"),
    ("ForQuestionAnswering", "question_answering"),
    ("ForMultipleChoice", "multiple_choice"),
    ("ForMaskedLM", "masked_language_modelling"),
    ("ForCausalLM", "instruction"),
    ("LMHeadModel", "instruction"),
)
_ADAPTER_TASKS = {
    "SEQ_CLS": "text_classification",
    "TOKEN_CLS": "token_classification",
    "QUESTION_ANS": "question_answering",
    "CAUSAL_LM": "instruction",
    "SEQ_2_SEQ_LM": "translation",
}
_SEQUENCE_TO_SEQUENCE = ("ForConditionalGeneration", "ForSeq2SeqLM")

_NO_TEXTS = frozenset({"data", "pairs", "spans", "generations"})
"""Parts that depend on the task: the forms that rows can have, and texts that the model wrote."""
_POSSIBLE = {
    "text_classification": {"data"},
    "token_classification": set(),
    "question_answering": {"spans"},
    "multiple_choice": set(),
    "masked_language_modelling": set(),
    "instruction": {"pairs", "generations"},
    "translation": {"pairs", "generations"},
}


def task_of(arguments: Arguments | None, saved: SavedConfig | None, adapter: AdapterFacts | None) -> str:
    """The task by the model's class, else by its adapter, else by the class of the settings; empty where unknown."""
    architecture = saved.architecture if saved is not None else ""
    for ending, task in _TASKS:
        if architecture.endswith(ending):
            return task
    if saved is not None and architecture.endswith(_SEQUENCE_TO_SEQUENCE):
        return "translation" if saved.model.get("is_encoder_decoder") is True else "instruction"
    named = adapter.config.get("task_type") if adapter is not None else None
    if isinstance(named, str) and named in _ADAPTER_TASKS:
        return _ADAPTER_TASKS[named]
    kinds = {"SFTConfig": "instruction", "Seq2SeqTrainingArguments": "translation"}
    return kinds.get(arguments.kind, "") if arguments is not None else ""


def outside(task: str, saved: SavedConfig | None, adapter: AdapterFacts | None) -> frozenset[str]:
    """Parts that a finished run of this kind cannot have, whatever the user adds.

    Args:
        task: what `task_of` said; where it is unknown, every form of rows is possible.
        saved: configs of the saved model: a model saved whole has no adapter.
        adapter: the saved adapter.
    """
    parts = {"artifact"}  # only Luthier's own runs are loaded again
    if task in _POSSIBLE:
        parts |= _NO_TEXTS - _POSSIBLE[task]
    if saved is not None and adapter is None:
        parts.add("adapter")
    return frozenset(parts)
