"""Settings in the words of other tools."""

import re
from dataclasses import replace

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Change, Finding, Moment, Place, Verdict, Verdicts
from luthier.facts.report import Evidence, Source
from luthier.failures._engine import all_failures
from luthier.stages.plan.settings import KINDS
from luthier.stages.report.assemble import assemble
from luthier.stages.report.dialects import LUTHIER, NAMES, Dialect, dialect_of
from luthier.stages.report.markdown import markdown
from luthier.stages.report.told import told
from tests.samples import sample_report

TRANSFORMERS = dialect_of(Evidence(arguments=Arguments("TrainingArguments", "transformers")))
TRL = dialect_of(Evidence(arguments=Arguments("SFTConfig", "trl")))
DOTTED = re.compile("|".join(re.escape(name) for name in KINDS if "." in name))


def change(name: str, after: object) -> Change:
    """A change whose value before does not matter."""
    return Change(name, "", after, "stuck_at_chance")  # type: ignore[arg-type]


def test_every_setting_of_a_plan_has_words() -> None:
    """The names are those of the plan, and each can be told alone, with a value, and as something to do."""
    assert sorted(NAMES) == sorted(name for name in KINDS if "." in name)
    for dialect in (TRANSFORMERS, TRL):
        for name in NAMES:
            for text in (dialect.name(name), dialect.told(f"{name}=7"), dialect.change([change(name, 7)])):
                assert text
                assert not DOTTED.search(text)


@pytest.mark.parametrize("dialect", [TRANSFORMERS, TRL], ids=["transformers", "trl"])
@pytest.mark.parametrize("failure", all_failures().values(), ids=all_failures())
def test_no_dotted_name_is_left(failure: object, dialect: Dialect) -> None:
    """Every text of every failure, in every variant."""
    for part in ("message", "why", "next_step", "experiment"):
        text = getattr(failure, part)
        for template in (text,) if isinstance(text, str) else text.values():
            found = dialect.told(template)
            assert not DOTTED.search(found), found
            assert sorted(re.findall(r"\{[^}]*\}", found)) == sorted(re.findall(r"\{[^}]*\}", template))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            "Set train.rate=5e-5, train.warmup=0.1 and train.clip=1.",
            "Set learning_rate=5e-5, warmup_steps=0.1 and max_grad_norm=1.",
        ),
        ("at train.rate={rate:g}: lost", "at learning_rate={rate:g}: lost"),
        ("end of the sentence (train.epochs).", "end of the sentence (num_train_epochs)."),
        ("with strategy.name=top_layers.", "with only the top layers unfrozen."),
        ("at train.head_rate={head:g},", "at a head rate of {head:g},"),
        ("train.precision=fp32, train.clip=1", "bf16=False, fp16=False, max_grad_norm=1"),
        (
            "train.class_weights=true and train.metric=log_loss",
            "class weights in the loss, in Trainer(compute_loss_func=…) and metric_for_best_model=loss",
        ),
        (
            "my/train.rate, my_train.rate, train.rates, train.rate.csv",
            "my/train.rate, my_train.rate, train.rates, train.rate.csv",
        ),
        ("train.csv and data.json stay", "train.csv and data.json stay"),
    ],
)
def test_texts(template: str, expected: str) -> None:
    """Names with and without a value, at the end of a sentence, and what only looks like one."""
    assert TRANSFORMERS.told(template) == expected
    assert LUTHIER.told(template) == template


@pytest.mark.parametrize(
    ("dialect", "changes", "expected"),
    [
        (
            LUTHIER,
            [("train.rate", 5e-05), ("train.class_weights", True)],
            "--set train.rate=5e-05 --set train.class_weights=true",
        ),
        (LUTHIER, [("data.text", "a b")], "--set 'data.text=a b'"),
        (
            TRANSFORMERS,
            [("train.rate", 5e-05), ("train.precision", "fp32")],
            "TrainingArguments(learning_rate=5e-05, bf16=False, fp16=False)",
        ),
        (
            TRANSFORMERS,
            [("logging_nan_inf_filter", False), ("optim", "adamw_torch")],
            'TrainingArguments(logging_nan_inf_filter=False, optim="adamw_torch")',
        ),
        (TRANSFORMERS, [("model.max_tokens", 128)], "tokenizer(…, truncation=True, max_length=128)"),
        (
            TRL,
            [("model.max_tokens", 128), ("train.patience", 3)],
            "SFTConfig(max_length=128); EarlyStoppingCallback(early_stopping_patience=3)",
        ),
        (TRL, [("max_length", "none")], "SFTConfig(max_length=None)"),
        (TRANSFORMERS, [], ""),
    ],
)
def test_changes(dialect: Dialect, changes: list[tuple[str, object]], expected: str) -> None:
    """What a person writes down, in the tool that they use."""
    assert dialect.change([change(name, after) for name, after in changes]) == expected


def test_versions_and_steps() -> None:
    """Older arguments have a warmup ratio; a number of steps rules over epochs and must go."""
    old = Arguments("Seq2SeqTrainingArguments", "transformers", {"warmup_ratio": 0.0, "max_steps": 500})
    dialect = dialect_of(Evidence(arguments=old))

    found = dialect.change([change("train.warmup", 0.1), change("train.epochs", 5)])

    assert found == "Seq2SeqTrainingArguments(warmup_ratio=0.1, num_train_epochs=5, max_steps=-1)"


def test_whose_words() -> None:
    """A run of Luthier has its own; a foreign folder without settings has those of Transformers."""
    assert dialect_of(Evidence()) == LUTHIER
    assert dialect_of(Evidence(arguments=Arguments("Request", "luthier"))) == LUTHIER
    assert dialect_of(Evidence(sources=(Source("trainer_state.json", "trace"),))).tool == "transformers"
    assert dialect_of(Evidence(arguments=Arguments("", "unknown"))).holder == "TrainingArguments"


def test_a_finding_in_other_words() -> None:
    """Message, next step, place and fix, none with a dotted name; numbers that name a setting too."""
    numbers: dict[str, float | int | str] = {"setting": "train.head_rate", "steps": 90}
    finding = Finding(
        "rate_never_arrives", Moment.AFTER, "error", 1.0, numbers, Place("setting", "train.rate"), "zero plan"
    )
    verdict = Verdict("rate_never_arrives", Moment.AFTER, "seen", finding, changes=(change("train.warmup", 0.1),))

    found = told(finding, verdict, TRANSFORMERS)

    assert found.message == "In 90 steps no weight of this group will move: the rate of the head is 0."
    assert found.place == "setting learning_rate"
    assert found.change == "TrainingArguments(warmup_steps=0.1)"
    assert found.fix == "TrainingArguments(warmup_steps=0.1) (changes settings only)"
    assert not DOTTED.search(" ".join((found.message, found.why, found.next_step)))


def test_what_the_user_wrote_stays() -> None:
    """A column that is called like a setting is not translated within a sentence."""
    numbers: dict[str, float | int | str] = {"percent": 3.0, "punctuated": 10.0, "name": "my train.rate column"}
    finding = Finding(
        "stop_words_removed_before_encoder", Moment.BEFORE, "warning", 0.7, numbers, Place("column", "c"), "data"
    )

    assert "of my train.rate column are function words" in told(finding, None, TRANSFORMERS).message


def test_no_dotted_name_in_a_foreign_report() -> None:
    """Not in any section: the plan that failures work on is ours, and is not shown."""
    arguments = Arguments(
        "TrainingArguments", "transformers", {"learning_rate": 1e-2, "bf16": True}, "training_args.bin"
    )
    sample = sample_report()
    numbers: dict[str, float | int | str] = {"rate": 1e-2, "highest": 3e-4}
    finding = Finding(
        "rate_too_high_collapse", Moment.BEFORE, "warning", 0.7, numbers, Place("setting", "train.rate"), "plan"
    )
    verdict = Verdict(finding.failure, finding.moment, "seen", finding, changes=(change("train.rate", 5e-5),))
    evidence = replace(sample.evidence, arguments=arguments)
    report = replace(
        sample, evidence=evidence, verdicts=Verdicts((verdict,)), changes=(change("model.max_tokens", 80),)
    )
    text = markdown(assemble(report))

    assert "| learning\\_rate | 0.01 |" in text
    assert "TrainingArguments as stored in training\\_args.bin." in text
    assert not DOTTED.search(text.replace("\\", "").replace("the first tokens", ""))
