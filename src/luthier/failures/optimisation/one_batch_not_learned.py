"""Not even one small batch can be learned by heart, and no known cause explains it.

Symptom
    The training loss comes down a little at first and then stands, far above zero, at every learning rate.

Why it is silent
    The first steps always bring the loss down: the model learns the shares of the classes, or the common words. Whether
    it reads its input cannot be told from that.

Evidence
    Before: the trial takes eight rows and AdamW, dropout off, at three rates (1e-3, 1e-2, 1e-4), and at none of them
    the loss falls to half of its start, and for classes to half of what the class shares alone cost, before it stands
    still. Where the first loss is of no use, where time ends while the loss still falls, and where the head alone
    learns, which need not be enough for eight rows, this is not judged. An error.
    This is a symptom: where its cause was seen as well (weights that never change, nothing supervised, labels at odds
    with the head, texts that are all alike, …), that cause is told and not this.

Fix
    Advice only: look at what the model gets, then at what of it learns.

Source
    A. Karpathy, A Recipe for Training Neural Networks, 2019, https://karpathy.github.io/2019/04/25/recipe/ ("overfit a
    single batch"). Our experiment: MiniLM-L6 with the same text in all rows stays at the entropy of the labels, while
    healthy MiniLM-L6 takes 1 to 3 steps and tiny random BERT, GPT-2 and T5 at most 60.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import WeightFacts
from luthier.facts.scene import LiveScene
from luthier.facts.trial import TrialFacts
from luthier.failures._collapse import only_head_learns

MESSAGE = {
    "stands": (
        "The loss on {rows} rows goes from {start:.3g} to {lowest:.3g} and no lower, at the best of three rates "
        "({rate:g}): these rows cannot be learned by heart."
    ),
    "frozen": "{rows} rows cannot be learned by heart: no parameter requires a gradient.",
}
WHY = "What cannot learn a few rows by heart will not learn a thousand."
NEXT_STEP = {
    "stands": (
        "Print two rows of a batch, next(iter(trainer.get_train_dataloader())), with tokenizer.decode: if inputs with "
        "different labels are alike, look at what prepares and collates the rows. If they differ, let all parameters "
        "learn: for parameter in model.parameters(): parameter.requires_grad_(True)."
    ),
    "frozen": (
        "Call requires_grad_(True) on what should learn; load an adapter with "
        "PeftModel.from_pretrained(..., is_trainable=True)."
    ),
}
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Train on {rows} rows for 100 steps with a stock model of Transformers and its tokenizer: if that learns them, the "
    "fault lies in the model, else in the rows."
)
SIGNS = ("loss flat at ln C or at the class entropy, one class predicted", "loss floor above 0")
EXPLAINED_BY = (
    "nothing_supervised",
    "assistant_mask_empty",
    "template_masks_all",
    "completion_truncated_away",
    "collator_overwrites_labels",
    "labels_shifted_twice",
    "padding_in_loss",
    "parameters_never_updated",
    "gradient_lost_in_checkpointing",
    "adapter_untouched",
    "adapter_without_head",
    "adapter_targets_missing",
    "adapter_targets_too_few",
    "loss_not_finite",
    "attention_gives_nan",
    "half_precision_overflow",
    "half_precision_weights",
    "updates_lost_in_low_precision",
    "labels_start_at_one",
    "outputs_unlike_labels",
    "label_column_misnamed",
    "regression_by_accident",
    "multilabel_by_accident",
    "rows_identical_after_truncation",
    "conflicting_labels",
    "text_missing",
    "columns_swapped",
    "unknown_tokens",
    "language_not_covered",
    "tokenizer_of_another_model",
    "preprocessing_cache_stale",
    "decoder_start_wrong",
    "longer_than_positions",
    "added_tokens_without_embeddings",
)

BAD = LiveScene(
    options={"one_text": 1}, trial=True, says="The collator writes the same word over every place of every row."
)
GOOD = LiveScene(trial=True, says="Every row has its own text.")


def before(trial: TrialFacts, weights: WeightFacts | None = None) -> Finding | NotLooked | None:
    """How far the loss of one batch came down."""
    learned = trial.ran("one_batch_overfit")
    if learned is None:
        return NotLooked("no batch was learned by heart, or time was too short for it")
    if learned.answer == "passed":
        return None
    if trial.failed("start_loss") is not None:
        return NotLooked("the first loss is of no use, so that nothing can be learned from it")
    frozen = learned.numbers.get("trainable") == 0
    if not frozen and "lowest" not in learned.numbers:
        return NotLooked("the loss of one batch is not finite")
    if not frozen and only_head_learns(weights):
        return NotLooked("the head alone learns, which need not be enough to learn rows by heart")
    return Finding(
        failure="one_batch_not_learned",
        moment=Moment.BEFORE,
        severity="error",
        confidence=1.0 if frozen else 0.75,
        numbers={"rows": 8, **learned.numbers},
        place=Place("setting", "requires_grad" if frozen else "train_dataset"),
        variant="frozen" if frozen else "stands",
    )
