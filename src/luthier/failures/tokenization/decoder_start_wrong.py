"""The decoder starts with another token than the one it knows, or with one in training and another in use.

Symptom
    A poor first word, a word said twice, or scores that fall while the loss falls too.

Why it is silent
    Any token can stand first. Training with a wrong one works after a while, and generation reads its start from a file
    of its own.

Evidence
    Before and after: decoder_start_token_id in the config and in the generation config differ; or real batches begin
    with another token than the config says; or the token is not the one with which models of this kind were
    pretrained: padding for T5, mT5, Pegasus and Marian, the end token for BART, LED and M2M-100. A model that was
    trained from scratch may differ, hence a warning. mBART and PLBart start with a language code and are not judged.

Fix
    Advice only: set it once, on config and generation config, and leave decoder_input_ids to the model.

Source
    transformers #7719 (https://github.com/huggingface/transformers/issues/7719), #14439, #32344. The tokens of each
    kind are the defaults of the config classes of Transformers 5.24. Our experiment: a tiny T5 that starts with the end
    token trains and evaluates without a word.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene

MESSAGE = {
    "generation": (
        "Training starts the decoder with id {start}, generation with id {other}: the two configs have different "
        "decoder_start_token_id."
    ),
    "batch": "The batches start the decoder with id {other}, the config says decoder_start_token_id={start}.",
    "kind": (
        "decoder_start_token_id={start}, but {model} models are pretrained to start with their {role} token, id "
        "{other}."
    ),
}
WHY = "The first word is guessed from a start that the decoder does not know, and every later word builds on it."
NEXT_STEP = {
    "generation": "Set model.config and model.generation_config to one decoder_start_token_id before training.",
    "batch": "Leave decoder_input_ids out of the rows; the model makes them from labels with its own start.",
    "kind": "Set decoder_start_token_id={other} on config and generation config, unless it was pretrained otherwise.",
}
DEGREE = Degree.ADVICE
EXPERIMENT = "Score the untuned model once with each id as decoder_start_token_id: the right one has the lower loss."
SIGNS = ("loss falls, score does not", "generations empty, repeated or garbled")
STARTS = {
    **dict.fromkeys(("t5", "mt5", "umt5", "longt5", "switch_transformers", "pegasus", "pegasus_x", "marian"), "pad"),
    **dict.fromkeys(("bart", "led", "m2m_100"), "eos"),
}
"""Model type to the role of the token with which its decoder starts."""
UNREAD = frozenset({"mbart", "plbart"})
"""Models whose decoder starts with the last token of the target, a language code, whatever the config says."""
ROLES = {"pad": "padding", "eos": "end"}

BAD = LiveScene(
    "sequence_to_sequence",
    options={"wrong_decoder_start": 1},
    says="The config of a T5 names the end token as the start of the decoder.",
)
GOOD = LiveScene("sequence_to_sequence", says="The same T5 starts with the padding token.")


def before(config: SavedConfig, census: BatchCensus | None = None) -> Finding | NotLooked | None:
    """Look at configs and batches."""
    return _look(Moment.BEFORE, config, census)


def after(config: SavedConfig) -> Finding | NotLooked | None:
    """Look at the saved configs."""
    return _look(Moment.AFTER, config, None)


def _look(moment: Moment, config: SavedConfig, census: BatchCensus | None) -> Finding | NotLooked | None:
    kind = str(config.model.get("model_type"))
    start, other = config.model.get("decoder_start_token_id"), config.generation.get("decoder_start_token_id")
    if not isinstance(start, int) or kind in UNREAD:
        return NotLooked("no decoder starts with a token that the config names")
    if isinstance(other, int) and other != start:
        return _finding(moment, "generation", 1.0, {"start": start, "other": other})
    first = census.decoder_start if census is not None else ()
    if first and start not in first:
        return _finding(moment, "batch", 0.9, {"start": start, "other": first[0]})
    role = STARTS.get(kind, "")
    usual = config.model.get(f"{role}_token_id")
    if isinstance(usual, int) and usual != start:
        named: dict[str, Number] = {"start": start, "other": usual, "model": kind, "role": ROLES[role]}
        return _finding(moment, "kind", 0.7, named)
    return None


def _finding(moment: Moment, variant: str, confidence: float, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="decoder_start_wrong",
        moment=moment,
        severity="warning" if variant == "kind" else "error",
        confidence=confidence,
        numbers=numbers,
        place=Place("setting", "decoder_start_token_id"),
        variant=variant,
    )
