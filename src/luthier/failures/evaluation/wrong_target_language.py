"""A translator begins its texts with the code of another language, or with none.

Symptom
    Fluent texts in the wrong language, BLEU of 2 to 5, while the loss is good.

Why it is silent
    The loss is given the right first token; generation has to be told it (forced_bos_token_id). Where that stands in
    config.json alone, generate() of Transformers 5 does not read it, and raises nothing.

Evidence
    Before and after: generation is forced to begin with one language code, and all targets of real batches begin with
    another (an error). Or config.json forces a code that generation_config.json does not have (a warning). Or nothing
    forces a code, the tokenizer has codes, and less than half of the letters of saved predictions are of the script
    that the wanted texts have by four fifths (an error; both shares are ours).

Fix
    Advice only: set the code in the generation config and save it.

Source
    transformers #41492 (https://github.com/huggingface/transformers/issues/41492), #16430, #28336. Our experiment with
    Transformers 5.24: a tiny mBART with forced_bos_token_id=50 in config.json and a generation_config.json without it
    begins with 52; without generation_config.json, or with the id in it, with 50.
"""

import re

from luthier.facts.arguments import Plain
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.generations import GenerationFacts
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene
from luthier.facts.tokenizer import TokenizerFacts

MESSAGE = {
    "other": "Generation is forced to begin with {forced} (id {id}), and targets begin with {wanted} (id {wanted_id}).",
    "lost": (
        "config.json forces texts to begin with {wanted} (forced_bos_token_id={wanted_id}), and "
        "generation_config.json, which alone counts, does not."
    ),
    "script": (
        "{percent:.3g} % of the letters of {file} are {wanted}, the script of the wanted texts, and nothing forces a "
        "language at the start of generation."
    ),
}
WHY = "The first token chooses the language: without the right one the whole text is in another."
_SET = (
    "Set model.generation_config.forced_bos_token_id = {wanted_id}, the id of {wanted}, save the model again, and look "
    "at ten generated texts."
)
NEXT_STEP = {
    "other": _SET,
    "lost": _SET,
    "script": (
        "Set model.generation_config.forced_bos_token_id = tokenizer.convert_tokens_to_ids(code of the target "
        "language), save the model again, and generate anew."
    ),
}
DEGREE = Degree.ADVICE
EXPERIMENT = "Generate ten texts with forced_bos_token_id of the target language: they are in it if this is the cause."
SIGNS = ("loss falls, score does not", "generations empty, repeated or garbled")
CODE = re.compile(r"(__)?[a-z]{2,3}(_[A-Z][A-Za-z]{1,3})?(__)?|<2[a-z]{2,3}>|>>[a-z]{2,4}<<")
"""How mBART, NLLB, M2M100, MADLAD and OPUS write the code of a language."""
WANTED, GIVEN = 0.8, 0.5

BAD = RunScene(
    "sequence_to_sequence",
    config={"forced_bos_token_id": 10},
    tokenizer={"added_tokens_decoder": {"10": {"content": "de_DE"}}},
    says="The code of the target language stands in config.json alone.",
)
GOOD = RunScene(
    "sequence_to_sequence",
    config={"forced_bos_token_id": 10},
    generation={"forced_bos_token_id": 10},
    tokenizer={"added_tokens_decoder": {"10": {"content": "de_DE"}}},
    says="It stands in generation_config.json too.",
)


def before(config: SavedConfig, tokenizer: TokenizerFacts, census: BatchCensus | None = None) -> Finding | None:
    """Compare the first labels and config.json with what generation is forced to."""
    return _look(Moment.BEFORE, config, tokenizer, census)


def after(
    config: SavedConfig,
    tokenizer: TokenizerFacts,
    census: BatchCensus | None = None,
    generations: GenerationFacts | None = None,
) -> Finding | NotLooked | None:
    """As before; then compare scripts."""
    found = _look(Moment.AFTER, config, tokenizer, census)
    codes = sum(CODE.fullmatch(token) is not None for token in tokenizer.added)
    forced = config.generation.get("forced_bos_token_id")
    if found or codes < 2 or isinstance(forced, int) or generations is None:
        return found
    if not generations.reference_scripts or not generations.scripts:
        return NotLooked("the scripts of the wanted texts are not known")
    script, share = max(generations.reference_scripts.items(), key=lambda one: one[1])
    given = generations.scripts.get(script, 0.0)
    if share < WANTED or given >= GIVEN:
        return None
    return _finding(Moment.AFTER, "script", {"percent": 100 * given, "file": generations.source, "wanted": script})


def _look(moment: Moment, config: SavedConfig, tokenizer: TokenizerFacts, census: BatchCensus | None) -> Finding | None:
    codes = {number: token for token, number in tokenizer.added.items() if CODE.fullmatch(token)}
    forced, kept = (_code(one.get("forced_bos_token_id"), codes) for one in (config.generation, config.model))
    starts = [one for one in census.target_start if one in codes] if census is not None else []
    if forced is not None and starts and forced not in starts:
        wanted = starts[0]
        numbers: dict[str, Number] = {"forced": codes[forced], "id": forced, "wanted": codes[wanted]}
        return _finding(moment, "other", {**numbers, "wanted_id": wanted})
    if kept is not None and config.generation and config.generation.get("forced_bos_token_id") is None:
        return _finding(moment, "lost", {"wanted": codes[kept], "wanted_id": kept})
    return None


def _code(value: Plain, codes: dict[int, str]) -> int | None:
    return value if isinstance(value, int) and value in codes else None


def _finding(moment: Moment, variant: str, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="wrong_target_language",
        moment=moment,
        severity="warning" if variant == "lost" else "error",
        confidence=1.0 if variant == "other" else 0.7,
        numbers=numbers,
        place=Place("file", "generation_config.json"),
        variant=variant,
    )
