"""One word tells a class by itself, so that a model need not read the rest.

Symptom
    Scores near perfect on rows of the same make, and poor on texts from elsewhere.

Why it is silent
    The word stands in validation and test as well, so that scores reward it. A signature, a channel name or a marker
    of the source came along when the rows were collected.

Evidence
    Before: a word of which at least 99 of 100 rows belong to one class, and which stands in at least nine of ten rows
    of that class, 30 rows or more. Classes below 5 % of the rows are left out: small topics often have a word of their
    own. On our rows no word is near: "vs" stands in 71 % of the earnings reports of Reuters R8, "sale" in 61 % of the
    offers of 20 Newsgroups.

Fix
    Advice only: whether the word belongs to what is to be learned, only a person can say.

Source
    Gururangan et al. 2018, https://arxiv.org/abs/1803.02324: single words give away the class of inference pairs, and
    a model that sees one half of each is right on 67 %. McCoy et al. 2019, https://arxiv.org/abs/1902.01007. The two
    shares are our choice.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.scene import RunScene
from luthier.failures._places import column_used

MESSAGE = (
    "The word {word} alone tells the class {label}: it stands in {right} of its {class_rows} training rows "
    "({percent:.1f} %) and in {others} rows of all other classes."
)
WHY = "A model can learn this word in place of the class. Where texts come without it, the score does not hold."
NEXT_STEP = (
    "Look where {word} comes from. If it is a signature, a channel or a template, take it out of training and test "
    'texts: re.sub(r"(?i)\\b{word}\\b", "", text). If it is what the class is about, pass --ignore shortcut_word.'
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Take the word out of the test texts and score again: the drop is what rested on it."
SIGNS = ("score looks too good", "data quality")
RIGHT, COVERED = 0.99, 0.9

BAD = RunScene(rows="topics", options={"sign": 1.0}, says="All rows of one topic came from one desk, which signs them.")
GOOD = RunScene(rows="topics", says="The same sentences without the signature.")


def before(data: DataFacts) -> Finding | NotLooked | None:
    """Look at the word that tells a class best."""
    if data.texts is None:
        return NotLooked("the words of the texts were not counted")
    word = data.texts.telling
    if word is None or word.right < RIGHT * word.rows or word.right < COVERED * word.class_rows:
        return None
    return Finding(
        failure="shortcut_word",
        moment=Moment.BEFORE,
        severity="warning",
        confidence=0.7,
        numbers={
            "word": word.word,
            "label": word.label,
            "right": word.right,
            "class_rows": word.class_rows,
            "percent": 100 * word.right / word.class_rows,
            "others": word.rows - word.right,
        },
        place=column_used(data, "text"),
    )
