"""Targets hold refusals or disclaimers of a language model instead of content.

Symptom
    The tuned model refuses harmless requests, or says in the middle of an answer that it is a language model.

Why it is silent
    Rows that were made or translated by a model hold its refusals where it did not do what was asked. They are well
    written, so they learn easily: the loss of such rows is lower than that of others.

Evidence
    Before: rows whose target holds one of a list of phrases ("As an AI language model", "I'm sorry, but I can't assist
    …"), in English, Chinese and German. A warning from 1 % of the rows and three rows on, else a note with the rows.
    The list asks for more than an apology. On our rows it names none: 29,000 captions in German, 1,992 summaries,
    4,837 text messages, 6,789 contexts of questions in three languages.

Fix
    Advice only: look at the rows and leave out those that should have been answered. Sets that are to teach refusing
    hold them on purpose: silence the finding there.

Source
    WizardLM #4 (https://github.com/nlpxucan/WizardLM/issues/4): a model that says of itself what its data said.
    OpenTextShield #194: about 80 refusals stood in a set as text messages.
"""

from luthier.facts.finding import Degree, Finding, Moment
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import RunScene
from luthier.failures._places import counted, place_of_rows

MESSAGE = (
    "{count} of {total} rows ({percent:.3g} %) have a refusal or a disclaimer of a language model as their target, the "
    "first on line {line}."
)
WHY = "A model learns to refuse from few examples, and refuses harmless requests that look like them."
NEXT_STEP = "Look at these rows; leave out or rewrite those that should have been answered."
DEGREE = Degree.ADVICE
SIGNS = ("data quality",)
SHARE, ROWS = 0.01, 3

BAD = RunScene(
    folder="causal",
    rows="conversations",
    options={"refusals": 0.1},
    says="Every tenth answer is a refusal that the model that wrote the rows left behind.",
)
GOOD = RunScene(folder="causal", rows="conversations", says="The same conversations, all answered.")


def before(pairs: PairFacts) -> Finding | None:
    """Count refusals."""
    found = pairs.refusals
    if not found.count:
        return None
    many = found.count >= max(ROWS, SHARE * pairs.total)
    return Finding(
        failure="refusals_in_targets",
        moment=Moment.BEFORE,
        severity="warning" if many else "note",
        confidence=0.8,
        numbers=counted(found.count, pairs.total, found.places),
        place=place_of_rows("", found.places),
    )
