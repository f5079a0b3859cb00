"""Nearly every text has the same words at its beginning or end, and they take the room of what differs.

Symptom
    Rows are cut although what is said in them is short, and scores stay below those of the bare texts.

Why it is silent
    A letterhead, a disclaimer or a long instruction is text like any other. The cut takes the same number of tokens
    from each row, whatever they are.

Evidence
    Before: words that begin, or end, at least nine of ten training rows, word for word; they take at least a quarter of
    the length limit, and at least 5 % of the rows are cut at it. A template that costs nothing but time is not told.

Fix
    Advice only: take the template off the texts, in training and in use alike.

Source
    simpletransformers #18 (https://github.com/ThilinaRajapakse/simpletransformers/issues/18): long common beginnings
    were the maintainer's suspicion. Our scene: twelve words of a letterhead before each sentence take 42 % of 32
    tokens, and 129 of 160 rows are cut. The borders are our choice.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.scene import Scene
from luthier.failures._places import column_used

MESSAGE = (
    '{count} of {total} rows {where} with the same {words} words ("{shown} …"). They take about {percent:.0f} % of the '
    "{limit} tokens that are kept, and {cut} of {measured} rows are cut."
)
WHY = "The words that are the same everywhere tell nothing, and what differs is cut away for them."
NEXT_STEP = (
    "Take them off the texts in training and in use: text.removeprefix(...) or text.removesuffix(...) with these "
    "{words} words; or raise the limit (max_length, model.max_tokens)."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("rows_identical_after_truncation",)
SIGNS = ("no better than a baseline", "data quality")
ROOM, CUT = 0.25, 0.05

BAD = Scene(
    rows=200,
    options={"header": 12},
    settings={"model.max_tokens": 32},
    train=False,
    says="Twelve words of a letterhead open every row, and 32 tokens are kept.",
)
GOOD = Scene(rows=200, options={"header": 12}, train=False, says="The same letters, read to the end.")


def before(data: DataFacts) -> Finding | NotLooked | None:
    """Compare the shared words with the length limit."""
    lengths, template = data.lengths.get("train"), data.texts.template if data.texts is not None else None
    if lengths is None or data.texts is None:
        return NotLooked("no tokenizer was at hand to measure lengths")
    if template is None or lengths.rows_cut < CUT * lengths.rows:
        return None
    room = template.words * lengths.pieces_per_word / lengths.max_tokens
    if room < ROOM:
        return None
    return Finding(
        failure="template_repeated",
        moment=Moment.BEFORE,
        severity="warning",
        confidence=0.9,
        numbers={
            "count": template.rows,
            "total": data.texts.rows,
            "where": "begin" if template.begins else "end",
            "words": template.words,
            "shown": template.shown,
            "percent": 100 * min(1.0, room),
            "limit": lengths.max_tokens,
            "cut": lengths.rows_cut,
            "measured": lengths.rows,
        },
        place=column_used(data, "text"),
    )
