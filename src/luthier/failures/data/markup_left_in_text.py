"""Texts still hold the HTML of the pages that they come from.

Symptom
    Rows are cut although the visible texts are short, steps are slow, and scores are a little poor; texts typed by
    users, which hold no tags, score worse than the test rows.

Why it is silent
    Tags are text to a tokenizer. They cost tokens that the words do not get, and nothing counts them apart.

Evidence
    Before: training rows with HTML tags or entities. A warning where their tags are 10 % of all characters or more, a
    note from 3 % on. Luthier's own fits take them out first and are quiet. In our runs tags and entities are 0.5 % of
    the characters of SMS spam and nothing in Reuters R8 and 20 Newsgroups: below the border.

Fix
    Advice only: take tags out of training texts and of all later texts alike.

Source
    Our experiment: in our scene, where half of the rows have the tags of a page, 21 % of all characters are tags. The
    borders are our choice.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.scene import LiveScene
from luthier.failures._places import counted, place_of_rows

MESSAGE = (
    "{count} of {total} training rows ({percent:.3g} %) hold HTML tags or entities, the first on line {line}; they "
    "are {characters:.3g} % of all characters."
)
WHY = "Tags take tokens and time from the words, and texts without them look foreign to the model."
NEXT_STEP = (
    'Take them out before training and before each prediction: BeautifulSoup(text, "html.parser").get_text(" "), or '
    "html.unescape(text) where only entities are left. Where the tags matter, pass --ignore markup_left_in_text."
)
DEGREE = Degree.ADVICE
SIGNS = ("data quality", "memory or time runs away")
SOME, MUCH = 0.03, 0.1

BAD = LiveScene(
    options={"keep_text": 1, "train_rows": 160, "html": 0.5},
    says="Half of the texts were saved with the tags of their pages.",
)
GOOD = LiveScene(options={"keep_text": 1, "train_rows": 160}, says="The same texts as people see them.")


def before(data: DataFacts) -> Finding | NotLooked | None:
    """Look at the share of characters that are markup."""
    texts = data.texts
    if texts is None:
        return NotLooked("the texts were not searched for tags")
    if texts.markup_share < SOME:
        return None
    return Finding(
        failure="markup_left_in_text",
        moment=Moment.BEFORE,
        severity="warning" if texts.markup_share >= MUCH else "note",
        confidence=0.9,
        numbers={
            **counted(texts.markup.count, texts.rows, texts.markup.places),
            "characters": 100 * texts.markup_share,
        },
        place=place_of_rows("train", texts.markup.places),
    )
