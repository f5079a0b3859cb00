"""The chat template uses tokens that the base model never met, and training leaves their vectors as they are.

Symptom
    Gibberish, or answers without an end, from a base model that was tuned with the template of a chat model.

Why it is silent
    Base models bring the tokens of the template in their vocabulary, with vectors that nobody trained. LoRA freezes the
    embedding table, so that the rest of the model has to learn around vectors that are all but equal.

Evidence
    Before: added tokens or end tokens in real batches whose vector is shorter than a tenth of the
    median in the embedding table, while no row of the table learns. Tokens that were added now and do not learn are
    another failure. The tenth is ours.
    After: the same of tokens in the chat template, in the base model's weights (--base), where the saved adapter holds
    no vectors of tokens.

Fix
    Advice only: start from the chat model, let the adapter learn these tokens, or use a template of plain words.

Source
    unsloth #877 (https://github.com/unslothai/unsloth/issues/877), QwenLM/Qwen3 #927
    (https://github.com/QwenLM/Qwen3/issues/927).
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import AdapterFacts
from luthier.facts.scene import LiveScene
from luthier.facts.tokenizer import TokenizerFacts

MESSAGE = {
    "rows": (
        "{count} special tokens of the rows ({tokens}) have vectors of almost zero length in the embedding table, and "
        "the table is frozen."
    ),
    "saved": (
        "{count} tokens of the chat template ({tokens}) have vectors of almost zero length in the base model, and the "
        "adapter holds none of its own."
    ),
}
WHY = "The model cannot tell these tokens apart, so that it sees neither where a turn begins nor where it ends."
NEXT_STEP = (
    "Start from the chat (instruct) model, or let the adapter learn them: LoraConfig(trainable_token_indices={{"
    '"embed_tokens": tokenizer.convert_tokens_to_ids([…])}}), or modules_to_save=["embed_tokens", "lm_head"].'
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("adapter_new_tokens_frozen",)
SIGNS = ("generations empty, repeated or garbled", "all generations hit the length limit", "loss floor above 0")

BAD = LiveScene(
    "instruction",
    options={"lora": 1, "faint_turns": 1},
    says="LoRA on a base model whose vectors for the tokens of the template are close to zero.",
)
GOOD = LiveScene("instruction", options={"lora": 1}, says="LoRA on a model that knows these tokens.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Look for faint vectors that stay."""
    if census.table_learns is None:
        return NotLooked("the vectors of tokens were not looked at")
    return None if census.table_learns else _finding(Moment.BEFORE, "rows", census.faint)


def after(tokenizer: TokenizerFacts, adapter: AdapterFacts) -> Finding | NotLooked | None:
    """Look into the base model, of whose table the adapter has nothing."""
    if tokenizer.faint is None:
        return NotLooked("the base model's weights are not at hand")
    return None if adapter.embeddings else _finding(Moment.AFTER, "saved", tokenizer.faint)


def _finding(moment: Moment, variant: str, tokens: tuple[str, ...]) -> Finding | None:
    if not tokens:
        return None
    return Finding(
        failure="template_tokens_untrained",
        moment=moment,
        severity="error",
        confidence=0.9,
        numbers={"count": len(tokens), "tokens": ", ".join(tokens[:4])},
        place=Place("setting", "chat_template"),
        variant=variant,
    )
