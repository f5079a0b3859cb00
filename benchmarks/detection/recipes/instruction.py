"""Instruction tuning of a tiny causal model with TRL, and with the plain Trainer, as it goes wrong."""

from pathlib import Path
from typing import Any, ClassVar

from datasets import Dataset
from peft import LoraConfig
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    DataCollatorForLanguageModeling,
    DataCollatorForSeq2Seq,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
    Trainer,
    TrainingArguments,
    set_seed,
)
from trl import SFTConfig, SFTTrainer

from benchmarks.detection.fit import Written

TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|end|>' }}{% endgeneration %}"
    "{% else %}{{ message['content'] + '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
SPECIAL = ["<|pad|>", "<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]


class Instruct(Written):
    """A healthy instruction tuning: name the topic of a text."""

    adapter: ClassVar[bool] = False

    def rows(self) -> list[dict[str, Any]]:
        """Conversations of three turns."""
        train, _ = self.ground.rows()
        return [
            {
                "messages": [
                    {"role": "system", "content": "You sort messages."},
                    {"role": "user", "content": " ".join(text.split()[:24])},
                    {"role": "assistant", "content": f"This is about {label.replace('_', ' ')}."},
                ]
            }
            for text, label in train
        ]

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """Byte-level, learned on the rows; a pad token of its own."""
        made = Tokenizer(models.BPE(byte_fallback=False))
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = decoders.ByteLevel()
        texts = [turn["content"] for row in self.rows() for turn in row["messages"]]
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        made.train_from_iterator(
            texts, trainers.BpeTrainer(vocab_size=1500, special_tokens=SPECIAL, initial_alphabet=alphabet)
        )
        own = PreTrainedTokenizerFast(
            tokenizer_object=made, pad_token="<|pad|>", bos_token="<|begin|>", eos_token="<|end|>"
        )
        own.chat_template = TEMPLATE
        own.model_max_length = 512
        return own

    def model(self, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
        """A tiny GPT-2 for setting thresholds, a tiny Llama for scoring."""
        ids = {
            "pad_token_id": tokenizer.pad_token_id,
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
        }
        set_seed(self.ground.seed)
        if self.ground.model == "minilm":
            return GPT2LMHeadModel(
                GPT2Config(vocab_size=len(tokenizer), n_positions=512, n_embd=64, n_layer=2, n_head=4, **ids)
            )
        return LlamaForCausalLM(
            LlamaConfig(
                vocab_size=len(tokenizer),
                max_position_embeddings=512,
                hidden_size=96,
                intermediate_size=192,
                num_hidden_layers=3,
                num_attention_heads=4,
                num_key_value_heads=2,
                **ids,
            )
        )

    def arguments(self) -> dict[str, Any]:
        """Settings of SFTConfig."""
        return super().arguments() | {
            "learning_rate": 3e-3,
            "max_length": 256,
            "assistant_only_loss": True,
            "bf16": False,
            "gradient_checkpointing": False,
        }

    def extras(self) -> dict[str, Any]:
        """An adapter, where there is one."""
        targets = ["c_attn"] if self.ground.model == "minilm" else ["q_proj", "v_proj"]
        config = LoraConfig(r=8, lora_alpha=16, target_modules=targets, task_type="CAUSAL_LM")
        return {"peft_config": config} if self.adapter else {}

    @property
    def base(self) -> Path | None:
        """What an adapter stands on."""
        return self.ground.folder / "base" if self.adapter else None

    def started(self, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
        """The model; for an adapter one that was trained a little and lies on disk, as adapters need."""
        model = self.model(tokenizer)
        if self.adapter:
            folder = str(self.base)
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            model = type(model).from_pretrained(folder)
        return model

    def run(self) -> None:
        """Train with TRL and save."""
        rows = self.rows()
        self.write_rows(rows)
        tokenizer, (train, scored) = self.tokenizer(), self.parted(rows)
        trainer = SFTTrainer(
            model=self.started(tokenizer),
            args=SFTConfig(str(self.ground.output), **self.arguments()),
            train_dataset=Dataset.from_list(train),
            eval_dataset=Dataset.from_list(scored),
            processing_class=tokenizer,
            **self.extras(),
        )
        trainer.train()
        self.save(trainer)


class CompletionGone(Instruct):
    """Prompts fill the length limit."""

    cause, family, needs = "completion_truncated_away", "supervision", "data"

    def rows(self) -> list[dict[str, Any]]:
        """A long system prompt."""
        rows = super().rows()
        for row in rows:
            row["messages"][0]["content"] = "You sort messages by their topic and name it in one sentence. " * 3
        return rows

    def arguments(self) -> dict[str, Any]:
        """A limit below the prompt of most rows."""
        return super().arguments() | {"max_length": 64}


class TargetCut(Instruct):
    """Answers are cut by the limit."""

    cause, family, needs = "target_truncated", "supervision", "data"
    also = ("text_cut_by_default",)

    def rows(self) -> list[dict[str, Any]]:
        """Long answers."""
        rows = super().rows()
        for row in rows:
            row["messages"][2]["content"] += " It was sent by a customer who waits for an answer from us." * 4
        return rows

    def arguments(self) -> dict[str, Any]:
        """A limit in the middle of most answers."""
        return super().arguments() | {"max_length": 72}


class RefusalsLearned(Instruct):
    """A tenth of the answers are refusals of another model."""

    cause, family, needs = "refusals_in_targets", "data", "data"

    def rows(self) -> list[dict[str, Any]]:
        """As an AI language model …"""
        rows = super().rows()
        for row in rows[::8]:
            row["messages"][2]["content"] = "I'm sorry, but as an AI language model I cannot help with that request."
        return rows


class EmptyTargets(Instruct):
    """Answers that are empty."""

    cause, family, needs = "target_empty", "data", "data"

    def rows(self) -> list[dict[str, Any]]:
        """A sixth of them."""
        rows = super().rows()
        for row in rows[::6]:
            row["messages"][2]["content"] = ""
        return rows


class _Plain(Instruct):
    """The same rows through the plain Trainer, rendered and tokenised by hand."""

    def texts(self) -> list[str]:
        """Rendered conversations."""
        return [
            "".join(f"<|{turn['role']}|>{turn['content']}<|end|>" for turn in row["messages"]) for row in self.rows()
        ]

    def collator(self, tokenizer: PreTrainedTokenizerBase) -> Any:
        """The collator of language modelling."""
        return DataCollatorForLanguageModeling(tokenizer, mlm=False)

    def encode(self, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> Dataset:
        """Token ids."""
        return Dataset.from_dict(dict(tokenizer(texts, truncation=True, max_length=256)))

    def run(self) -> None:
        """Train with Trainer and save."""
        self.write_rows(self.rows())
        tokenizer, (train, scored) = self.tokenizer(), self.parted(self.texts())
        settings = {
            name: value
            for name, value in self.arguments().items()
            if name not in ("max_length", "assistant_only_loss", "packing")
        }
        trainer = Trainer(
            model=self.started(tokenizer),
            args=TrainingArguments(str(self.ground.output), **settings),
            train_dataset=self.encode(train, tokenizer),
            eval_dataset=self.encode(scored, tokenizer),
            data_collator=self.collator(tokenizer),
            processing_class=tokenizer,
        )
        trainer.train()
        self.save(trainer)


class WrongTurnLearned(_Plain):
    """Labels by hand that keep the words of the user, whose turn has the same mark in another template."""

    cause, family, needs = "wrong_roles_in_loss", "supervision", "batches"

    def encode(self, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> Dataset:
        """What stands behind the answer's mark is masked instead of what stands before it."""
        answer = tokenizer.convert_tokens_to_ids("<|assistant|>")

        def masked(row: dict[str, list[int]]) -> dict[str, list[int]]:
            begin = row["input_ids"].index(answer) + 1
            return {"labels": [*row["input_ids"][:begin], *[-100] * (len(row["input_ids"]) - begin)]}

        return super().encode(texts, tokenizer).map(masked)

    def collator(self, tokenizer: PreTrainedTokenizerBase) -> Any:
        """One that leaves labels alone."""
        return DataCollatorForSeq2Seq(tokenizer)


class EndMasked(_Plain):
    """Pad is the end token, and the collator masks every pad."""

    cause, family, needs = "end_token_masked_as_padding", "supervision", "batches"

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """pad = eos, as tutorials have it."""
        tokenizer = super().tokenizer()
        tokenizer.pad_token = tokenizer.eos_token
        return tokenizer


class NoEnd(_Plain):
    """The formatting forgot the end token of the answer."""

    cause, family, needs = "no_end_token_in_targets", "supervision", "data"

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """A template that puts no end behind the answer."""
        tokenizer = super().tokenizer()
        tokenizer.chat_template = TEMPLATE.replace(
            "{{ message['content'] + '<|end|>' }}{% endgeneration %}", "{{ message['content'] }}{% endgeneration %}"
        )
        return tokenizer

    def texts(self) -> list[str]:
        """Without the last end."""
        return [text.removesuffix("<|end|>") for text in super().texts()]


class TwoBegins(_Plain):
    """The template writes BOS, and the tokenizer adds another."""

    cause, family, needs = "two_bos_tokens", "tokenization", "batches"

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """Adds BOS by itself, and its template has one."""
        from tokenizers.processors import TemplateProcessing

        tokenizer = super().tokenizer()
        begin = tokenizer.bos_token_id
        tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
            single="<|begin|> $A", special_tokens=[("<|begin|>", begin)]
        )
        tokenizer.chat_template = "{{ bos_token }}" + TEMPLATE
        return tokenizer

    def texts(self) -> list[str]:
        """Rendered with BOS."""
        return ["<|begin|>" + text for text in super().texts()]


class InstructRateTiny(Instruct):
    """LoRA at a rate for full tuning."""

    cause, family, also = "rate_unsuited_to_family", "rate", ("adapter_untouched",)
    adapter: ClassVar[bool] = True

    def arguments(self) -> dict[str, Any]:
        """1e-6."""
        return super().arguments() | {"learning_rate": 1e-6}


class EndDiffers(Instruct):
    """Generation stops at another token than the one that was learned."""

    cause, family = "end_token_differs_at_generation", "generation"

    def save(self, trainer: Trainer) -> None:
        """The generation config names BOS as end."""
        model = trainer.model
        model.generation_config.eos_token_id = trainer.processing_class.bos_token_id
        super().save(trainer)


class TemplateLost(Instruct):
    """The chat template is not saved with the model, only with its checkpoint."""

    cause, family = "template_lost_in_export", "saving"
    also = ("template_differs_at_use",)

    def save(self, trainer: Trainer) -> None:
        """Without it."""
        super().save(trainer)
        (self.ground.output / "chat_template.jinja").unlink()


class PromptsLearned(_Plain):
    """Labels with masked prompts are made by hand, and the collator for language modelling makes its own."""

    cause, family, needs = "collator_overwrites_labels", "supervision", "batches"
    also = ("wrong_roles_in_loss",)

    def encode(self, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> Dataset:
        """Everything before the answer is masked; rows are padded, since this collator does not pad labels."""
        made = Dataset.from_dict(dict(tokenizer(texts, truncation=True, max_length=128, padding="max_length")))
        answer = tokenizer.convert_tokens_to_ids("<|assistant|>")

        def masked(row: dict[str, list[int]]) -> dict[str, list[int]]:
            begin = row["input_ids"].index(answer) + 1
            return {"labels": [-100] * begin + row["input_ids"][begin:]}

        return made.map(masked)


class ShiftedTwice(_Plain):
    """Labels are moved by hand; the model moves them again."""

    cause, family, needs = "labels_shifted_twice", "supervision", "batches"

    def encode(self, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> Dataset:
        """Each label is the next id."""
        return super().encode(texts, tokenizer).map(lambda row: {"labels": [*row["input_ids"][1:], -100]})

    def collator(self, tokenizer: PreTrainedTokenizerBase) -> Any:
        """One that leaves labels alone."""
        return DataCollatorForSeq2Seq(tokenizer)


class PackedAcross(Instruct):
    """Packed with an attention that sees the whole row."""

    cause, family = "packing_crosses_examples", "supervision"

    def arguments(self) -> dict[str, Any]:
        """Packed; the model's attention is the usual one."""
        packed = {"packing": True, "packing_strategy": "wrapped", "num_train_epochs": 16}
        return super().arguments() | packed | {"assistant_only_loss": False}


class CutByDefault(Instruct):
    """A length limit that nobody chose lies below most conversations."""

    cause, family, needs = "text_cut_by_default", "supervision", "data"
    also = ("completion_truncated_away", "target_truncated")

    def rows(self) -> list[dict[str, Any]]:
        """A second exchange, which lies behind the limit."""
        rows = super().rows()
        for row in rows:
            row["messages"] += [
                {"role": "user", "content": "And what would you answer to it, in a few friendly words?"},
                {"role": "assistant", "content": "Thank you for writing to us, we shall answer you within a day."},
            ]
        return rows

    def arguments(self) -> dict[str, Any]:
        """Room for the first exchange."""
        return super().arguments() | {"max_length": 60}


class NewTokensFrozen(Instruct):
    """New tokens whose embeddings no adapter trains."""

    cause, family = "adapter_new_tokens_frozen", "adapter"
    also = ("template_tokens_untrained",)
    adapter: ClassVar[bool] = True

    def started(self, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
        """A base without the tokens of the turns; they are added for the tuning."""
        model = super().started(tokenizer)
        tokenizer.add_special_tokens({"additional_special_tokens": ["<|turn|>", "<|over|>"]})
        tokenizer.chat_template = TEMPLATE.replace("<|end|>", "<|over|><|end|>")
        model.resize_token_embeddings(len(tokenizer))
        return model


class RateOfDecoders(Instruct):
    """A tiny model tuned at a rate that breaks it: the loss stays where it began or worse."""

    cause, family = "rate_too_high_collapse", "rate"

    def arguments(self) -> dict[str, Any]:
        """A hundred times too much, without warmup or clipping."""
        return super().arguments() | {"learning_rate": 0.5, "warmup_steps": 0, "max_grad_norm": 0.0}


class RolesMisnamed(Instruct):
    """Speakers under other names than those that the template knows."""

    cause, family, needs = "wrong_roles_in_data", "data", "data"

    def rows(self) -> list[dict[str, Any]]:
        """ "human" and "gpt" under the keys of another convention."""
        names = {"user": "human", "assistant": "gpt", "system": "system"}
        return [
            {"messages": [{"role": names[turn["role"]], "content": turn["content"]} for turn in row["messages"]]}
            for row in super().rows()
        ]

    def arguments(self) -> dict[str, Any]:
        """All tokens, since no turn is an assistant's."""
        return super().arguments() | {"assistant_only_loss": False}
