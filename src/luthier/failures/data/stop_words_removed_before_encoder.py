"""Function words were removed before the text reached a pretrained model.

Symptom
    Scores are somewhat or clearly below those on raw text; rows with a negation flip.

Why it is silent
    The cleaned text looks tidy, and word-count methods of old did better with it. A pretrained encoder has never seen
    such text: it reads "not", "without" and word order, and these are gone.

Evidence
    Before: the plan itself removes them (data.clean holds stop_words), or the data came that way: fewer than 10 %
    of the words are function words of the language, and fewer than half of the rows hold punctuation. Natural
    English has 25 to 55 % (we measured 0.32 on Reuters R8, 0.38 on SMS spam, 0.35 on tweets, 0.55 on Banking77
    questions); cleaned text has close to 0.

Fix
    Takes the step out of data.clean when asked. Where the words are missing in the user's file, only the raw text
    helps.

Source
    Haviana et al. 2023, on eight pretrained models: removing stop words brought nothing and stemming tended to hurt.
    Our scene with negated reviews shows it: without "not" and "never" the label cannot be told. Devlin et al. 2019,
    https://arxiv.org/abs/1810.04805 (trained on running text).
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene
from luthier.failures._fixes import repaired

MESSAGE = {
    "step": (
        "data.clean removes stop words before the pretrained model reads the text: {percent:.1f} % of the words "
        "that are left are function words, where natural text has 25 to 55 %."
    ),
    "data": (
        "Only {percent:.1f} % of the words of {name} are function words, where natural text has 25 to 55 %, and "
        "{punctuated:.0f} % of its rows hold punctuation: stop words seem to have been removed."
    ),
}
WHY = "Pretrained encoders read whole sentences. Without words such as not, no and but, opposite texts become equal."
NEXT_STEP = {
    "step": "Take stop_words out of data.clean (the fix does that when asked).",
    "data": (
        "Train on the raw text if you have it. If these are lists of keywords by nature, silence this with --ignore"
        " stop_words_removed_before_encoder."
    ),
}
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = (
    "Count how often the and not stand in the raw rows and in the rows that are read: if only the raw rows have them, "
    "they were removed."
)
SIGNS = ("no better than a baseline", "data quality")
STEP = "stop_words"
NATURAL = 0.10
PUNCTUATED = 0.5

BAD = Scene(
    corpus="reviews",
    rows=200,
    settings={"data.clean": "encoding,html,control,space,stop_words"},
    train=False,
    says="Reviews with negations, cleaned of stop words as for a bag of words.",
)
GOOD = Scene(corpus="reviews", rows=200, train=False, says="The same reviews as people wrote them.")


def before(data: DataFacts, plan: Plan) -> Finding | NotLooked | None:
    """Look at the cleaning steps, then at the words."""
    share, punctuated = data.function_word_share, data.punctuation_share
    if STEP in plan.data.clean:
        return _finding(data, plan, "step", 1.0)
    if share is None or punctuated is None:
        return NotLooked("there is no list of function words for the language of these data")
    if share < NATURAL and punctuated < PUNCTUATED:
        return _finding(data, plan, "data", 0.7)
    return None


def _finding(data: DataFacts, plan: Plan, variant: str, confidence: float) -> Finding:
    place = Place("setting", "data.clean") if variant == "step" else Place("column", plan.data.text)
    return Finding(
        failure="stop_words_removed_before_encoder",
        moment=Moment.BEFORE,
        severity="warning",
        confidence=confidence,
        numbers={
            "percent": 100 * (data.function_word_share or 0.0),
            "punctuated": 100 * (data.punctuation_share or 0.0),
            "name": plan.data.text,
        },
        place=place,
        variant=variant,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """Take the step out."""
    kept = tuple(step for step in plan.data.clean if step != STEP)
    return repaired(plan, "data", {"clean": kept}, "a pretrained encoder reads whole sentences")
