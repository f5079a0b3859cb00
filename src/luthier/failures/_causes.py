"""Causes that several symptoms share, in the order in which equally sure ones are named."""

RUINED = (
    "loss_not_finite",
    "labels_shuffled",
    "rate_never_arrives",
    "frozen_encoder_tiny_rate",
    "rate_too_high_collapse",
)
"""What ruins the training of any model."""

NOT_LEARNED = (
    *RUINED,
    "rows_sorted_by_label",
    "rate_runs_out",
    "rate_unsuited_to_family",
    "parameters_never_updated",
    "majority_by_optimiser",
    "unlucky_seed",
    "optimiser_without_bias_correction",
    "too_few_steps",
    "rows_identical_after_truncation",
    "unknown_tokens",
    "adapter_without_head",
    "adapter_untouched",
    "adapter_targets_too_few",
    "half_precision_weights",
    "updates_lost_in_low_precision",
    "tokenizer_of_another_model",
    "language_not_covered",
    "regression_by_accident",
    "accumulation_scales_loss",
    "outputs_unlike_labels",
)
"""Why a classifier guesses: its loss stays at that of guessing, one class is predicted, no baseline is beaten."""
