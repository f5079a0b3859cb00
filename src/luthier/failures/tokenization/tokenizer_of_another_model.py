"""The tokenizer is that of another model: its ids mean other words to this one.

Symptom
    The run behaves as if the model were untrained: a high first loss, scores of chance. Or an index error, where the
    vocabulary is the larger one.

Why it is silent
    Ids are numbers. As long as they are smaller than the number of rows in the embedding table, every model takes them.

Evidence
    Before: less than nine in ten of the ids that both have mean the same piece in this tokenizer and in the base
    model's own, where that is at hand (--base, a local folder or the hub's cache). Else by size: pieces, added tokens
    not counted, that lie beyond the embedding table; or a tokenizer that uses less than nine tenths of it. Tables that
    are padded to a multiple of 64 or 128 stay above 0.97 in all models that we know.

Fix
    Advice only: load the tokenizer from the same name as the model.

Source
    vllm #11184 (https://github.com/vllm-project/vllm/issues/11184): a server with another rule for case; catr #19. The
    nine in ten are ours.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.scene import RunScene
from luthier.facts.tokenizer import TokenizerFacts
from luthier.failures._vocabulary import other_vocabulary, rows_of_table

MESSAGE = {
    "base": "Only {percent:.3g} % of the ids that tokenizer and base model share mean the same piece in both.",
    "larger": "The tokenizer has {pieces:,} pieces, but the model's embedding table has {rows:,} rows.",
    "smaller": (
        "The tokenizer has {pieces:,} pieces, {percent:.3g} % of the {rows:,} rows in the model's embedding table."
    ),
}
WHY = "An id picks the vector of another word than the text has: what was learned before is lost on these ids."
NEXT_STEP = "Load both from one name: AutoTokenizer.from_pretrained(MODEL) and AutoModel….from_pretrained(MODEL)."
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Compare tokenizer.convert_ids_to_tokens([500, 1000, 2000]) with those of AutoTokenizer.from_pretrained(MODEL)."
)
SIGNS = ("start loss near ln V", "loss flat at ln C or at the class entropy, one class predicted")
AGREE, USED, SMALLEST = 0.9, 0.9, 1_000

BAD = RunScene(
    files={"tokenizer.json": other_vocabulary(525)},
    base=True,
    says="The folder holds the words of another model, as many as this one has.",
)
GOOD = RunScene(base=True, says="The folder holds the tokenizer of its base model.")


def before(
    tokenizer: TokenizerFacts, weights: WeightFacts | None = None, config: SavedConfig | None = None
) -> Finding | NotLooked | None:
    """Compare with the base's own tokenizer, else with the size of the table."""
    if tokenizer.agreement is not None:
        if tokenizer.agreement >= AGREE:
            return None
        return _finding("base", "error", 0.95, {"percent": 100 * tokenizer.agreement})
    rows = rows_of_table(weights, config)
    if not rows:
        return NotLooked("neither the base model's tokenizer nor an embedding table was at hand", ("weights", "config"))
    numbers: dict[str, Number] = {"pieces": tokenizer.size, "rows": rows, "percent": 100 * tokenizer.size / rows}
    added = sum(number >= rows for number in tokenizer.added.values())
    if tokenizer.size - added > rows:
        return _finding("larger", "error", 0.9, numbers)
    if SMALLEST <= tokenizer.size < USED * rows:
        return _finding("smaller", "warning", 0.7, numbers)
    return None


def _finding(variant: str, severity: Severity, confidence: float, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="tokenizer_of_another_model",
        moment=Moment.BEFORE,
        severity=severity,
        confidence=confidence,
        numbers=numbers,
        place=Place("file", "tokenizer.json"),
        variant=variant,
    )
