"""Fine-tunes of a tiny encoder-decoder, as they go wrong."""

import re
from typing import Any, ClassVar

import numpy as np
from datasets import Dataset
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    DataCollatorForSeq2Seq,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    T5Config,
    T5ForConditionalGeneration,
    set_seed,
)

from benchmarks.detection.fit import Written


class Summarize(Written):
    """A healthy fine-tune: write the first words of a text and its label."""

    words: ClassVar[int] = 6

    def rows(self) -> list[tuple[str, str]]:
        """Source and target."""
        train, _ = self.ground.rows()
        split = [(text.split(), label) for text, label in train]
        return [(" ".join(words[:40]), f"{' '.join((words * 2)[: self.words])} ; {label}") for words, label in split]

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """Words of the rows, an end token behind each text."""
        from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

        made = Tokenizer(models.WordPiece(unk_token="<unk>"))
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        special = ["<pad>", "</s>", "<unk>", "<s>"]
        made.train_from_iterator(
            [text for row in self.rows() for text in row],
            trainers.WordPieceTrainer(vocab_size=3000, special_tokens=special),
        )
        made.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
        return PreTrainedTokenizerFast(
            tokenizer_object=made, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", bos_token="<s>"
        )

    def model(self, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
        """A tiny T5 for setting thresholds, a tiny BART for scoring."""
        set_seed(self.ground.seed)
        if self.ground.model == "minilm":
            return T5ForConditionalGeneration(
                T5Config(
                    vocab_size=len(tokenizer),
                    d_model=64,
                    d_kv=16,
                    d_ff=128,
                    num_layers=2,
                    num_heads=4,
                    decoder_start_token_id=0,
                    pad_token_id=0,
                    eos_token_id=1,
                )
            )
        return BartForConditionalGeneration(
            BartConfig(
                vocab_size=len(tokenizer),
                d_model=64,
                encoder_layers=2,
                decoder_layers=2,
                encoder_attention_heads=4,
                decoder_attention_heads=4,
                encoder_ffn_dim=128,
                decoder_ffn_dim=128,
                max_position_embeddings=256,
                pad_token_id=0,
                eos_token_id=1,
                bos_token_id=3,
                decoder_start_token_id=3,
                forced_eos_token_id=1,
            )
        )

    def encode(self, rows: list[tuple[str, str]], tokenizer: PreTrainedTokenizerBase) -> Dataset:
        """Token ids of source and target."""
        made = tokenizer([source for source, _ in rows], truncation=True, max_length=96)
        labels = tokenizer([target for _, target in rows], truncation=True, max_length=64)["input_ids"]
        kept = {name: made[name] for name in ("input_ids", "attention_mask")}
        return Dataset.from_dict({**kept, "labels": labels})

    def collator(self, tokenizer: PreTrainedTokenizerBase, model: PreTrainedModel) -> Any:
        """Pads labels with the ignore index."""
        return DataCollatorForSeq2Seq(tokenizer, model=model)

    def metrics(self, tokenizer: PreTrainedTokenizerBase) -> Any:
        """Mean agreement of what was generated with what was wanted."""

        def score(predicted: Any) -> dict[str, float]:
            labels = np.where(predicted.label_ids < 0, tokenizer.pad_token_id, predicted.label_ids)
            guesses = np.where(predicted.predictions < 0, tokenizer.pad_token_id, predicted.predictions)
            pairs = zip(
                tokenizer.batch_decode(guesses, skip_special_tokens=True),
                tokenizer.batch_decode(labels, skip_special_tokens=True),
                strict=True,
            )
            return {"rouge1": float(np.mean([self.agreement(guess, gold) for guess, gold in pairs]))}

        return score

    def agreement(self, guess: str, gold: str) -> float:
        """Share of the words of the gold text that were written."""
        wanted = set(gold.split())
        return len(set(guess.split()) & wanted) / max(1, len(wanted))

    def arguments(self) -> dict[str, Any]:
        """Settings of Seq2SeqTrainingArguments."""
        return super().arguments() | {
            "learning_rate": 3e-3,
            "num_train_epochs": 4,
            "per_device_eval_batch_size": 40,
            "predict_with_generate": True,
            "generation_max_length": 64,
        }

    def run(self) -> None:
        """Train and save."""
        rows = self.rows()
        self.write_rows([{"source": source, "target": target} for source, target in rows])
        tokenizer, (train, scored) = self.tokenizer(), self.parted(rows)
        model = self.model(tokenizer)
        trainer = Seq2SeqTrainer(
            model=model,
            args=Seq2SeqTrainingArguments(str(self.ground.output), **self.arguments()),
            train_dataset=self.encode(train, tokenizer),
            eval_dataset=self.encode(scored, tokenizer),
            data_collator=self.collator(tokenizer, model),
            processing_class=tokenizer,
            compute_metrics=self.metrics(tokenizer),
        )
        trainer.train()
        self.save(trainer)


class PaddingLearned(Summarize):
    """Labels are padded with the pad id, and the loss counts it."""

    cause, family, needs = "padding_in_loss", "supervision", "batches"

    def collator(self, tokenizer: PreTrainedTokenizerBase, model: PreTrainedModel) -> Any:
        """Pads labels with the pad id, to the limit."""
        return DataCollatorForSeq2Seq(
            tokenizer, model=model, label_pad_token_id=tokenizer.pad_token_id, padding="max_length", max_length=64
        )


class LengthDefault(Summarize):
    """Generation at evaluation stops at the library's default length."""

    cause, family, needs = "length_limit_default", "generation", "data"
    words: ClassVar[int] = 26

    def arguments(self) -> dict[str, Any]:
        """No limit set."""
        return {name: value for name, value in super().arguments().items() if name != "generation_max_length"}


class AlwaysZero(Summarize):
    """The metric compares what can never be equal."""

    cause, family, needs = "score_exactly_zero", "evaluation", "log"

    def agreement(self, guess: str, gold: str) -> float:
        """A list of texts against a text."""
        return float([guess] == gold)


class StartMoved(Summarize):
    """The config that is saved starts the decoder with another token than training did."""

    cause, family = "decoder_start_wrong", "generation"

    def save(self, trainer: Seq2SeqTrainer) -> None:
        """The end token, which other models start with."""
        for config in (trainer.model.config, trainer.model.generation_config):
            config.decoder_start_token_id = 2
        super().save(trainer)


class TargetsCut(Summarize):
    """Targets are cut where nobody looked."""

    cause, family, needs = "target_truncated", "supervision", "batches"
    words: ClassVar[int] = 26

    def encode(self, rows: list[tuple[str, str]], tokenizer: PreTrainedTokenizerBase) -> Dataset:
        """At sixteen tokens."""
        return super().encode(rows, tokenizer).map(lambda row: {"labels": row["labels"][:16]})

    def arguments(self) -> dict[str, Any]:
        """As the script has it in its settings."""
        return super().arguments() | {"generation_max_length": 64}


class SourceMissing(Summarize):
    """Empty targets among the rows."""

    cause, family, needs = "target_empty", "data", "data"

    def rows(self) -> list[tuple[str, str]]:
        """A fifth of them."""
        return [(source, "" if place % 5 == 0 else target) for place, (source, target) in enumerate(super().rows())]


class RateOfEncoders(Summarize):
    """A rate for encoders under a model that is new, with few steps."""

    cause, family = "rate_unsuited_to_family", "rate"
    also = ("too_few_steps", "rate_never_arrives")

    def arguments(self) -> dict[str, Any]:
        """2e-6."""
        return super().arguments() | {"learning_rate": 2e-6}


class OtherScript(Summarize):
    """ROUGE, which reads Latin letters and digits alone, on texts in another script."""

    cause, family = "rouge_drops_script", "evaluation"
    also = ("score_exactly_zero",)

    def rows(self) -> list[tuple[str, str]]:
        """Every letter a Cyrillic one, labels too."""
        table = {ord(a): b for a, b in zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстувшыцз", strict=True)}
        kept = [(source.lower().translate(table), target.lower().translate(table)) for source, target in super().rows()]
        return [(_letters(source), _letters(target)) for source, target in kept]

    def agreement(self, guess: str, gold: str) -> float:
        """As ROUGE splits words."""
        return super().agreement(" ".join(re.findall("[a-z0-9]+", guess)), " ".join(re.findall("[a-z0-9]+", gold)))


def _letters(text: str) -> str:
    return " ".join(re.findall("[а-я]+", text)) or "а"
