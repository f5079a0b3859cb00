"""The works that are timed: what is trained on what, the same for both sides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """One row of the table.

    Attributes:
        data: name in `benchmarks.sets`.
        strategy: id of a strategy.
        layers: for top_layers.
        epochs, max_tokens: the same on both sides.
        rate, head_rate: peak rates. Trainer knows one rate: the encoder's, or the head's where only the head learns.
        bar: ratio that is to be reached.
    """

    data: str
    strategy: str
    epochs: float
    bar: float
    max_tokens: int = 128
    layers: int | None = None
    rate: float = 5e-5
    head_rate: float = 1e-3
    batch_size: int = 8


WORKS = {
    "sms_full": Work("sms_spam", "full", 1, 4.5),
    "sms_full_32": Work("sms_spam", "full", 1, 4.5, batch_size=32),
    "r8_full": Work("reuters_r8", "full", 1, 2.5),
    "r8_frozen": Work("reuters_r8", "frozen_body", 10, 20.0, head_rate=1e-2),
    "r8_top2": Work("reuters_r8", "top_layers", 5, 3.5, layers=2, rate=1e-4),
}
