"""Generated texts end in one word or phrase over and over, and no known cause explains it.

Symptom
    "the the the the", or one sentence again and again until the length limit.

Why it is silent
    The loss looks at one next token behind right ones and may be good. Only texts that the model wrote by itself show
    it, and a score such as ROUGE gives them a number like any other.

Evidence
    After: at least half of the saved predictions, and ten of them, end in a word or phrase that stands there four times
    in a row. Of 21,617 texts that people wrote 14 do. This is a symptom: where its cause was seen as well
    (padding in the loss, a wrong start of the decoder, ends that are not learned, …), that cause is told and not this.

Fix
    Advice only: the cheapest experiment tells a model that learned nothing from one that was only decoded greedily.

Source
    transformers #7896 (https://github.com/huggingface/transformers/issues/7896). Holtzman et al. 2020,
    https://arxiv.org/abs/1904.09751: greedy and beam search let good models repeat themselves too, which is why the
    finding is unsure. The shares are ours.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.generations import GenerationFacts
from luthier.facts.scene import RunScene
from luthier.failures._places import counted

MESSAGE = "{count} of {total} generated texts ({percent:.3g} %) end in one word or phrase over and over ({file})."
WHY = "Such a text says nothing, and its score measures nothing."
NEXT_STEP = (
    "Run the experiment below; if the model knows its rows, generate with do_sample=True, or with "
    "repetition_penalty=1.1; if not, look at a batch with luthier.check(trainer) and train longer."
)
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Compute the loss on ten training rows: below 1 the model has learned them and the search repeats; near the "
    "logarithm of the vocabulary size it has learned nothing."
)
EXPLAINED_BY = (
    "padding_in_loss",
    "decoder_start_wrong",
    "labels_shifted_twice",
    "nothing_supervised",
    "collator_overwrites_labels",
    "end_token_masked_as_padding",
    "no_end_token_in_targets",
    "end_token_differs_at_generation",
    "padding_on_the_right",
    "tied_weights_lost",
    "weights_equal_base",
    "empty_tensors",
    "weights_not_finite",
    "loss_not_finite",
    "rate_too_high_collapse",
    "parameters_never_updated",
)
SIGNS = ("generations empty, repeated or garbled", "all generations hit the length limit")
SHARE, FEWEST = 0.5, 10

_LOOP = "the bridge " + "was built " * 12 + "\n"
_TEXT = "Ada Novak built the bridge of Lisbon after a long dispute.\n"
BAD = RunScene(
    "sequence_to_sequence",
    files={"generated_predictions.txt": _LOOP * 12 + _TEXT * 8},
    says="Twelve of twenty summaries end in two words that go round.",
)
GOOD = RunScene(
    "sequence_to_sequence",
    files={"generated_predictions.txt": _LOOP * 2 + _TEXT * 18},
    says="Two of twenty do.",
)


def after(generations: GenerationFacts) -> Finding | NotLooked | None:
    """Count texts that go round."""
    if generations.rows < FEWEST:
        return NotLooked(f"fewer than {FEWEST} generated texts were found")
    if generations.repeating < SHARE * generations.rows:
        return None
    return Finding(
        failure="repeats_one_token",
        moment=Moment.AFTER,
        severity="error",
        confidence=0.6,
        numbers={**counted(generations.repeating, generations.rows), "file": generations.source},
        place=Place("file", generations.source),
    )
