"""Names of output heads and embeddings in the model families of Transformers 5.24, read from its modeling files."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARTS = _words(
    "classifier pre_classifier score qa_outputs qa_classifier classification_head logits_proj sequence_summary lm_head "
    "cls embed_out proj_out output_projection pred_layer lm_loss lm_predictions generator_predictions "
    "generator_lm_head vocab_projector start_logits end_logits"
)
_DECODERS = _words(
    "Llama Mistral Ministral Mixtral Qwen2 Qwen2Moe Qwen3 Qwen3Moe Gemma Gemma2 Gemma3 Gemma3Text Phi Phi3 SmolLM3 "
    "StableLm Starcoder2 Persimmon Nemotron Glm Glm4 Exaone4 Arcee DeepseekV3 GptOss Olmo2 Olmo3 Cohere Granite"
)
_OLDER_DECODERS = _words("GPT2 GPTNeo GPTBigCode GPTNeoX GPTJ Bloom Falcon Mpt OPT BioGpt")
_ENCODERS = _words(
    "Bert Roberta XLMRoberta XLMRobertaXL Camembert DistilBert Albert Electra Deberta DebertaV2 MPNet ModernBert "
    "MegatronBert BigBird Ernie Funnel Longformer ConvBert MobileBert SqueezeBert RoFormer RemBert NomicBert EuroBert "
    "Data2VecText FNet Canine Esm Luke Nystromformer RoCBert LayoutLM RobertaPreLayerNorm Xmod IBert"
)
_ENCODER_DECODERS = _words("Bart MBart Mvp BigBirdPegasus PLBart T5 MT5 UMT5")
_ODD_ANSWERERS = {"ModernBert": "classifier", "BigBird": "qa_classifier"}
_SUMMARISED = frozenset({"XLM", "Flaubert"})
_EMBEDDINGS = (
    "word_embeddings.weight",
    "embed_tokens.weight",
    "wte.weight",
    "tok_embeddings.weight",
    "embed_in.weight",
    "shared.weight",
    "word_embedding.weight",
)
_LANGUAGE_HEADS = ("lm_head.weight", "embed_out.weight")
_EMBEDDING_PARTS = _words("word_embeddings embed_tokens wte tok_embeddings embed_in shared word_embedding")
_CLASS = re.compile(r"([A-Za-z0-9]+?)(?:For([A-Z]\w*)|LMHeadModel)")


def expected_head(architecture: str, tied: bool | None) -> str:
    """Prefix of the tensors of the head that a class of Transformers has; empty where it is not known.

    Args:
        architecture: class name, such as "LlamaForSequenceClassification".
        tied: `tie_word_embeddings`; a tied language-model head has no tensor of its own. None where not stated.
    """
    found = _CLASS.fullmatch(architecture)
    family, task = (found[1], found[2] or "CausalLM") if found else ("", "")
    if task in {"SequenceClassification", "MultipleChoice"}:
        return _sequence_head(family)
    if task == "TokenClassification":
        return "score" if family in _DECODERS else "classifier" if family in _ENCODERS | _OLDER_DECODERS else ""
    if task == "QuestionAnswering":
        known = family in _ENCODERS | _DECODERS | _OLDER_DECODERS | _ENCODER_DECODERS
        return _ODD_ANSWERERS.get(family, "qa_outputs") if known else ""
    return _language_head(family) if task == "CausalLM" and tied is False else ""


def _language_head(family: str) -> str:
    if family == "GPTNeoX":
        return "embed_out"
    return "lm_head" if family in _DECODERS | _OLDER_DECODERS - {"BioGpt"} else ""


def _sequence_head(family: str) -> str:
    if family in _ENCODERS:
        return "classifier"
    if family in _ENCODER_DECODERS:
        return "classification_head"
    if family in _SUMMARISED:
        return "sequence_summary"
    return "score" if family in _DECODERS | _OLDER_DECODERS else ""


def is_head(name: str) -> bool:
    """Whether a tensor belongs to an output head, by the first part of its name that is no wrapper's."""
    parts = name.removeprefix("base_model.").removeprefix("model.").split(".")
    return any(part in _PARTS for part in parts[:2])


def is_embedding(name: str) -> bool:
    """Whether a tensor belongs to the token embeddings or to a language-model head."""
    return any(part in _EMBEDDING_PARTS or part in {"lm_head", "embed_out"} for part in name.split("."))


def embedding_name(shapes: dict[str, tuple[int, ...]]) -> str | None:
    """The token embedding; None where none is found under the names that Transformers uses."""
    return _first(shapes, _EMBEDDINGS)


def language_head_name(shapes: dict[str, tuple[int, ...]]) -> str | None:
    """The head of a language model, where it has a tensor of its own."""
    return _first(shapes, _LANGUAGE_HEADS)


def _first(shapes: dict[str, tuple[int, ...]], endings: tuple[str, ...]) -> str | None:
    for ending in endings:
        for name, shape in shapes.items():
            if (name == ending or name.endswith(f".{ending}")) and len(shape) == 2:
                return name
    return None


def embedding_rows(shapes: dict[str, tuple[int, ...]]) -> int | None:
    """Rows of the token embedding; None where it was not found."""
    name = embedding_name(shapes)
    return shapes[name][0] if name is not None else None
