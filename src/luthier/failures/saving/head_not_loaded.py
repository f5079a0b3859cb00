"""The saved model has no weights for its output head: whoever loads it gets random ones.

Symptom
    Scores were good while the process ran. After loading, predictions are at chance, and other ones at each start.

Why it is silent
    Loading a body without a head is how every fine-tuning begins: the missing weights are drawn at random, and a line
    in the console says so. Nothing raises.

Evidence
    Before and after: config.json names a class that has a head (ForSequenceClassification, ForTokenClassification,
    ForQuestionAnswering), and no tensor of the saved files is called as that head is in Transformers 5.24. Adapters are
    not judged here: their head stands in a file of its own.

Fix
    Advice only: save the model that was trained, head and all, or load it with the class that it was trained as.

Source
    transformers #565 (https://github.com/huggingface/transformers/issues/565), peft #2367
    (https://github.com/huggingface/peft/issues/2367). Our experiment with Transformers 5.24: a BERT classifier whose
    file lacks its head loads without an error, and two loads of it agree on the class of 22 of 64 rows.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.scene import RunScene

MESSAGE = (
    "config.json says {architecture}, and none of the {total} saved tensors is its head ({head}.*); what is there "
    "besides the body: {others}."
)
WHY = "Loading draws the head at random, without an error: predictions are at chance, whatever was learned."
NEXT_STEP = (
    "Save the model that was trained with model.save_pretrained, check that {head}.* is in {file}, and load it with "
    "{architecture}.from_pretrained in a fresh process."
)
DEGREE = Degree.ADVICE
SIGNS = ("good in the session, bad after reload",)

BAD = RunScene(weights={"classifier": "missing"}, says="The classifier was saved without its classification layer.")
GOOD = RunScene(says="It was saved whole.")


def before(config: SavedConfig, weights: WeightFacts) -> Finding | NotLooked | None:
    """Look for the head in the files of a model; one in memory has it."""
    return _look(Moment.BEFORE, config, weights) if weights.files else None


def after(config: SavedConfig, weights: WeightFacts) -> Finding | NotLooked | None:
    """As before."""
    return _look(Moment.AFTER, config, weights)


def _look(moment: Moment, config: SavedConfig, weights: WeightFacts) -> Finding | NotLooked | None:
    head = weights.expected_head
    if not head or head in ("lm_head", "embed_out"):  # heads of language models: tied_weights_lost
        return NotLooked("how the head of this class is called is not known") if not head else None
    parts = [name.split(".") for name in weights.tensors]
    if any(head in names[:3] for names in parts):
        return None
    return Finding(
        failure="head_not_loaded",
        moment=moment,
        severity="error",
        confidence=1.0,
        numbers={
            "architecture": config.architecture,
            "total": len(weights.tensors),
            "head": head,
            "others": ", ".join(weights.head[:3]) or "nothing",
            "file": weights.files[0],
        },
        place=Place("file", weights.files[0]),
    )
