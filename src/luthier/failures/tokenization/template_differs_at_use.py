"""In use the model gets another prompt format than in training: the saved chat template is not the trained one.

Symptom
    Answers are good in the training script and poor in a chat or behind a server: off the point, or without an end.

Why it is silent
    Each program renders conversations with the template that it finds. Any text is a valid prompt, so that nothing
    fails; the model only meets turn marks that it was not tuned on.

Evidence
    After: the template saved with the model and that of the newest checkpoint differ in more than white space and
    generation markers; or a folder holds two different templates, one in chat_template.jinja and one in
    tokenizer_config.json, of which programs read either.
    Before: nine in ten rows carry turn marks ("<|im_start|>", "### Response:"), in plain text or in real batches, and
    none of these marks stands in the chat template that the tokenizer brings. A warning for marks in brackets, which
    are a template of their own; a note for marks in words, which one may go on writing by hand.

Fix
    Advice only: save the tokenizer of the training with the model, or hand over messages, so that one template serves.

Source
    LLaMA-Factory #2509 (https://github.com/hiyouga/LLaMA-Factory/issues/2509): 26 against 57 % from the template alone;
    #5393 and #3563, ChatGLM2-6B #571. The nine in ten are ours.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import RunScene
from luthier.facts.tokenizer import TokenizerFacts
from luthier.failures._templates import plain_template, writes

MESSAGE = {
    "saved": (
        "The chat template saved with the model ({length:,} characters) is not the one that the newest checkpoint was "
        "trained with ({other:,} characters)."
    ),
    "two": (
        "Two different chat templates were saved: {length:,} characters in chat_template.jinja and {other:,} in "
        "tokenizer_config.json."
    ),
    "rows": (
        "At least 9 in 10 rows carry the turn marks {marks}, but the chat template of the tokenizer writes none of "
        "these {count}."
    ),
}
WHY = "Chats and servers render prompts with the saved template; the model was tuned on another format."
NEXT_STEP = {
    "saved": "Save the tokenizer that was trained with: trainer.processing_class.save_pretrained(FOLDER).",
    "two": "Remove chat_template from tokenizer_config.json, or write the one that was trained with into both files.",
    "rows": (
        "Hand the rows over as messages, so that the template writes the turns; or set tokenizer.chat_template to a "
        "template that writes {marks}, and save the tokenizer."
    ),
}
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Print tokenizer.apply_chat_template(messages, tokenize=False) beside one training row: the turns must look alike."
)
ENDS = ("<|endoftext|>", "<|begin_of_text|>", "<|end_of_text|>")
"""Tokens that stand around whole texts, whatever the template."""
SIGNS = ("generations empty, repeated or garbled", "configuration")

BAD = RunScene(
    folder="causal",
    rows="texts",
    says='Rows are written by hand with "### Question:" and "### Answer:", but the tokenizer brings a chat template.',
)
GOOD = RunScene(folder="causal", rows="conversations", says="The rows are messages, which the template renders.")


def before(
    tokenizer: TokenizerFacts, pairs: PairFacts | None = None, census: BatchCensus | None = None
) -> Finding | NotLooked | None:
    """Look for the turn marks of the rows in the template."""
    if not tokenizer.chat_template:
        return NotLooked("the tokenizer has no chat template")
    if pairs is None and census is None:
        return NotLooked("neither rows nor batches were at hand", lacks=("pairs", "census"))
    found = (*(census.turn_marks if census is not None else ()), *(pairs.turn_marks if pairs is not None else ()))
    ends = {*tokenizer.special_text.values(), *ENDS}
    marks = [mark for mark in dict.fromkeys(found) if mark not in ends]
    if not marks or any(writes(tokenizer.chat_template, mark) for mark in marks):
        return None
    bracketed = any(mark[0] in "<[" for mark in marks)
    numbers: dict[str, Number] = {"marks": " and ".join(marks[:3]), "count": len(marks)}
    place = Place("setting", "chat_template")
    return _finding(Moment.BEFORE, "rows", "warning" if bracketed else "note", 0.7, numbers, place)


def after(tokenizer: TokenizerFacts) -> Finding | None:
    """Compare the templates that were saved."""
    saved, trained, second = tokenizer.chat_template, tokenizer.trained_template, tokenizer.second_template
    for variant, other in (("saved", trained), ("two", second)):
        if saved and other and plain_template(saved) != plain_template(other):
            severity: Severity = "error" if variant == "saved" else "warning"
            numbers: dict[str, Number] = {"length": len(saved), "other": len(other)}
            return _finding(Moment.AFTER, variant, severity, 0.9, numbers, Place("file", "chat_template.jinja"))
    return None


def _finding(
    moment: Moment, variant: str, severity: Severity, confidence: float, numbers: dict[str, Number], place: Place
) -> Finding:
    return Finding(
        failure="template_differs_at_use",
        moment=moment,
        severity=severity,
        confidence=confidence,
        numbers=numbers,
        place=place,
        variant=variant,
    )
