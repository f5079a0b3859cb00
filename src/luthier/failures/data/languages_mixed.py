"""Part of the rows is in another language, which the model's vocabulary takes to pieces.

Symptom
    Good scores in the main language, poor ones on the rows of the other; the mean hides it.

Why it is silent
    A tokenizer with letters for everything writes any language, in many small pieces. Nothing becomes unknown.

Evidence
    Before: a second language with 5 % of the rows or more, in which a word takes at least 1.6 times as many tokens as
    in the main one, and two tokens or more. Models of many languages, whose vocabularies have 100,000 pieces or more,
    are quiet, and so are languages that put no blanks between words. Languages are told by py3langid on 1,000 rows of
    20 letters or more.

Fix
    Advice only: take a model of many languages, or train and score each language by itself.

Source
    Rust et al. 2021, https://arxiv.org/abs/2012.15613: how a tokenizer splits a language goes with how well a model
    does in it. Our experiment with the vocabulary of MiniLM-L6: 1.1 tokens a word in the English captions
    of Multi30k, 2.1 in their German ones. The borders are our choice.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.model import ModelFacts
from luthier.facts.scene import Scene
from luthier.failures._places import column_used

MESSAGE = (
    "{percent:.0f} % of the rows are in another language ({other}) than most ({main}). The model's vocabulary takes "
    "their words to {pieces:.1f} pieces each; in {main} it needs {usual:.1f}."
)
WHY = "The model has hardly seen this language: these rows are learned and scored poorly, and the mean hides it."
NEXT_STEP = (
    "Take a model of many languages (xlm-roberta-base, distilbert-base-multilingual-cased), or keep the rows in {main} "
    "alone; score each language by itself."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("unknown_tokens", "encoding_damage")
SIGNS = ("data quality", "no better than a baseline")
TIMES, PIECES, MULTILINGUAL = 1.6, 2.0, 100_000
NO_BLANKS = frozenset({"zh", "ja", "th"})

BAD = Scene(
    rows=240, options={"german": 0.3}, train=False, says="Three of ten texts are German; the model knows English."
)
GOOD = Scene(rows=240, train=False, says="All texts are English.")


def before(data: DataFacts, model: ModelFacts | None = None) -> Finding | NotLooked | None:
    """Compare the tokens per word of the languages."""
    if model is not None and model.vocabulary >= MULTILINGUAL:
        return None
    if not data.language_pieces:
        return NotLooked("no tokenizer was at hand, or no language could be told")
    main = max(data.language_pieces, key=lambda code: data.languages.get(code, 0.0))
    usual = data.language_pieces[main]
    worse = {
        code: pieces
        for code, pieces in data.language_pieces.items()
        if code not in NO_BLANKS and pieces >= max(PIECES, TIMES * usual)
    }
    if not worse:
        return None
    other = max(worse, key=lambda code: data.languages.get(code, 0.0))
    return Finding(
        failure="languages_mixed",
        moment=Moment.BEFORE,
        severity="warning",
        confidence=0.8,
        numbers={
            "percent": 100 * data.languages.get(other, 0.0),
            "other": other,
            "main": main,
            "pieces": worse[other],
            "usual": usual,
        },
        place=column_used(data, "text"),
    )
