"""Targets are tokenized as if they were sources.

Symptom
    Low BLEU, unknown tokens in the output, or output in the language of the source.

Why it is silent
    Tokenizers of translation models have two sides: another language code or another vocabulary for targets. Called in
    the plain way, they take a target for a source, and the ids are as valid as the right ones.

Evidence
    Before: the targets of real batches hold tokens that the source side of the tokenizer gives for the same words and
    the target side does not, one in every second row at least. Tokenizers with one side cannot show it.

Fix
    Advice only: tokenize targets as tokenizer(text_target=…).

Source
    transformers #18455 (https://github.com/huggingface/transformers/issues/18455) and #6262. In our scene, a tokenizer
    with language codes as mBART has them, 1 token in 8 differs, the code, and it is the one that names the language.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene

MESSAGE = (
    "{percent:.3g} % of the target tokens in the first batches, {each:.2g} in a row, are those that the tokenizer "
    "gives for sources, not for targets."
)
WHY = "The model learns targets in the ids of the source language: its output bears the wrong code or wrong words."
NEXT_STEP = "Tokenize targets as tokenizer(text_target=target), with src_lang and tgt_lang set where there are codes."
DEGREE = Degree.ADVICE
SIGNS = ("loss falls, score does not", "loss floor above 0")
EACH = 0.5

BAD = LiveScene(
    "sequence_to_sequence",
    options={"target_as_source": 1},
    says="Targets go through the tokenizer like sources and begin with the code of their language.",
)
GOOD = LiveScene("sequence_to_sequence", says="Targets are given to the tokenizer as text_target.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Look at tokens that only the source side gives."""
    if census.source_in_target is None or not census.rows:
        return NotLooked("the batches hold no target sequences, or there is no tokenizer")
    words = census.supervised - sum(row.padding_supervised + row.end_supervised for row in census.rows)
    each = census.source_in_target * words / len(census.rows)
    if each < EACH:
        return None
    return Finding(
        failure="target_tokenized_as_source",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.9,
        numbers={"percent": 100 * census.source_in_target, "each": each},
        place=Place("column", "labels"),
    )
