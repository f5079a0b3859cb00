"""The tokenizer is written in Python and does not know where in the text its tokens stand.

Symptom
    A run for tags or answer spans stops before its first step: char_to_token(), word_ids() or offsets "not available".

Why it is silent
    It is not, but the message names a function and not the reason. A tokenizer without tokenizer.json, or one loaded
    with use_fast=False, encodes every text and has no offsets.

Evidence
    After: the console holds the message of Transformers: an error, or a note where a run was logged all the same.
    Misplaced tags and spans are failures of their own.

Fix
    Advice only: load the fast tokenizer, make one, or align words and tokens yourself.

Source
    transformers #12201 (https://github.com/huggingface/transformers/issues/12201): offsets of a Python tokenizer are
    asked for.
"""

from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace

MESSAGE = 'Line {line} of {file} says "{text}" (such lines: {count}).'
WHY = "Answer spans and tags stand at characters or words; without offsets nobody knows which tokens these are."
NEXT_STEP = (
    "Load AutoTokenizer.from_pretrained(MODEL) without use_fast=False and see that tokenizer.is_fast is True; where "
    "the model has no fast one, tokenize word by word and count the pieces of each."
)
DEGREE = Degree.ADVICE
SIGNS = ("configuration",)
LINE = "offsets_missing"

BAD = RunScene(
    console=(
        "Map:   0%|          | 0/240 [00:00<?, ? examples/s]\n"
        "ValueError: word_ids() is not available when using Python based tokenizers\n"
    ),
    says="The preparation of tags stopped, and was tried again with another tokenizer.",
)
GOOD = RunScene(
    console="Map: 100%|##########| 240/240 [00:00<00:00, 9000 examples/s]\n", says="The preparation came to its end."
)


def after(console: ConsoleFacts, trace: Trace | None = None) -> Finding | None:
    """Look for the message; a run that was logged came later."""
    lines = console.messages.get(LINE, ())
    if not lines:
        return None
    first = lines[0]
    return Finding(
        failure="offsets_missing",
        moment=Moment.AFTER,
        severity="error" if trace is None else "note",
        confidence=0.9,
        numbers={
            "count": console.counts.get(LINE, len(lines)),
            "file": first.file,
            "line": first.number,
            "text": first.text.rstrip("."),
        },
        place=Place("file", first.file, lines=(first.number,)),
    )
