"""The tokenizer takes the language apart into letters or bytes: the model has hardly any word of it.

Symptom
    Results near the majority class, rows of many times the expected length, slow training; or mediocre results in a
    language that the model was not made for.

Why it is silent
    A vocabulary with the letters of a script, or with all bytes, encodes every text of it without an unknown token. The
    model has never met these sequences of letters.

Evidence
    Before: tokens per character that is no white space, over the training rows or real batches. From 0.6 on in an
    alphabet other than Latin, from 1.2 on where a sign is a syllable or a word (Chinese, Japanese, Korean, Ethiopic),
    from 0.37 on in Latin letters where the language is known and is not English. A warning; a note for Latin letters.
    Where more than a hundredth of the tokens is unknown, that is told instead. Models of bytes or letters are made to
    read so and are left alone: vocabularies below 400 (ByT5 has 384) and above a million (CANINE).
    Measured with the English vocabulary of MiniLM-L6: English 0.18 to 0.28, German 0.40, Finnish and Turkish 0.43,
    Hindi 0.72, Greek, Arabic, Hebrew and Russian 0.96 to 1.00, Korean 1.97. The borders lie between.

Fix
    Advice only: a multilingual model, or one of this language.

Source
    Rust et al. 2021 (https://arxiv.org/abs/2012.15613): the share of words that a tokenizer breaks goes with the loss
    in quality. transformers #131 (https://github.com/huggingface/transformers/issues/131).
"""

from collections.abc import Mapping

from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.model import ModelFacts
from luthier.facts.scene import LiveScene

MESSAGE = {
    "script": (
        "{script} text costs {pieces:.2f} tokens per character; from {border:.2g} on a tokenizer knows letters or "
        "bytes of a language and no words."
    ),
    "language": (
        "Text in the language {language} costs {pieces:.2f} tokens per character; a tokenizer made for it needs about "
        "0.2 to 0.3."
    ),
}
WHY = "The model must learn the words of the language from your rows, and the length limit is reached far sooner."
NEXT_STEP = (
    "Compare len(tokenizer(text).input_ids) / len(text) for a multilingual model or one of this language, and take the "
    "one with the smallest number."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Look at tokenizer.tokenize(text) of one row: single letters or bytes instead of words prove it."
EXPLAINED_BY = ("tokenizer_of_another_model", "unknown_tokens")
SIGNS = ("metric equals the majority share", "no better than a baseline", "memory or time runs away")
ALPHABET, SIGNS_OF_WORDS, LATIN, UNKNOWN, MAIN = 0.6, 1.2, 0.37, 0.01, 0.5
FEWEST_PIECES, MOST_PIECES = 400, 10**6
WORDS = frozenset({"Han", "Hiragana", "Katakana", "Hangul", "Ethiopic"})

BAD = LiveScene(
    options={"cyrillic": 1},
    says="Topics in Cyrillic letters, under a vocabulary that has the letters and no word.",
)
GOOD = LiveScene(says="The same topics in the letters that the vocabulary was made for.")


def before(
    data: DataFacts | None = None, census: BatchCensus | None = None, model: ModelFacts | None = None
) -> Finding | NotLooked | None:
    """Look at tokens per character."""
    if model is not None and not FEWEST_PIECES <= model.vocabulary <= MOST_PIECES:
        return None
    lengths = data.lengths.get("train") if data is not None else None
    if data is not None and lengths is not None and lengths.pieces_per_character is not None:
        return _judged(lengths.pieces_per_character, lengths.unknown_share, data.scripts, data.languages)
    if census is None or census.pieces_per_character is None:
        return NotLooked("no text was at hand that a tokenizer has read", lacks=("data", "census"))
    return _judged(census.pieces_per_character, census.unknown_share or 0.0, census.scripts, {})


def _judged(
    pieces: float, unknown: float, scripts: Mapping[str, float], languages: Mapping[str, float]
) -> Finding | None:
    script = max(scripts, key=lambda name: scripts[name], default="")
    language = max(languages, key=lambda code: languages[code], default="")
    if unknown >= UNKNOWN or not script or scripts[script] < MAIN:
        return None
    latin = script == "Latin"
    if latin and (language in ("", "en") or languages[language] < MAIN):
        return None
    border = LATIN if latin else SIGNS_OF_WORDS if script in WORDS else ALPHABET
    if pieces < border:
        return None
    return Finding(
        failure="language_not_covered",
        moment=Moment.BEFORE,
        severity="note" if latin else "warning",
        confidence=0.6 if latin else 0.9,
        numbers={"script": script, "language": language, "pieces": pieces, "border": border},
        place=Place("column", "text"),
        variant="language" if latin else "script",
    )
