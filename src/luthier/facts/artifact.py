"""What was written to disk, checked by loading it again in a fresh process."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArtifactFacts:
    """The saved model against the model in memory.

    Attributes:
        folder: where the model was saved.
        rows: rows predicted by both.
        same_label: rows on which both predict the same class.
        largest_gap: largest absolute difference of a probability.
        label_names: label names in the saved config, in id order.
        expected_names: label names of the run, in id order.
        missing: weights that the saved files lack and a loader would draw at random.
        tokenizer_saved: whether the tokenizer was saved beside the weights.
    """

    folder: str
    rows: int
    same_label: int
    largest_gap: float
    label_names: tuple[str, ...]
    expected_names: tuple[str, ...]
    missing: tuple[str, ...] = ()
    tokenizer_saved: bool = True
