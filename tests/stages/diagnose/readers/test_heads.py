"""Names of heads are those that Transformers' own classes have."""

import inspect

import pytest
import transformers

from luthier.stages.diagnose.readers import heads
from luthier.stages.diagnose.readers.heads import embedding_rows, expected_head, is_embedding, is_head

TASKS = ("SequenceClassification", "TokenClassification", "QuestionAnswering")
FAMILIES = heads._DECODERS | heads._OLDER_DECODERS | heads._ENCODERS | heads._ENCODER_DECODERS | heads._SUMMARISED


def _made_by(architecture: str) -> str:
    """Source of the constructors of a class and of its bases."""
    kinds = inspect.getmro(getattr(transformers, architecture))
    return "".join(inspect.getsource(kind) for kind in kinds if kind.__name__.endswith(TASKS))


@pytest.mark.parametrize("task", TASKS)
def test_heads_are_there(task: str) -> None:
    """Every head that is expected of a class is made by it."""
    wrong = []
    for family in sorted(FAMILIES):
        architecture = f"{family}For{task}"
        expected = expected_head(architecture, None)
        if expected and getattr(transformers, architecture, None) is not None:
            wrong += [] if f"self.{expected} =" in _made_by(architecture) else [f"{architecture}: {expected}"]

    assert wrong == []


@pytest.mark.parametrize(
    ("architecture", "tied", "head"),
    [
        ("BertForSequenceClassification", None, "classifier"),
        ("LlamaForSequenceClassification", False, "score"),
        ("GPT2ForTokenClassification", None, "classifier"),
        ("Qwen2ForTokenClassification", None, "score"),
        ("BartForSequenceClassification", None, "classification_head"),
        ("BigBirdForQuestionAnswering", None, "qa_classifier"),
        ("LlamaForCausalLM", False, "lm_head"),
        ("LlamaForCausalLM", True, ""),
        ("LlamaForCausalLM", None, ""),
        ("GPT2LMHeadModel", True, ""),
        ("GPT2LMHeadModel", False, "lm_head"),
        ("GPTNeoXForCausalLM", False, "embed_out"),
        ("BioGptForCausalLM", False, ""),
        ("T5ForConditionalGeneration", False, ""),
        ("BertModel", None, ""),
        ("SomethingNewForSequenceClassification", None, ""),
        ("evil.Evil", None, ""),
        ("", None, ""),
    ],
)
def test_expected_head(architecture: str, tied: bool | None, head: str) -> None:
    """Known classes have their head; of unknown ones, and of tied ones, nothing is expected."""
    assert expected_head(architecture, tied) == head


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("classifier.weight", True),
        ("classifier.out_proj.bias", True),
        ("base_model.model.score.weight", True),
        ("cls.predictions.bias", True),
        ("lm_head.weight", True),
        ("bert.encoder.layer.0.output.dense.weight", False),
        ("bert.pooler.dense.weight", False),
        ("model.layers.0.mlp.up_proj.weight", False),
    ],
)
def test_is_head(name: str, expected: bool) -> None:
    """Only tensors of output heads are."""
    assert is_head(name) is expected


def test_embeddings() -> None:
    """Token embeddings are found in the families' names; positions are none."""
    assert embedding_rows({"a.position_embeddings.weight": (9, 4), "a.word_embeddings.weight": (7, 4)}) == 7
    assert embedding_rows({"transformer.wte.weight": (5, 4)}) == 5
    assert embedding_rows({"layer.weight": (5, 4)}) is None
    assert is_embedding("base_model.model.model.embed_tokens.weight")
    assert not is_embedding("bert.embeddings.position_embeddings.weight")
