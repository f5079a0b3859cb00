"""Answers end with one token, and generation waits for another.

Symptom
    The answer is right, and then the model goes on: it asks itself the next question, or repeats, until the length
    limit. A stop string of one's own cures it.

Why it is silent
    The loss counts the token that was learned, and is perfect. Which token stops generation is written in another file,
    generation_config.json, that nobody opens.

Evidence
    Before and after: the token that the chat template puts behind the assistant's words is not among the end tokens of
    generation_config.json (of config.json where there is none), and the run learned from chats: its settings, its rows
    or its batches say so, or the tokenizer itself calls that token its end token. Of a trainer that has not
    started, the tokenizer's end token counts as an end too, since Trainer adds it (Transformers 5.24).

Fix
    Advice only: name the token in the generation config, and save it again.

Source
    LLaMA-Factory #7454 (https://github.com/hiyouga/LLaMA-Factory/issues/7454) and #7943, ms-swift #3113, unsloth #384.
    Our experiment with Transformers 5.24: generate() stops at the ids of generation_config alone, whatever the
    tokenizer calls its end token.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.pairs import PairFacts
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene
from luthier.facts.tokenizer import TokenizerFacts

MESSAGE = "The chat template ends answers with {token} (id {id}), and generation stops only at id {stops}."
WHY = "The model says {token} where it should stop, nobody listens, and it writes on until its length limit."
NEXT_STEP = (
    "Set model.generation_config.eos_token_id = [{id}, {stops}] and save with model.generation_config.save_pretrained; "
    "or write the list into generation_config.json."
)
DEGREE = Degree.ADVICE
SIGNS = ("all generations hit the length limit",)

BAD = RunScene(
    "causal",
    generation={"eos_token_id": 0},
    says="Turns end with <|end|>, and generation_config.json still has the end token of the base model.",
)
GOOD = RunScene("causal", generation={"eos_token_id": (0, 4)}, says="It has both.")


def before(
    config: SavedConfig,
    tokenizer: TokenizerFacts,
    arguments: Arguments | None = None,
    census: BatchCensus | None = None,
    pairs: PairFacts | None = None,
) -> Finding | NotLooked | None:
    """Compare the end of a turn with the ends of generation."""
    return _look(Moment.BEFORE, config, tokenizer, _learns_chats(arguments, census, pairs))


def after(
    config: SavedConfig,
    tokenizer: TokenizerFacts,
    arguments: Arguments | None = None,
    census: BatchCensus | None = None,
    pairs: PairFacts | None = None,
) -> Finding | NotLooked | None:
    """As before, of the saved files."""
    return _look(Moment.AFTER, config, tokenizer, _learns_chats(arguments, census, pairs))


def _look(moment: Moment, config: SavedConfig, tokenizer: TokenizerFacts, chats: bool) -> Finding | NotLooked | None:
    end = tokenizer.turn_end
    id = tokenizer.added.get(end, tokenizer.special.get("eos") if end == tokenizer.special_text.get("eos") else None)
    if not end or id is None:
        return NotLooked("no chat template that ends turns with a token was found")
    stops = _stops(config)
    if not stops:
        return NotLooked("neither config.json nor generation_config.json names an end token")
    own = tokenizer.special.get("eos")
    if id in stops or (id == own and not config.files):
        return None
    if not chats and id != own:
        return NotLooked("whether the run learned from chats is not known")
    return Finding(
        failure="end_token_differs_at_generation",
        moment=moment,
        severity="error",
        confidence=0.9,
        numbers={"token": end, "id": id, "stops": ", ".join(map(str, stops))},
        place=Place("file", "generation_config.json"),
    )


def _stops(config: SavedConfig) -> tuple[int, ...]:
    """Ids at which generation stops."""
    stated = config.generation.get("eos_token_id") if config.generation else config.model.get("eos_token_id")
    listed = stated if isinstance(stated, tuple) else (stated,)
    return tuple(one for one in listed if isinstance(one, int))


def _learns_chats(arguments: Arguments | None, census: BatchCensus | None, pairs: PairFacts | None) -> bool:
    """Whether settings, batches or rows say that chats are learned."""
    stated = arguments is not None and (
        arguments.flag("assistant_only_loss") is True or bool(arguments.text("chat_template_path"))
    )
    seen = census is not None and any("assistant" in row.roles for row in census.rows)
    return stated or seen or (pairs is not None and pairs.form == "messages")
