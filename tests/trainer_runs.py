"""A real run of `transformers.Trainer` on the tiny model: four steps, two checkpoints, all that it leaves."""

from pathlib import Path

from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)

TEXTS = ("a good film", "a bad film", "a fine day", "an awful day") * 8


def train(model: Path, folder: Path, *, resume: bool = False, **settings: object) -> Path:
    """Train, save the model and the state at the top of the folder, and give the folder back."""
    tokenizer = AutoTokenizer.from_pretrained(model)
    rows = [{**tokenizer(text), "labels": number % 2} for number, text in enumerate(TEXTS)]
    usual = {
        "max_steps": 4,
        "per_device_train_batch_size": 4,
        "learning_rate": 1e-2,
        "save_steps": 2,
        "eval_steps": 2,
        "eval_strategy": "steps",
        "logging_steps": 1,
        "metric_for_best_model": "right",
        "report_to": [],
        "use_cpu": True,
        "disable_tqdm": True,
    }
    trainer = Trainer(
        AutoModelForSequenceClassification.from_pretrained(model, num_labels=2),
        TrainingArguments(output_dir=str(folder), **usual | settings),
        train_dataset=rows,
        eval_dataset=rows[:8],
        processing_class=tokenizer,
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=lambda found: {"right": float((found.predictions.argmax(-1) == found.label_ids).mean())},
    )
    trainer.train(resume_from_checkpoint=resume)
    trainer.save_model()
    trainer.save_state()
    return folder
