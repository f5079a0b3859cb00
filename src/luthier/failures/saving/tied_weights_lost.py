"""Embedding and output head of a language model are tied in one place and not in the other.

Symptom
    The model writes nonsense after loading, though it was good while it ran; or it is good in Transformers, and bad in
    another program that reads the same files.

Why it is silent
    Tied weights are stored once. Whether the second copy is missing or left out on purpose is one word in config.json.

Evidence
    Before and after: config.json says tie_word_embeddings false, and no head is stored: loading draws one at random (an
    error). Or it says true, and a head is stored whose values differ from the embedding: Transformers 5.24 then does
    not tie them and says so in one line, while programs that trust config.json use the embedding as the head (a
    warning).

Fix
    Advice only: write tie_word_embeddings as the weights are, or save head and embedding both.

Source
    transformers #38870 (https://github.com/huggingface/transformers/issues/38870), #43159, #41038. Our experiment with
    Transformers 5.24: a tiny GPT-2 saved tied and loaded as untied has its trained model's first choice at 1.6 % of
    the places, where 40 words to choose from give 2.5 % by chance; ten families of decoders store their head when they
    are not tied.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.scene import RunScene

MESSAGE = {
    "missing": "config.json says tie_word_embeddings=false, and none of the {total} saved tensors is {head}.*.",
    "both": (
        "config.json says tie_word_embeddings=true, and among the {total} saved tensors is a head {head} whose values "
        "are not those of the embedding."
    ),
}
WHY = {
    "missing": "Loading draws the head at random, without an error: every word that the model writes is chance.",
    "both": "Programs that trust config.json write with the embedding as head, and the head that was trained is lost.",
}
NEXT_STEP = {
    "missing": (
        "If the model was trained tied, set model.config.tie_word_embeddings = True and save again; if not, save it "
        "with its {head}.weight (under FSDP or DeepSpeed: gather the whole state first)."
    ),
    "both": "Set model.config.tie_word_embeddings = False, save again, and compare a generated text after loading.",
}
DEGREE = Degree.ADVICE
SIGNS = ("good in the session, bad after reload", "generations empty, repeated or garbled")
HEADS = frozenset({"lm_head", "embed_out"})

BAD = RunScene(
    "causal",
    config={"tie_word_embeddings": False},
    says="The model was trained tied and saved as if it were not.",
)
GOOD = RunScene("causal", says="It was saved as tied.")


def before(config: SavedConfig, weights: WeightFacts) -> Finding | NotLooked | None:
    """Compare the word in config.json with the files of a model; one in memory has both."""
    return _look(Moment.BEFORE, config, weights) if weights.files else None


def after(config: SavedConfig, weights: WeightFacts) -> Finding | NotLooked | None:
    """As before."""
    return _look(Moment.AFTER, config, weights)


def _look(moment: Moment, config: SavedConfig, weights: WeightFacts) -> Finding | NotLooked | None:
    tied = config.model.get("tie_word_embeddings")
    if not isinstance(tied, bool):
        return NotLooked("config.json does not say whether head and embedding are tied")
    stored = [name for name in weights.tensors if HEADS.intersection(name.split(".")[:2])]
    if tied and weights.head_differs:
        return _finding(moment, "both", weights, stored[0])
    if weights.expected_head in HEADS and not stored:
        return _finding(moment, "missing", weights, weights.expected_head)
    return None


def _finding(moment: Moment, variant: str, weights: WeightFacts, head: str) -> Finding:
    return Finding(
        failure="tied_weights_lost",
        moment=moment,
        severity="error" if variant == "missing" else "warning",
        confidence=1.0 if variant == "missing" else 0.9,
        numbers={"total": len(weights.tensors), "head": head},
        place=Place("file", "config.json"),
        variant=variant,
    )
