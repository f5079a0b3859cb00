"""The tokenizer does not know the script or the signs of the text and writes the unknown token instead.

Symptom
    Scores near the majority class, or a few points lost on some rows, without any error.

Why it is silent
    A tokenizer answers every text. What its vocabulary lacks becomes one and the same unknown token, so that
    different words look alike to the model.

Evidence
    Before: the share of tokens that are unknown, over the training rows, or in real batches. A note from 1 % on, a
    warning from 5 % on, an error from 20 % on.
    Measured with the English vocabulary of MiniLM-L6: SMS spam, Reuters R8, Banking77 and German Multi30k below
    0.01 %, tweets 0.04 %, Chinese news and reviews 59 to 66 %, our scene in Ethiopic script 90 %. The 1 % lies
    between.

Fix
    Advice only: another model is needed, one whose vocabulary covers the script, or the model's own tokenizer where
    another one was loaded.

Source
    transformers #131 (https://github.com/huggingface/transformers/issues/131): questions turned into unknown tokens
    as a whole. Rust et al. 2021, https://arxiv.org/abs/2012.15613: how well a tokenizer covers a language decides how
    well the model does.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts, Lengths
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene
from luthier.failures._signals import severity_of

MESSAGE = {
    "rows": (
        "{percent:.1f} % of the tokens of {column} are unknown to the tokenizer of {model}, and {rows} of {total} rows "
        "consist mostly of them. Most letters are {script}."
    ),
    "batch": "{percent:.1f} % of the tokens in the first {total} rows are the unknown token.",
}
WHY = "All unknown words look the same to the model; what they mean is lost before training starts."
NEXT_STEP = (
    "Choose a multilingual model or one for this language with --model, and check that model and tokenizer come "
    "from one folder."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("tokenizer_of_another_model", "case_mismatch", "encoding_damage")
EXPERIMENT = "Tokenize and decode five rows: if the text does not come back, the tokenizer does not fit it."
SIGNS = ("metric equals the majority share", "no better than a baseline", "data quality")
SOME, MORE, MANY = 0.01, 0.05, 0.20

BAD = Scene(
    rows=200,
    options={"script": 1},
    train=False,
    says="Every word is written in Ethiopic syllables; the model knows English.",
)
GOOD = Scene(rows=200, train=False, says="The same sentences in English.")


def before(
    data: DataFacts | None = None, plan: Plan | None = None, census: BatchCensus | None = None
) -> Finding | NotLooked | None:
    """Look at the share of unknown tokens, in the rows where they were measured, else in batches."""
    lengths = data.lengths.get("train") if data is not None else None
    if data is not None and plan is not None and lengths is not None:
        return _of_rows(data, lengths, plan)
    if census is None or census.unknown_share is None:
        return NotLooked("no text was at hand that a tokenizer has read", lacks=("data", "census"))
    return _finding("batch", census.unknown_share, {"total": len(census.rows)}, "input_ids")


def _of_rows(data: DataFacts, lengths: Lengths, plan: Plan) -> Finding | None:
    script = max(data.scripts, key=lambda name: data.scripts[name]) if data.scripts else "of an unknown script"
    numbers: dict[str, Number] = {
        "rows": lengths.rows_mostly_unknown,
        "total": lengths.rows,
        "column": plan.data.text,
        "model": plan.model.id,
        "script": script,
    }
    return _finding("rows", lengths.unknown_share, numbers, plan.data.text)


def _finding(variant: str, share: float, numbers: dict[str, Number], column: str) -> Finding | None:
    if share < SOME:
        return None
    return Finding(
        failure="unknown_tokens",
        moment=Moment.BEFORE,
        severity=severity_of(share, MORE, MANY),
        confidence=1.0,
        numbers={"percent": 100 * share, **numbers},
        place=Place("column", column),
        variant=variant,
    )
