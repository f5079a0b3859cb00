"""Every piece of a word carries the tag of the word, so that one entity begins several times.

Symptom
    Entity F1 is low or too good, and predicted entities start in the middle of words.

Why it is silent
    A tag per piece is what a tagger needs, and B-PLACE, B-PLACE, B-PLACE is a valid row of tags: three places.

Evidence
    Before: pieces inside a word of real batches whose tag begins an entity (B-…) and is the tag of the piece before
    them, 1 % of all tags at least. Tokenizers whose pieces do not show where words begin cannot show it.

Fix
    Advice only: tag the first piece alone and ignore the others (-100), or turn B- into I- behind the first piece; do
    the same when scoring.

Source
    transformers #14055 (https://github.com/huggingface/transformers/pull/14055), #8962
    (https://github.com/huggingface/transformers/pull/8962), #12665. In our scene 25 of
    276 tags begin an entity anew.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.failures._places import counted

MESSAGE = (
    "{count} of {total} tags in the first batches ({percent:.3g} %) begin an entity anew inside a word: the tag of the "
    "word was copied to all of its pieces."
)
WHY = "One name counts as several entities: what is learned and what is scored is not what the rows say."
NEXT_STEP = (
    "Give the tag to the first piece of each word and -100 to the others (by word_ids), or turn B- into I- behind the "
    "first piece."
)
DEGREE = Degree.ADVICE
SIGNS = ("loss falls, score does not", "score looks too good")
SHARE = 0.01

BAD = LiveScene(
    "tagger",
    options={"subword_labels_copied": 1},
    says="The tag of a word is copied to all of its pieces.",
)
GOOD = LiveScene("tagger", says="The first piece has the tag, the others are ignored.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Count entities that begin again."""
    if census.begins_again is None or not census.supervised:
        return NotLooked("no tag of the batches begins an entity, or pieces do not show where words begin")
    if census.begins_again < SHARE * census.supervised:
        return None
    return Finding(
        failure="subword_labels_copied",
        moment=Moment.BEFORE,
        severity="warning",
        confidence=1.0,
        numbers=counted(census.begins_again, census.supervised),
        place=Place("column", "labels"),
    )
