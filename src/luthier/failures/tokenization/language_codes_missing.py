"""A multilingual model is trained without the code of the target language, or with the same code on both sides.

Symptom
    Translations come out in the wrong language, or in the language of the source.

Why it is silent
    mBART, NLLB and M2M100 choose the language of the output by a token that stands in the target. Their tokenizers have
    a default (en_XX, eng_Latn) or none; a sequence without the right code is trained like any other.

Evidence
    Before: the tokenizer has language codes and the inputs of real batches hold one, but no target does. Or inputs and
    targets hold one and the same code though their languages, told from the words, differ.

Fix
    Advice only: set both languages on the tokenizer and tokenize targets with text_target.

Source
    transformers #10855 (https://github.com/huggingface/transformers/issues/10855) and PR #11170
    (https://github.com/huggingface/transformers/pull/11170), fairseq #1924.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene

MESSAGE = {
    "none": (
        "Inputs begin with the language code {source}, but 0 of {total} targets hold one, though the tokenizer has "
        "{codes}."
    ),
    "same": (
        "Inputs and targets of the first {total} rows both carry the code {source}, but the inputs are in the language "
        "{read} and the targets in {written}."
    ),
}
WHY = "The model learns to write without being told in which language, and picks one by chance in use."
NEXT_STEP = (
    'Set tokenizer.src_lang and tokenizer.tgt_lang, such as "en_XX" and "de_DE", then tokenizer(source, '
    "text_target=target), and look at tokenizer.decode(labels) of one row."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("target_tokenized_as_source",)
SIGNS = ("generations empty, repeated or garbled", "loss falls, score does not")

BAD = LiveScene(
    "sequence_to_sequence",
    options={"no_target_code": 1},
    says="Sources begin with en_XX, targets with no code at all.",
)
GOOD = LiveScene("sequence_to_sequence", says="Targets begin with the code of their language.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Look at the codes on both sides."""
    if census.kind != "sequence_to_sequence" or census.language_codes < 2:
        return None
    if not census.source_codes:
        return NotLooked("the inputs hold no language code")
    if not census.target_codes:
        return _finding(census, "none")
    same = census.source_codes == census.target_codes and len(census.source_codes) == 1
    languages = census.source_language, census.target_language
    return _finding(census, "same") if same and all(languages) and languages[0] != languages[1] else None


def _finding(census: BatchCensus, variant: str) -> Finding:
    return Finding(
        failure="language_codes_missing",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.9,
        numbers={
            "source": census.source_codes[0],
            "codes": census.language_codes,
            "total": len(census.rows),
            "read": census.source_language,
            "written": census.target_language,
        },
        place=Place("setting", "tgt_lang"),
        variant=variant,
    )
