"""The model is saved without its tokenizer.

Symptom
    Loading the tokenizer from the folder fails; or one is taken from the hub, with another chat template, without the
    tokens that were added, and the model is worse than it was.

Why it is silent
    Trainer saves the tokenizer that it was given as processing_class, else that of its collator. Given neither, it
    saves none and says nothing.

Evidence
    Before: the trainer has no processing_class, its collator has no tokenizer, and its batches hold token ids.
    After: a folder with config.json and weights of a model with a vocabulary, and no file of a tokenizer beside them.

Fix
    Advice only: hand the tokenizer to the trainer, and save it beside the model.

Source
    Qwen-VL #302 (https://github.com/QwenLM/Qwen-VL/issues/302), where saving the tokenizer cured it; transformers
    #13706 (https://github.com/huggingface/transformers/issues/13706). Our experiment with Transformers 5.24: a Trainer
    without processing_class, with default_data_collator, saves config, weights and training_args.bin alone.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, Number, Place
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.scene import LiveScene

MESSAGE = {
    "live": (
        "The trainer has no tokenizer: it trains on token ids of up to {count}, and its checkpoints will hold nothing "
        "that can make them."
    ),
    "folder": (
        "{folder} holds {architecture} with {count} tensors and a vocabulary of {words} tokens, and no tokenizer."
    ),
}
WHY = "Whoever uses the model has to guess the tokenizer; added tokens and a changed chat template are lost."
NEXT_STEP = {
    "live": "Pass processing_class=tokenizer to the trainer.",
    "folder": 'Save it there: tokenizer.save_pretrained("{folder}"), with the tokens and the template of the training.',
}
DEGREE = Degree.ADVICE
SIGNS = ("good in the session, bad after reload",)
FILES = frozenset(
    {
        *("tokenizer.json", "tokenizer_config.json", "vocab.txt", "vocab.json", "merges.txt", "tokenizer.model"),
        *("spiece.model", "sentencepiece.bpe.model", "source.spm", "bpe.codes", "special_tokens_map.json"),
    }
)
"""Names under which tokenizers of Transformers are saved; one of them is enough."""

BAD = LiveScene(
    "answerer",
    options={"no_processing_class": 1},
    says="Rows were tokenized beforehand, and neither the trainer nor its collator knows the tokenizer.",
)
GOOD = LiveScene("answerer", says="The trainer has the tokenizer as its processing_class.")


def before(census: BatchCensus) -> Finding | None:
    """Look whether the trainer has a tokenizer: rows are shown in words where it has one."""
    if census.shown or census.largest_id is None:
        return None
    return _finding(Moment.BEFORE, "live", {"count": census.largest_id}, Place("setting", "processing_class"))


def after(config: SavedConfig, weights: WeightFacts) -> Finding | None:
    """Look for files of a tokenizer beside the model."""
    words = config.model.get("vocab_size")
    there = any(name in FILES or name.endswith(".tiktoken") for name in config.files)
    if there or not config.files or not isinstance(words, int):
        return None
    numbers: dict[str, Number] = {"folder": config.folder or ".", "architecture": config.architecture or "a model"}
    place = Place("file", config.folder or "config.json")
    return _finding(Moment.AFTER, "folder", {**numbers, "count": len(weights.tensors), "words": words}, place)


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="tokenizer_not_saved",
        moment=moment,
        severity="warning",
        confidence=0.9,
        numbers=numbers,
        place=place,
        variant=variant,
    )
