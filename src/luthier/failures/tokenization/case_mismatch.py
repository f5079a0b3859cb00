"""The tokenizer keeps capitals that its vocabulary lacks, or takes away capitals that its vocabulary has.

Symptom
    A few points are lost on every task. Words with a capital letter become the unknown token or fall into letters.

Why it is silent
    Whether a tokenizer lower-cases is a flag beside its vocabulary (do_lower_case). A folder that was renamed, copied
    without its settings, or loaded with a flag from another tutorial still encodes every text.

Evidence
    Before, of tokenizers that lower-case by a setting: the tokenizer keeps capitals, more than half of its pieces hold
    Latin, Greek or Cyrillic letters, and less than one piece in a thousand holds a capital. Or it lower-cases, and one
    piece in twenty or more holds a capital that no text can reach. Where real batches hold no unknown token, no capital
    was lost. Vocabularies of scripts without capitals are left alone. The borders are ours: MiniLM-L6, uncased, has
    capitals in 2 of 30,516 pieces.

Fix
    Advice only: load the tokenizer from the model's own folder, without a do_lower_case of your own.

Source
    transformers #3823 (https://github.com/huggingface/transformers/issues/3823) and #131, covid-twitter-bert #5. Our
    experiment: MiniLM-L6 loaded with do_lower_case=False turns 3 of the 4 words of "The Quick brown Fox" into [UNK].
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import RunScene
from luthier.facts.tokenizer import TokenizerFacts

MESSAGE = {
    "kept": (
        "The tokenizer keeps capital letters (do_lower_case is off), but only {percent:.2g} % of the {pieces:,} pieces "
        "of its vocabulary hold one."
    ),
    "taken": (
        "The tokenizer lower-cases every text (do_lower_case is on), but {percent:.2g} % of the {pieces:,} pieces of "
        "its vocabulary hold a capital letter."
    ),
}
WHY = {
    "kept": "Words with a capital letter become the unknown token or fall into letters; the model does not know them.",
    "taken": "Names and the starts of sentences reach the model in a form in which it has hardly ever seen them.",
}
NEXT_STEP = {
    "kept": (
        "Load it as the model brings it, AutoTokenizer.from_pretrained(MODEL), without do_lower_case=False; in a saved "
        'folder set "do_lower_case": true in tokenizer_config.json.'
    ),
    "taken": (
        "Load it as the model brings it, AutoTokenizer.from_pretrained(MODEL), without do_lower_case=True; in a saved "
        'folder set "do_lower_case": false in tokenizer_config.json.'
    ),
}
DEGREE = Degree.ADVICE
SIGNS = ("no better than a baseline", "configuration")
FEW, LETTERS, MANY = 0.001, 0.5, 0.05

BAD = RunScene(
    tokenizer={"tokenizer_class": "BertTokenizer", "do_lower_case": False},
    says="An uncased BERT is loaded with do_lower_case=False.",
)
GOOD = RunScene(
    tokenizer={"tokenizer_class": "BertTokenizer", "do_lower_case": True},
    says="The same model, whose tokenizer lower-cases as its vocabulary asks for.",
)


def before(tokenizer: TokenizerFacts, census: BatchCensus | None = None) -> Finding | NotLooked | None:
    """Compare the flag with the vocabulary."""
    if not tokenizer.case_flag:
        return None
    lowers, capitals = tokenizer.lower_cases, tokenizer.capitals_in_vocabulary
    letters = tokenizer.letters_in_vocabulary
    if lowers is None or capitals is None or letters is None:
        return NotLooked("it is not known whether the tokenizer lower-cases, or what its vocabulary holds")
    kept = not lowers and capitals < FEW and letters > LETTERS
    if not kept and not (lowers and capitals >= MANY):
        return None
    if kept and census is not None and census.unknown_share == 0:
        return None  # the texts hold no capitals that could be lost
    return Finding(
        failure="case_mismatch",
        moment=Moment.BEFORE,
        severity="warning",
        confidence=0.9,
        numbers={"percent": 100 * capitals, "pieces": tokenizer.size},
        place=Place("setting", "do_lower_case"),
        variant="kept" if kept else "taken",
    )
