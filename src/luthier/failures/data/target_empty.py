"""Rows have nothing to learn: their target is empty.

Symptom
    The model often answers with nothing, or stops at once. Steps with such rows show a loss of 0 or of the end token
    alone.

Why it is silent
    An empty answer is a valid one. Where an end token is put behind it, the model learns to say nothing; where none is,
    the row costs time and teaches nothing.

Evidence
    Before: rows whose target holds nothing but white space; in conversations, rows in which a turn of the assistant
    does, or in which it has none. A note below 1 % of the rows (hand-made sets of instructions hold a few), a warning
    from there, an error from half of them on.

Fix
    Advice only: leave these rows out, or write the answers; with another column as the target, name it.

Source
    litgpt #1759 (https://github.com/Lightning-AI/litgpt/issues/1759) and axolotl #290
    (https://github.com/axolotl-ai-cloud/axolotl/issues/290): empty outputs in sets of instructions.
"""

from luthier.facts.finding import Degree, Finding, Moment
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import RunScene
from luthier.failures._places import counted, place_of_rows
from luthier.failures._signals import severity_of

MESSAGE = "{count} of {total} rows ({percent:.3g} %) have an empty target, the first on line {line}."
WHY = "The model learns to answer nothing, or learns nothing from these rows, and the loss does not say so."
NEXT_STEP = "Leave these rows out, or write their answers."
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("wrong_roles_in_data",)
SIGNS = ("generations empty, repeated or garbled", "data quality")
SHARE, MOST = 0.01, 0.5

BAD = RunScene(
    folder="sequence_to_sequence",
    rows="summaries",
    options={"empty": 0.1},
    says="Every tenth summary was never written.",
)
GOOD = RunScene(folder="sequence_to_sequence", rows="summaries", says="The same documents, each with its summary.")


def before(pairs: PairFacts) -> Finding | None:
    """Count rows without a target."""
    found = pairs.empty_targets
    if not found.count:
        return None
    return Finding(
        failure="target_empty",
        moment=Moment.BEFORE,
        severity=severity_of(found.count / pairs.total, SHARE, MOST),
        confidence=1.0,
        numbers=counted(found.count, pairs.total, found.places),
        place=place_of_rows("", found.places),
    )
