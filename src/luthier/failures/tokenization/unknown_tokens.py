"""The tokenizer does not know the script or the signs of the text and writes the unknown token instead.

Symptom
    Scores near the majority class, or a few points lost on some rows, without any error.

Why it is silent
    A tokenizer answers every text. What its vocabulary lacks becomes one and the same unknown token, so that
    different words look alike to the model.

Evidence
    Before: the share of tokens that are unknown, over the training rows. A note from 1 % on, a warning from 5 % on,
    an error from 20 % on.
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

from luthier.facts.data import DataFacts, Lengths
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place, Severity
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene

MESSAGE = (
    "{percent:.1f} % of the tokens of {column} are unknown to the tokenizer of {model}, and {rows} of {total} rows "
    "consist mostly of them. Most letters are {script}."
)
WHY = "All unknown words look the same to the model; what they mean is lost before training starts."
NEXT_STEP = (
    "Choose a multilingual model or one for this language with --model, and check that model and tokenizer come "
    "from one folder."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("case_mismatch",)
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


def before(data: DataFacts, plan: Plan) -> Finding | NotLooked | None:
    """Look at the share of unknown tokens."""
    lengths: Lengths | None = data.lengths.get("train")
    if lengths is None:
        return NotLooked("no tokenizer was at hand")
    if lengths.unknown_share < SOME:
        return None
    script = max(data.scripts, key=lambda name: data.scripts[name]) if data.scripts else "of an unknown script"
    return Finding(
        failure="unknown_tokens",
        moment=Moment.BEFORE,
        severity=_severity(lengths.unknown_share),
        confidence=1.0,
        numbers={
            "percent": 100 * lengths.unknown_share,
            "rows": lengths.rows_mostly_unknown,
            "total": lengths.rows,
            "column": plan.data.text,
            "model": plan.model.id,
            "script": script,
        },
        place=Place("column", plan.data.text),
    )


def _severity(share: float) -> Severity:
    return "error" if share >= MANY else "warning" if share >= MORE else "note"
