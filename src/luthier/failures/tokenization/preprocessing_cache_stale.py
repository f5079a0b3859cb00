"""The ids of the rows do not say what their texts say: they come from an old cache, or from another tokenizer.

Symptom
    Another length limit, tokenizer or data file changes nothing; or the run behaves as if the model were untrained.

Why it is silent
    Tokenized rows are kept in a cache, whose key often forgets the tokenizer, the function or its settings. Ids of
    another tokenizer are valid ids.

Evidence
    Before: ids of real batches are decoded with the run's tokenizer and compared with the texts that the same rows
    bring along. Less than three in ten words agree, of the side that agrees more, on average; rows without a text of
    five words or more are left out. The three in ten are ours: our scene has 0.00, its healthy twin 1.00.

Fix
    Advice only: remove the cache and tokenize anew.

Source
    composer PR #1061 (https://github.com/mosaicml/composer/pull/1061), open-instruct PR #1518
    (https://github.com/allenai/open-instruct/pull/1518), LMFlow PR #394, simpletransformers #389.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene

MESSAGE = (
    "The ids of {total} rows, decoded, have {percent:.2g} % of their words in common with the texts of the same rows."
)
WHY = "The model is trained on other texts than the ones that stand in your data."
NEXT_STEP = (
    "Tokenize anew: dataset.map(…, load_from_cache_file=False), or dataset.cleanup_cache_files(); then print "
    'tokenizer.decode(train_dataset[0]["input_ids"]) and read it.'
)
DEGREE = Degree.ADVICE
EXPERIMENT = 'Print tokenizer.decode(train_dataset[0]["input_ids"]) beside the text of the same row.'
EXPLAINED_BY = ("tokenizer_of_another_model",)
SIGNS = ("start loss near ln V", "loss flat at ln C or at the class entropy, one class predicted")
SHARE = 0.3

BAD = LiveScene(
    options={"keep_text": 1, "train_rows": 160, "stale_ids": 1},
    says="The ids were made by another tokenizer and kept in a cache; the texts stand beside them.",
)
GOOD = LiveScene(options={"keep_text": 1, "train_rows": 160}, says="Ids and texts of the rows agree.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Compare words."""
    share = census.from_own_text
    if share is None:
        return NotLooked("the rows bring no texts along")
    if share >= SHARE:
        return None
    return Finding(
        failure="preprocessing_cache_stale",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.8,
        numbers={"total": len(census.rows), "percent": 100 * share},
        place=Place("column", "input_ids"),
    )
