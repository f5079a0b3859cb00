"""Characters were decoded wrongly, or lost, before the texts came here.

Symptom
    Words with accents, dashes or other scripts look like "cafÃ©" or "caf�"; generated texts write them so, too.

Why it is silent
    Wrong characters are characters. A tokenizer splits them into more pieces, and nothing raises.

Evidence
    Before: rows of which ftfy is sure that they were decoded in another code page than they were written in, and rows
    with U+FFFD, which stands for a byte that could not be read. A warning from 5 % of the rows on, a note from 1 %.
    Luthier's own fits repair what can be repaired first. In our runs: 0.7 % of SMS spam, none of Reuters R8 and 20
    Newsgroups.

Fix
    Advice only: read the file anew in the encoding in which it was written, or repair it; what is U+FFFD is lost.

Source
    ftfy (https://ftfy.readthedocs.io) for what is surely wrong. Our experiment: with the vocabulary of MiniLM-L6
    "café in Zürich" is 3 tokens and "cafÃ© in ZÃ¼rich" 7. The borders are our choice.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import LiveScene
from luthier.failures._places import counted, place_of_rows

_WHERE = "{count} of {total} rows ({percent:.3g} %) hold characters that were "
MESSAGE = {
    "wrong": _WHERE + "decoded wrongly, the first on line {line}: {shown} should be {right}.",
    "lost": _WHERE + "lost in decoding, the first on line {line}: {shown}.",
}
WHY = {
    "wrong": "To the model it is another word than the one written rightly; a model that writes copies it.",
    "lost": "What stood there cannot be read by any model; a model that writes copies the gap.",
}
NEXT_STEP = {
    "wrong": 'Read the file anew as it was written (encoding="utf-8"), or repair texts: ftfy.fix_encoding(text).',
    "lost": 'Read the original file anew in its own encoding, such as encoding="cp1252"; here the letters are gone.',
}
DEGREE = Degree.ADVICE
SIGNS = ("generations empty, repeated or garbled", "data quality")
SOME, MANY, FEWEST = 0.01, 0.05, 3

BAD = LiveScene(
    options={"keep_text": 1, "train_rows": 160, "damaged": 0.2},
    says="Every fifth text was read in another code page.",
)
GOOD = LiveScene(options={"keep_text": 1, "train_rows": 160}, says="The same texts, read as they were written.")


def before(data: DataFacts | None = None, pairs: PairFacts | None = None) -> Finding | NotLooked | None:
    """Count such rows."""
    if data is not None and data.texts is not None:
        rows, total, example = data.texts.damaged, data.texts.rows, data.texts.damaged_example
    elif pairs is not None:
        rows, total, example = pairs.damaged, pairs.total, pairs.damaged_example
    else:
        return NotLooked("no texts were at hand", ("data", "pairs"))
    if rows.count < max(FEWEST, SOME * total):
        return None
    return Finding(
        failure="encoding_damage",
        moment=Moment.BEFORE,
        severity="warning" if rows.count >= MANY * total else "note",
        confidence=0.95,
        numbers={**counted(rows.count, total, rows.places), "shown": example[0], "right": example[1]},
        place=place_of_rows("", rows.places),
        variant="wrong" if example[1] else "lost",
    )
