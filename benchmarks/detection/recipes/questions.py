"""Questions whose answer is a span of the context. Everything that a class does not say is healthy."""

from pathlib import Path
from typing import Any, ClassVar

from datasets import Dataset
from transformers import (
    AutoModelForQuestionAnswering,
    AutoTokenizer,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
    default_data_collator,
    set_seed,
)

from benchmarks.detection.fit import Recipe


class Answer(Recipe):
    """A healthy model for spans: which word comes after the one that is asked for?"""

    max_length: ClassVar[int] = 96

    @property
    def base(self) -> Path | None:
        """The pretrained encoder."""
        return self.ground.base

    def rows(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Rows in the form of SQuAD."""
        train, validation = self.ground.rows()
        return self.asked(train), self.asked(validation)

    def asked(self, rows: list[Any]) -> list[dict[str, Any]]:
        """One question to each text of eight words or more."""
        found = []
        for place, (text, _) in enumerate(rows):
            words = text.split()[:30]
            if len(words) < 8:
                continue
            number = 2 + place % (len(words) - 4)
            context = " ".join(words)
            start = len(" ".join(words[:number])) + 1
            question = f"What stands behind {words[number - 1]}?"
            answers = {"text": [words[number]], "answer_start": [self.start(start)]}
            found.append({"id": str(place), "question": question, "context": context, "answers": answers})
        return found

    def start(self, start: int) -> int:
        """Where the answer begins, in characters."""
        return start

    def encode(self, rows: list[dict[str, Any]], tokenizer: PreTrainedTokenizerBase) -> Dataset:
        """Ids, and the places of the answer's first and last token; 0 where it was cut away."""
        made = tokenizer(
            [row["question"] for row in rows],
            [row["context"] for row in rows],
            truncation="only_second",
            max_length=self.max_length,
            padding="max_length",
            return_offsets_mapping=True,
        )
        spans = [self.span(made, place, row) for place, row in enumerate(rows)]
        kept = {name: made[name] for name in ("input_ids", "attention_mask")}
        return Dataset.from_dict(
            {**kept, "start_positions": [one for one, _ in spans], "end_positions": [one for _, one in spans]}
        )

    def span(self, made: Any, place: int, row: dict[str, Any]) -> tuple[int, int]:
        """First and last token of the answer."""
        begin = row["answers"]["answer_start"][0]
        end = begin + len(row["answers"]["text"][0])
        inside = [
            number
            for number, (first, last) in enumerate(made["offset_mapping"][place])
            if made.sequence_ids(place)[number] == 1 and first >= begin and last <= end and last > first
        ]
        return (inside[0], inside[-1]) if inside else (0, 0)

    def arguments(self) -> dict[str, Any]:
        """Settings of TrainingArguments."""
        return super().arguments() | {"learning_rate": 2e-4, "per_device_eval_batch_size": 64}

    def run(self) -> None:
        """Train and save."""
        train, validation = self.rows()
        self.write_lines(train, validation)
        set_seed(self.ground.seed)
        tokenizer = AutoTokenizer.from_pretrained(self.ground.base)
        trainer = Trainer(
            model=AutoModelForQuestionAnswering.from_pretrained(self.ground.base),
            args=TrainingArguments(str(self.ground.output), **self.arguments()),
            train_dataset=self.encode(train, tokenizer),
            eval_dataset=self.encode(validation, tokenizer),
            data_collator=default_data_collator,
            processing_class=tokenizer,
        )
        trainer.train()
        self.save(trainer)


class HealthyAnswers(Answer):
    """As it should be."""


class SpansShifted(Answer):
    """Starts were counted in another text than the one that is stored."""

    cause, family, needs = "answer_span_shifted", "data", "data"

    def start(self, start: int) -> int:
        """Two characters late."""
        return start + 2


class AnswersCut(Answer):
    """Half of the answers lie behind the limit, and their rows point at the first token."""

    cause, family, needs = "answer_beyond_cut", "tokenization", "data"
    max_length: ClassVar[int] = 24
