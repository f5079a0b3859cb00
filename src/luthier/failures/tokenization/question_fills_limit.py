"""Questions alone fill the length limit, so that no context is left to find an answer in.

Symptom
    Tokenizing raises that the sequence to cut is too short, after hours of work on other rows; or rows are trained on a
    question without a context.

Why it is silent
    One row in ten thousand begins with hundreds of blanks, and tokenizers of bytes count each of them. Cutting only the
    context cannot shorten a question.

Evidence
    Before: of up to 5,000 training rows, those whose question and the special tokens of a pair have at least as many
    tokens as the limit. An error: with truncation="only_second" the first such row ends the run.

Fix
    Advice only: strip white space from the left of questions, never from contexts, whose places count; shorten the
    questions, or raise the limit.

Source
    transformers #12880 (https://github.com/huggingface/transformers/issues/12880) and PR #12928: questions of SQuAD 2
    that begin with blanks. Our runs: three questions of XQuAD begin with a blank.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.pairs import SpanFacts
from luthier.facts.scene import RunScene
from luthier.failures._places import counted, place_of_rows

MESSAGE = (
    "{count} of {total} questions fill max_length={limit} alone, the first on line {line}; {padded} questions begin "
    "with white space."
)
WHY = "Where only the context may be cut, tokenizing such a row raises; else it is trained on without a context."
NEXT_STEP = "Strip white space from the left of the questions, shorten them, or raise max_length above {limit}."
DEGREE = Degree.ADVICE
SIGNS = ("data quality", "crash at first evaluation")

BAD = RunScene(
    arguments={"max_length": 64},
    rows="questions",
    options={"asked": 70, "long": 0.05},
    says="One question in twenty stands behind a long letterhead, and rows are cut after 64 tokens.",
)
GOOD = RunScene(arguments={"max_length": 64}, rows="questions", says="The same questions without it.")


def before(spans: SpanFacts) -> Finding | NotLooked | None:
    """Look at the lengths of questions."""
    if spans.long_questions is None or spans.limit is None:
        return NotLooked("no tokenizer was at hand, or no length limit is known")
    found = spans.long_questions
    if not found.count:
        return None
    return Finding(
        failure="question_fills_limit",
        moment=Moment.BEFORE,
        severity="error",
        confidence=1.0,
        numbers={
            **counted(found.count, spans.measured, found.places),
            "limit": spans.limit,
            "padded": spans.padded_questions.count,
        },
        place=place_of_rows("train", found.places),
    )
