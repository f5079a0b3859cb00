"""Losses of Sentence Transformers that take the other rows of a batch as negatives."""

from luthier.facts.arguments import Arguments

IN_BATCH = ("MultipleNegativesRankingLoss", "MultipleNegativesSymmetricRankingLoss", "GISTEmbedLoss")
"""Those that compare the rows of one forward pass (Sentence Transformers 3.0 to 6.2)."""
CACHED = tuple(f"Cached{name}" for name in IN_BATCH)
"""Those that compare the rows of a whole batch, however small the passes are."""
NO_LOSS = "no contrastive loss is named, neither by a trainer nor by a model card"


def losses_of(arguments: Arguments) -> tuple[str, ...]:
    """Class names of the losses; none where none are known."""
    names = arguments.values.get("loss")
    return tuple(str(name) for name in names) if isinstance(names, tuple) else ()
