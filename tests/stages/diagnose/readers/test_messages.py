"""Each known message is found in a line as a library prints it."""

import pytest

from luthier.stages.diagnose.readers.messages import MESSAGES

PRINTED = {
    "weights_not_initialized": """\
Some weights of BertForSequenceClassification were not initialized from the model checkpoint at bert-base-uncased and
- MISSING:	those params were newly initialized because missing from the checkpoint. Consider training on your
""",
    "weights_unused": """\
Some weights of the model checkpoint at roberta-base were not used when initializing RobertaModel: ['lm_head.bias']
- UNEXPECTED:	can be ignored when loading from different task/architecture; not ok if you expect identical arch.
""",
    "weights_mismatched": """\
... from the model checkpoint at x and are newly initialized because the shapes did not match:
classifier.weight | MISMATCH | Reinit due to size mismatch - ckpt: torch.Size([2, 16]) vs model:torch.Size([3, 16])
- MISMATCH:	ckpt weights were loaded, but they did not match the original empty weight shapes.
	size mismatch for classifier.weight: copying a param with shape torch.Size([2, 16]) from checkpoint
""",
    "weights_not_tied": """\
... to tie a to b, but both are present in the checkpoints with different values, so we will NOT tie them.
""",
    "checkpoint_corrupted": """\
This checkpoint seem corrupted. The tied weights mapping for this model specifies to tie a to b
safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata, file not fully covered
""",
    "adapter_keys_missing": """\
UserWarning: Found missing adapter keys while loading the checkpoint: ['base_model.model.classifier.weight'].
Loading adapter weights from out led to missing keys in the model: base_model.model.lora_A.weight
""",
    "adapter_keys_unexpected": """\
Loading adapter weights from out led to unexpected keys not found in the model: base_model.model.x.
""",
    "adapter_target_unmatched": """\
RuntimeWarning: target_modules={'q'} were set but no module was matched.
RuntimeWarning: target_parameters=['q'] were set but no parameter was matched.
ValueError: Target modules {'q_proj'} not found in the base model. Please check the target modules and try again.
ValueError: No modules were targeted for adaptation. This might be caused by a combination of mismatched target modules
""",
    "adapter_on_adapter": """\
UserWarning: Already found a `peft_config` attribute in the model. This will lead to having multiple adapters in the
""",
    "adapter_on_tied_weights": """\
... and the tied_target_modules=['lm_head'] are part of the adapter. This can lead to complications.
UserWarning: Model has `tie_word_embeddings=True` and a tied layer is part of the adapter, but `ensure_weight_tying`
""",
    "adapter_merged_into_quantized": """\
UserWarning: Merge lora module to 4-bit linear may get different generations due to rounding errors.
UserWarning: Merge lora module to 8-bit linear may get different generations due to rounding errors.
""",
    "half_gradients_unscaled": "ValueError: Attempting to unscale FP16 gradients.\n",
    "adapter_shards_incomplete": """\
UserWarning: Adapter 'default': 2 LoRA tensor(s) have invalid shape: x. A 1-D or zero-sized lora_A / lora_B tensor
""",
    "nothing_trainable": """\
trainable params: 0 || all params: 22,713,216 || trainable%: 0.0000
RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn
ValueError: optimizer got an empty parameter list
""",
    "no_matching_columns": """\
ValueError: No columns in the dataset match the model's forward method signature: (input_ids, label). The following
""",
    "columns_ignored": """\
The following columns in the training set don't have a corresponding argument in `BertForSequenceClassification.forward`
""",
    "no_samples": """\
There seems not to be a single sample in your epoch_iterator, stopping training at step 0! This is expected if you're
There seems to be not a single sample in your epoch_iterator, stopping training at step 0! This is expected if you're
""",
    "tokenization_mismatch": "WARNING: tokenization mismatch: 1037 vs. 1055. (ignored)\n",
    "response_key_missing": """\
UserWarning: Could not find response key `### Response:` in the following instance: ### Human: hi
UserWarning: Could not find instruction key `### Human:` in the following instance: hello
UserWarning: Could not find assistant key `[1, 2]` in the following instance: hello
### Label: complaint This instance will be ignored in loss calculation. Note, if this happens often, consider increasing
""",
    "prompt_not_a_prefix": """\
The tokenized prompt is not a prefix of the tokenized prompt+completion, usually because the chat template renders the
UserWarning: Mismatch between tokenized prompt and the start of tokenized prompt+completion. This may be due to
""",
    "end_token_not_learned": """\
The chat template does not include the assistant turn's end-of-turn token in the loss mask; the model may not learn to
""",
    "formatting_ignored": """\
formatting function. Therefore `formatting_func` will be ignored. Either remove the `formatting_func` or pass a dataset
""",
    "rows_dropped": """\
Dropping fully masked examples from train dataset: 100%|####| 100/100 [00:00<00:00, 9000.00 examples/s]
Dropping fully truncated examples from train dataset: 100%|####| 100/100 [00:00<00:00, 9000.00 examples/s]
Dropped lengthy example with length 4096 > 2048.
Dropped invalid example: [{'role': 'user', 'content': 'hi'}]
Dropped 31 samples with no trainable tokens from train dataset
""",
    "sequence_longer_than_maximum": """\
Token indices sequence length is longer than the specified maximum sequence length for this model (812 > 512). Running
""",
    "truncation_without_maximum": """\
Asking to truncate to max_length but no maximum length is provided and the model has no predefined maximum length.
""",
    "padding_token_missing": """\
ValueError: Asking to pad but the tokenizer does not have a padding token. Please select a token to use as `pad_token`
ValueError: Cannot handle batch sizes > 1 if no padding token is defined.
""",
    "special_tokens_added": """\
Special tokens have been added in the vocabulary, make sure the associated word embeddings are fine-tuned or trained.
""",
    "special_tokens_aligned": """\
The tokenizer has new PAD/BOS/EOS tokens that differ from the model config and generation config. Updated tokens:
""",
    "embedding_resized": """\
You are resizing the embedding layer without providing a `pad_to_multiple_of` parameter. This means that the new
The new embeddings will be initialized from a multivariate normal distribution that has old embeddings' mean and
""",
    "new_tokens_without_head": """\
Cloning chat template added new tokens to the tokenizer, but 'lm_head' is not in PEFT's `modules_to_save`.
""",
    "tokenizer_pattern_wrong": """\
The tokenizer you are loading from 'x' with an incorrect regex pattern: https://huggingface.co/mistralai/x. This will
""",
    "offsets_missing": """\
ValueError: word_ids() is not available when using Python based tokenizers
NotImplementedError: return_offset_mapping is not available when using Python tokenizers. To use this feature, change
ValueError: char_to_token() is not available when using non-fast tokenizers (e.g. instance of a `XxxTokenizerFast`
ValueError: This example script only works for models that have a fast tokenizer. Checkout the big table of models at
""",
    "label_out_of_range": """\
IndexError: Target 3 is out of bounds.
nll_loss_forward_reduce_cuda_kernel_2d: block: [0,0,0], thread: [3,0,0] Assertion `t >= 0 && t < n_classes` failed.
""",
    "token_out_of_range": """\
IndexError: index out of range in self
indexSelectLargeIndex: block: [9,0,0], thread: [3,0,0] Assertion `srcIndex < srcSelectDimSize` failed.
""",
    "ignored_label_decoded": """\
OverflowError: out of range integral type conversion attempted
OverflowError: number too small to fit in target type
IndexError: piece id is out of range.
""",
    "loss_missing": """\
ValueError: The model did not return a loss from the inputs, only the following keys: logits. For reference, the inputs
""",
    "label_smoothing_dropped": """\
UserWarning: Label smoothing is not compatible with multi-label classification. Disabling label smoothing for this
""",
    "scheduler_before_optimizer": """\
UserWarning: Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you should
""",
    "rate_before_first_step": """\
tried to get lr value before scheduler/optimizer started stepping, returning lr=0
""",
    "requires_grad_none": """\
UserWarning: None of the inputs have requires_grad=True. Gradients will be None
""",
    "use_cache_with_checkpointing": """\
`use_cache=True` is incompatible with gradient checkpointing. Setting `use_cache=False`...
Caching is incompatible with gradient checkpointing in LlamaDecoderLayer. Setting `use_cache=False`.
""",
    "unused_parameters": """\
RuntimeError: Expected to have finished reduction in the prior iteration before starting a new one. This error indicates
""",
    "amp_overflow": """\
Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to 32768.0
Gradient overflow. Skipping step, loss scaler 0 reducing loss scale to 32768.0
[2022-07-26 19:15:51,159] [INFO] [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 65536, reducing to
[deepspeed] fp16 dynamic loss scale overflow! Rank 0 Skipping step. Attempted loss scale: 65536, reducing to 32768
""",
    "loss_scale_exhausted": """\
Exception: Current loss scale already at minimum - cannot decrease scale anymore. Exiting run.
""",
    "nan_detected": """\
RuntimeError: Function 'LogSoftmaxBackward0' returned nan values in its 0th output.
Warning: NaN or Inf found in input tensor.
Detected inf/nan during batch_number=0
RuntimeError: probability tensor contains either `inf`, `nan` or element < 0
""",
    "cuda_oom": """\
RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB
torch.OutOfMemoryError: Allocation on device
RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`
RuntimeError: MPS backend out of memory (MPS allocated: 9.07 GB)
""",
    "device_assert": "RuntimeError: CUDA error: device-side assert triggered\n",
    "memory_killed": """\
slurmstepd: error: Detected 1 oom-kill event(s) in step 997857.batch cgroup.
slurmstepd: error: Detected 1 oom_kill event in StepId=123.0. Some of the step tasks have been OOM Killed.
srun: error: node-c14: task 0: Out Of Memory
RuntimeError: [enforce fail at alloc_cpu.cpp:75] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9
""",
    "dataloader_killed": """\
RuntimeError: DataLoader worker (pid 4242) is killed by signal: Killed.
RuntimeError: DataLoader worker (pid(s) 4242) exited unexpectedly
""",
    "communication_timeout": """\
[Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=4, OpType=ALLREDUCE)
""",
    "disk_full": "OSError: [Errno 28] No space left on device\n",
    "early_stopping_metric_missing": """\
early stopping required metric_for_best_model, but did not find eval_f1 so early stopping is disabled
""",
    "early_stopping_keeps_last": """\
Using EarlyStoppingCallback without load_best_model_at_end=True. Once training is finished, the best model will not be
""",
    "best_model_missing": """\
Could not locate the best model at out/checkpoint-5/pytorch_model.bin, if you are running a distributed training on
The best checkpoint out/checkpoint-5 recorded in the resumed state does not exist anymore. Ignoring it for this run.
""",
    "undefined_metric": """\
_classification.py:1469: UndefinedMetricWarning: F-score is ill-defined
Precision is ill-defined and being set to 0.0 in labels with no predicted samples. Use `zero_division` parameter
""",
    "not_entity_tags": "UserWarning: person seems not to be NE tag.\n",
    "one_label_scored": "UserWarning: A single label was found in 'y_true' and 'y_pred'. For the confusion matrix\n",
    "right_padding_generation": """\
A decoder-only architecture is being used, but right-padding was detected! For correct generation results, please set
""",
    "max_length_default": """\
Using the model-agnostic default `max_length` (=20) to control the generation length. We recommend setting
UserWarning: Using `max_length`'s default (20) to control the generation length. This behaviour is deprecated
UserWarning: Neither `max_length` nor `max_new_tokens` has been set, `max_length` will default to 20
""",
    "pad_token_set_to_eos": "Setting `pad_token_id` to `eos_token_id`:50256 for open-end generation.\n",
    "attention_mask_not_set": """\
The attention mask and the pad token id were not set. As a consequence, you may observe unexpected behavior.
The attention mask is not set with a batched input, and cannot be inferred from input because pad token is same as eos
The attention mask is not set and cannot be inferred from input because pad token is same as eos token.
We strongly recommend passing in an `attention_mask` since your input_ids may be padded.
""",
    "checkpoint_keys_missing": "There were missing keys in the checkpoint model loaded: ['classifier.weight'].\n",
    "checkpoint_keys_unexpected": "There were unexpected keys in the checkpoint model loaded: ['classifier.weight'].\n",
    "random_state_missing": """\
Didn't find an RNG file, if you are resuming a training that was launched in a distributed fashion, reproducibility is
Didn't manage to set back the RNG states of the GPU because of the following error:
""",
    "settings_differ_from_checkpoint": """\
Warning: The following arguments do not match the ones in the `trainer_state.json` within the checkpoint directory:
""",
    "version_differs_from_checkpoint": """\
You are resuming training from a checkpoint trained with 4.40.0 of Transformers but your current version is 5.24.0.
""",
    "adapter_checkpoint_incomplete": """\
The intermediate checkpoints of PEFT may not be saved correctly, consider using a custom callback to save
""",
}  # fmt: skip


def test_every_message_has_its_lines() -> None:
    """No message without an example, no example without a message."""
    assert PRINTED.keys() == MESSAGES.keys()


@pytest.mark.parametrize("name", MESSAGES)
def test_wordings(name: str) -> None:
    """Each example holds its message, and each wording stands in an example."""
    printed = PRINTED[name].splitlines()

    assert [line for line in printed if not any(wording in line for wording in MESSAGES[name])] == []
    assert [wording for wording in MESSAGES[name] if not any(wording in line for line in printed)] == []


def test_healthy_lines_hold_no_message() -> None:
    """What every healthy run prints is no message."""
    healthy = (
        "***** Running training *****",
        "  Num examples = 1,000",
        "{'loss': '0.69', 'grad_norm': '1.2', 'learning_rate': '5e-05', 'epoch': '0.5'}",
        "100%|##########| 375/375 [00:41<00:00,  9.02it/s]",
        "trainable params: 294,912 || all params: 124,734,720 || trainable%: 0.2364",
        "Saving model checkpoint to out/checkpoint-375",
        "Map: 100%|##########| 1000/1000 [00:00<00:00, 31250.00 examples/s]",
    )

    assert [line for line in healthy for texts in MESSAGES.values() if any(text in line for text in texts)] == []
