"""A decoder that classifies does not know which token is padding, so that it reads the wrong position.

Symptom
    "Cannot handle batch sizes > 1 if no padding token is defined"; or a text scores differently with its neighbours in
    the batch, and evaluation changes with the batch size.

Why it is silent
    Classifiers on GPT-2, Llama, Qwen and their like read the last token that is not pad_token_id of the model's config.
    Where another id fills up the rows, the last token is padding; the scores of short rows are then those of padding.

Evidence
    Before: the id that fills up rows of real batches is not the padding id of the model's config, and the trainer was
    given no tokenizer (processing_class) to which it would align the config; or there is no padding id at all.
    After: config.json of such a classifier names another padding id than the tokenizer beside it, or none.

Fix
    Advice only: set model.config.pad_token_id to the tokenizer's, before training, and save both.

Source
    transformers #8452 (https://github.com/huggingface/transformers/issues/8452), #9785 and PR #7501, trl #422
    (https://github.com/huggingface/trl/issues/422). Transformers 5.24 aligns the config where Trainer is given
    processing_class.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.facts.tokenizer import TokenizerFacts
from luthier.failures._vocabulary import stated

MESSAGE = {
    "none": "{architecture} has no pad_token_id, but rows are filled up with the token {used}.",
    "other": "{architecture} takes the token {known} for padding (pad_token_id), but rows are filled up with {used}.",
}
WHY = {
    "none": "It cannot tell where a row ends, and takes one row at a time alone.",
    "other": "Short rows are scored at a padding position, so that their scores depend on the rest of the batch.",
}
NEXT_STEP = (
    "Set model.config.pad_token_id = tokenizer.pad_token_id before training, pass processing_class=tokenizer to the "
    "trainer, and save both."
)
DEGREE = Degree.ADVICE
SIGNS = ("good alone, bad in a batch",)
ENDING = "ForSequenceClassification"
DECODERS = (
    *("GPT", "OpenAIGPT", "Llama", "Mistral", "Mixtral", "Ministral", "Qwen", "Gemma", "Phi", "OPT", "Bloom", "Falcon"),
    *("StableLm", "Starcoder", "Persimmon", "CTRL", "Cohere", "Olmo", "SmolLM", "DeepseekV", "Glm", "Nemotron", "Mpt"),
)
"""First letters of the classes that read the last token (Transformers 5.24, GenericForSequenceClassification)."""

BAD = LiveScene(
    options={"decoder": 2, "no_processing_class": 1},
    says="The config of a GPT-2 classifier names another padding token than the one that fills up the rows.",
)
GOOD = LiveScene(options={"decoder": 1}, says="The padding token is the same in both.")


def before(config: SavedConfig, census: BatchCensus) -> Finding | NotLooked | None:
    """Compare what fills up the rows with what the model will know."""
    if not _reads_last(config):
        return None
    if census.padding is None:
        return NotLooked("all rows of the first batches have one length")
    return _compared(Moment.BEFORE, config, census.padding, census.padding_known)


def after(config: SavedConfig, tokenizer: TokenizerFacts) -> Finding | NotLooked | None:
    """Compare the saved config with the saved tokenizer."""
    if not _reads_last(config):
        return None
    used = tokenizer.special.get("pad")
    if used is None:
        return NotLooked("the saved tokenizer has no padding token")
    return _compared(Moment.AFTER, config, used, stated(config.model, "pad_token_id"))


def _reads_last(config: SavedConfig) -> bool:
    return config.architecture.endswith(ENDING) and config.architecture.startswith(DECODERS)


def _compared(moment: Moment, config: SavedConfig, used: int, known: int | None) -> Finding | None:
    if used == known:
        return None
    numbers: dict[str, Number] = {"architecture": config.architecture, "used": used}
    return Finding(
        failure="pad_token_missing",
        moment=moment,
        severity="error",
        confidence=0.9,
        numbers=numbers if known is None else {**numbers, "known": known},
        place=Place("setting", "pad_token_id"),
        variant="none" if known is None else "other",
    )
