"""Messages of training libraries that a person overlooks in a console, by name.

The wording is that of the libraries themselves (Transformers 4.0 to 5.24, TRL to 1.16, PEFT to 0.21, torch to 2.13,
Accelerate, DeepSpeed, Apex, scikit-learn, seqeval), the old one too where it changed. A text counts where a line holds
it, letter by letter: there is no pattern that a strange line could make slow. Above each message stands where it is
written, or the report of someone who overlooked it.
"""

from collections.abc import Mapping
from types import MappingProxyType

MESSAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # transformers/modeling_utils.py; 5.x: utils/loading_report.py; transformers#5421
        "weights_not_initialized": (
            "were not initialized from the model checkpoint at",
            "newly initialized because missing from the checkpoint",
        ),
        # transformers/modeling_utils.py; 5.x: utils/loading_report.py; transformers#5403
        "weights_unused": (
            "were not used when initializing",
            "can be ignored when loading from different task/architecture",
        ),
        # transformers/modeling_utils.py; 5.x: utils/loading_report.py; torch.nn.Module.load_state_dict
        "weights_mismatched": (
            "newly initialized because the shapes did not match",
            "Reinit due to size mismatch",
            "did not match the original empty weight shapes",
            "size mismatch for ",
        ),
        # transformers/modeling_utils.py, tie_weights
        "weights_not_tied": ("so we will NOT tie them", "both are present in the checkpoints with different values"),
        # transformers/modeling_utils.py; safetensors
        "checkpoint_corrupted": ("This checkpoint seem corrupted", "Error while deserializing header"),
        # peft/peft_model.py; transformers/integrations/peft.py
        "adapter_keys_missing": (
            "Found missing adapter keys while loading the checkpoint",
            "led to missing keys in the model",
        ),
        # transformers/integrations/peft.py
        "adapter_keys_unexpected": ("led to unexpected keys not found in the model",),
        # peft/tuners/tuners_utils.py
        "adapter_target_unmatched": (
            "were set but no module was matched",
            "were set but no parameter was matched",
            "not found in the base model. Please check the target modules",
            "No modules were targeted for adaptation",
        ),
        # peft/tuners/tuners_utils.py
        "adapter_on_adapter": ("Already found a `peft_config` attribute in the model",),
        # peft/tuners/tuners_utils.py
        "adapter_on_tied_weights": (
            "are part of the adapter. This can lead to complications",
            "and a tied layer is part of the adapter",
        ),
        # peft/tuners/lora/bnb.py
        "adapter_merged_into_quantized": ("Merge lora module to 4-bit linear", "Merge lora module to 8-bit linear"),
        # torch/amp/grad_scaler.py
        "half_gradients_unscaled": ("Attempting to unscale FP16 gradients",),
        # peft/utils/save_and_load.py
        "adapter_shards_incomplete": ("LoRA tensor(s) have invalid shape",),
        # peft/peft_model.py; torch.autograd
        "nothing_trainable": (
            "trainable params: 0 ||",
            "does not require grad and does not have a grad_fn",
            "optimizer got an empty parameter list",
        ),
        # transformers/trainer.py
        "no_matching_columns": ("No columns in the dataset match the model's forward method signature",),
        # transformers/trainer.py; transformers#10219
        "columns_ignored": ("don't have a corresponding argument in",),
        # transformers/trainer.py
        "no_samples": (
            "There seems not to be a single sample in your epoch_iterator",
            "There seems to be not a single sample in your epoch_iterator",
        ),
        # lm-sys/FastChat#500; transformers#29126
        "tokenization_mismatch": ("WARNING: tokenization mismatch:",),
        # trl to 0.19, DataCollatorForCompletionOnlyLM; foundation-model-stack/fms-hf-tuning#18
        "response_key_missing": (
            "Could not find response key",
            "Could not find instruction key",
            "Could not find assistant key",
            "This instance will be ignored in loss calculation",
        ),
        # trl/trainer/sft_trainer.py
        "prompt_not_a_prefix": (
            "is not a prefix of the tokenized prompt+completion",
            "Mismatch between tokenized prompt and the start of tokenized prompt+",
        ),
        # trl/trainer/sft_trainer.py
        "end_token_not_learned": ("does not include the assistant turn's end-of-turn token in the loss mask",),
        # trl/trainer/sft_trainer.py
        "formatting_ignored": ("Therefore `formatting_func` will be ignored",),
        # trl/trainer/sft_trainer.py, dpo_trainer.py; LLaMA-Factory data/processor; Axolotl utils/trainer.py
        "rows_dropped": (
            "Dropping fully masked examples",
            "Dropping fully truncated examples",
            "Dropped lengthy example with length",
            "Dropped invalid example",
            "samples with no trainable tokens from",
        ),
        # transformers/tokenization_utils_base.py
        "sequence_longer_than_maximum": (
            "Token indices sequence length is longer than the specified maximum sequence length",
        ),
        # transformers/tokenization_utils_base.py to 4.57
        "truncation_without_maximum": ("Asking to truncate to max_length but no maximum length is provided",),
        # transformers/tokenization_utils_base.py; modeling_layers.py
        "padding_token_missing": (
            "Asking to pad but the tokenizer does not have a padding token",
            "Cannot handle batch sizes > 1 if no padding token is defined",
        ),
        # transformers/tokenization_utils_base.py to 4.57
        "special_tokens_added": (
            "Special tokens have been added in the vocabulary, make sure the associated word embeddings are",
        ),
        # transformers/trainer_utils.py
        "special_tokens_aligned": ("The tokenizer has new PAD/BOS/EOS tokens that differ from the model config",),
        # transformers/modeling_utils.py
        "embedding_resized": (
            "You are resizing the embedding layer without providing a `pad_to_multiple_of`",
            "The new embeddings will be initialized from a multivariate normal distribution",
        ),
        # trl/trainer/sft_trainer.py
        "new_tokens_without_head": (
            "Cloning chat template added new tokens to the tokenizer, but 'lm_head' is not in PEFT's",
        ),
        # transformers/tokenization_utils_base.py 4.57
        "tokenizer_pattern_wrong": ("with an incorrect regex pattern",),
        # transformers/tokenization_utils_base.py, tokenization_python.py; the examples for tags and questions
        "offsets_missing": (
            "is not available when using Python based tokenizers",
            "return_offset_mapping is not available when using Python tokenizers",
            "is not available when using non-fast tokenizers",
            "only works for models that have a fast tokenizer",
        ),
        # torch.nn.functional.cross_entropy
        "label_out_of_range": ("IndexError: Target ", "Assertion `t >= 0 && t < n_classes` failed"),
        # torch.nn.functional.embedding
        "token_out_of_range": ("index out of range in self", "Assertion `srcIndex < srcSelectDimSize` failed"),
        # tokenizers, at Tokenizer.decode_batch with -100; sentencepiece
        "ignored_label_decoded": (
            "OverflowError: out of range integral type conversion attempted",
            "OverflowError: number too small to fit in target type",
            "IndexError: piece id is out of range",
        ),
        # transformers/trainer.py
        "loss_missing": ("The model did not return a loss from the inputs",),
        # transformers/trainer.py
        "label_smoothing_dropped": ("Label smoothing is not compatible with multi-label classification",),
        # torch/optim/lr_scheduler.py
        "scheduler_before_optimizer": ("`lr_scheduler.step()` before `optimizer.step()`",),
        # transformers/trainer.py
        "rate_before_first_step": ("tried to get lr value before scheduler/optimizer started stepping",),
        # torch/utils/checkpoint.py
        "requires_grad_none": ("None of the inputs have requires_grad=True",),
        # transformers/modeling_layers.py
        "use_cache_with_checkpointing": (
            "`use_cache=True` is incompatible with gradient checkpointing",
            "Caching is incompatible with gradient checkpointing",
        ),
        # torch/nn/parallel/distributed.py
        "unused_parameters": ("Expected to have finished reduction in the prior iteration before starting a new one",),
        # Apex amp/handle.py; deepspeed/runtime/fp16/loss_scaler.py
        "amp_overflow": (
            "Gradient overflow.  Skipping step",
            "Gradient overflow. Skipping step",
            "OVERFLOW! Rank",
            "loss scale overflow! Rank",
        ),
        # deepspeed/runtime/fp16/loss_scaler.py
        "loss_scale_exhausted": ("loss scale already at minimum",),
        # torch.autograd anomaly mode; tensorboardX; transformers/debug_utils.py; torch.multinomial
        "nan_detected": (
            "returned nan values in its",
            "NaN or Inf found in input tensor",
            "Detected inf/nan during batch_number=",
            "probability tensor contains either `inf`, `nan`",
        ),
        # torch.cuda
        "cuda_oom": (
            "CUDA out of memory",
            "OutOfMemoryError",
            "CUBLAS_STATUS_ALLOC_FAILED",
            "MPS backend out of memory",
        ),
        # torch.cuda
        "device_assert": ("device-side assert triggered",),
        # slurmstepd
        "memory_killed": (
            "oom-kill event",
            "oom_kill event",
            "Out Of Memory",
            "DefaultCPUAllocator: can't allocate memory",
        ),
        # torch/utils/data/dataloader.py
        "dataloader_killed": ("is killed by signal", "exited unexpectedly"),
        # torch.distributed, NCCL
        "communication_timeout": ("Watchdog caught collective operation timeout",),
        # the operating system
        "disk_full": ("No space left on device",),
        # transformers/trainer_callback.py
        "early_stopping_metric_missing": ("early stopping required metric_for_best_model",),
        # transformers/trainer_callback.py
        "early_stopping_keeps_last": ("Using EarlyStoppingCallback without load_best_model_at_end=True",),
        # transformers/trainer.py
        "best_model_missing": (
            "Could not locate the best model at",
            "recorded in the resumed state does not exist anymore",
        ),
        # sklearn/metrics/_classification.py
        "undefined_metric": ("ill-defined and being set to", "UndefinedMetricWarning"),
        # seqeval/metrics/sequence_labeling.py
        "not_entity_tags": ("seems not to be NE tag",),
        # sklearn/metrics/_classification.py
        "one_label_scored": ("A single label was found in 'y_true' and 'y_pred'",),
        # transformers/generation/utils.py
        "right_padding_generation": ("right-padding was detected",),
        # transformers/generation/utils.py
        "max_length_default": (
            "Using the model-agnostic default `max_length`",
            "Using `max_length`'s default",
            "Neither `max_length` nor `max_new_tokens` has been set",
        ),
        # transformers/generation/utils.py
        "pad_token_set_to_eos": ("Setting `pad_token_id` to",),
        # transformers/generation/utils.py; modeling_utils.py
        "attention_mask_not_set": (
            "The attention mask and the pad token id were not set",
            "The attention mask is not set with a batched input",
            "The attention mask is not set and cannot be inferred",
            "We strongly recommend passing in an `attention_mask`",
        ),
        # transformers/trainer.py
        "checkpoint_keys_missing": ("There were missing keys in the checkpoint model loaded",),
        # transformers/trainer.py
        "checkpoint_keys_unexpected": ("There were unexpected keys in the checkpoint model loaded",),
        # transformers/trainer.py, _load_rng_state
        "random_state_missing": ("Didn't find an RNG file", "Didn't manage to set back the RNG states"),
        # transformers/trainer_utils.py
        "settings_differ_from_checkpoint": (
            "The following arguments do not match the ones in the `trainer_state.json`",
        ),
        # transformers/trainer.py
        "version_differs_from_checkpoint": ("You are resuming training from a checkpoint trained with",),
        # transformers/trainer.py; peft#96
        "adapter_checkpoint_incomplete": ("The intermediate checkpoints of PEFT may not be saved correctly",),
    }
)
"""Name of a message to its wordings; a line that holds one of them holds the message."""
