"""Only the assistant's words should be learned, but the chat template has no markers that say which they are.

Symptom
    Loss 0 or not a number, or a run that looks healthy and leaves the model as it was.

Why it is silent
    The mask of the assistant's words is made from {% generation %} markers in the chat template. Where the template has
    none, the mask is zero everywhere and nobody says so; most templates that models bring along have none.

Evidence
    Before: no row of real batches has a supervised token although the assistant speaks in them, and the chat template
    has no {% generation %} block. Or assistant_only_loss is set with such a template: TRL 1.16 brings templates of its
    own for the families that it knows and refuses the others, older versions went on.
    After: the settings of the run say assistant_only_loss, and the template saved with it has no such block.

Fix
    Advice only: put {% generation %} … {% endgeneration %} around the assistant's words in the template, or hand over
    prompt and completion.

Source
    marin #7237 (https://github.com/marin-community/marin/issues/7237): the templates of four families give empty masks.
    trl #4879 (https://github.com/huggingface/trl/issues/4879). Our experiment with TRL 1.16: a template without markers
    that it does not know raises an error; masks made outside of TRL stay silent.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.facts.tokenizer import TokenizerFacts

MESSAGE = {
    "batch": (
        "The assistant says {tokens} tokens in {total} rows of the first batches, and 0 of them enter the loss: the "
        "chat template has no generation markers."
    ),
    "set": "assistant_only_loss is set, but the chat template has {markers} generation markers to make the mask from.",
}
WHY = "A mask made from markers that are not there is zero everywhere: nothing is learned."
NEXT_STEP = (
    "Put {{% generation %}} and {{% endgeneration %}} around the assistant's words in the chat template, or hand over "
    "columns prompt and completion."
)
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Call apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True) on one conversation: a "
    "mask without a 1 proves it."
)
SIGNS = ("loss exactly 0, gradient norm 0", "tuned output equals the base")

BAD = LiveScene(
    "instruction",
    options={"no_generation_markers": 1},
    says="Masks are made from a chat template that marks nothing.",
)
GOOD = LiveScene("instruction", says="The same conversations under a template with markers.")


def before(
    tokenizer: TokenizerFacts, census: BatchCensus | None = None, arguments: Arguments | None = None
) -> Finding | NotLooked | None:
    """Look for an empty mask under a template without markers."""
    if not tokenizer.chat_template or tokenizer.template_marks_assistant is None:
        return NotLooked("the tokenizer has no chat template")
    if tokenizer.template_marks_assistant:
        return None
    asked = arguments is not None and arguments.flag("assistant_only_loss") is True
    if census is None:
        return _finding(Moment.BEFORE, "set", 0.8) if asked else NotLooked("no batch could be made")
    if census.supervised or not census.rows or all(row.truncated for row in census.rows):
        return None
    tokens = sum(row.roles.get("assistant", 0) for row in census.rows)
    if not tokens:
        return NotLooked("it is not known which tokens are the assistant's")
    return _finding(Moment.BEFORE, "batch", 1.0 if asked else 0.8, tokens, len(census.rows))


def after(tokenizer: TokenizerFacts, arguments: Arguments) -> Finding | NotLooked | None:
    """Look at what was set and at the template that was saved."""
    if arguments.flag("assistant_only_loss") is not True:
        return None
    if not tokenizer.chat_template or tokenizer.template_marks_assistant is None:
        return NotLooked("no chat template was saved")
    return None if tokenizer.template_marks_assistant else _finding(Moment.AFTER, "set", 0.7)


def _finding(moment: Moment, variant: str, confidence: float, tokens: int = 0, total: int = 0) -> Finding:
    return Finding(
        failure="assistant_mask_empty",
        moment=moment,
        severity="error",
        confidence=confidence,
        numbers={"tokens": tokens, "total": total, "markers": 0},
        place=Place("setting", "chat_template"),
        variant=variant,
    )
