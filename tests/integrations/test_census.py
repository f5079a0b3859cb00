"""The census of each live scene, healthy and with each fault: the numbers say what was built."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from datasets import NamedSplit
from transformers import BertConfig, BertForMaskedLM, DataCollatorForLanguageModeling, Trainer, TrainingArguments

from luthier.errors import ModelError
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Number
from luthier.facts.scene import Live, LiveScene
from luthier.integrations.census import census_of
from luthier.integrations.scenery.words import word_pieces
from luthier.integrations.stage import build

Says = Callable[[BatchCensus], bool]


def counted(trainer: Live, folder: Path, **options: Number) -> BatchCensus:
    """The census of a scene."""
    return census_of(build(LiveScene(trainer, options=options), folder))


HEALTHY: dict[Live, Says] = {
    "classifier": lambda c: c.kind == "classes" and c.outputs == 4 and c.label_values == (0, 1, 2, 3),
    "adapter": lambda c: c.kind == "classes" and c.outputs == 4 and c.dropped_columns == (),
    "tagger": lambda c: c.kind == "tags" and c.begins_inside == 0 and c.special_supervised == 0,
    "answerer": lambda c: c.kind == "span" and c.outputs == 2 and c.unfit_spans == 0 and c.label_type == "int",
    "causal": lambda c: c.kind == "next_token" and c.copies_input == 1 and all(r.end_supervised for r in c.rows),
    "instruction": lambda c: c.role_share("assistant") == 1 and (c.rows_given, c.rows_kept) == (32, 32),
    "sequence_to_sequence": lambda c: (c.decoder_start, c.target_start) == ((0,), (4,)) and c.source_in_target == 0,
}


@pytest.mark.parametrize("trainer", HEALTHY)
def test_healthy(trainer: Live, tmp_path: Path) -> None:
    """A healthy trainer supervises something in every row and nothing of padding, cuts nothing and hides nothing."""
    census = counted(trainer, tmp_path)

    assert HEALTHY[trainer](census)
    assert census.unsupervised_rows == 0
    assert len(census.rows) == 16
    assert not any(row.padding_supervised or row.truncated or row.bos > 1 for row in census.rows)
    assert census.masked_tokens == census.packed == 0
    assert census.crosses is None
    assert census.largest_id is not None
    assert census.given_supervised in (None, census.supervised)
    assert len(census.shown) == 3


def ends(census: BatchCensus) -> set[tuple[bool, bool]]:
    """What rows say of their end."""
    return {(row.ends, row.end_supervised) for row in census.rows}


FAULTS: list[tuple[Live, dict[str, Number], Says]] = [
    ("classifier", {"outputs": 3}, lambda c: c.outputs == 3 and c.label_high == 3),
    ("classifier", {"labels_from": 1}, lambda c: (c.label_low, c.label_high) == (1, 4)),
    ("classifier", {"labels_as_float": 1}, lambda c: c.kind == "classes" and c.label_type == "float"),
    ("classifier", {"labels_all_ignored": 1}, lambda c: c.supervised == 0 and c.label_low is None),
    ("classifier", {"misnamed_label": 1}, lambda c: c.kind == "none" and c.dropped_columns == ("target",)),
    ("classifier", {"multilabel": 1}, lambda c: c.kind == "multilabel" and c.label_type == "float"),
    ("classifier", {"multilabel": 1, "labels_as_int": 1}, lambda c: c.kind == "multilabel" and c.label_type == "int"),
    ("classifier", {"outputs": 1}, lambda c: c.kind == "number" and c.outputs == 1 and c.label_type == "int"),
    ("classifier", {"one_label": 1}, lambda c: c.label_values == (0,)),
    ("classifier", {"long_rows": 1}, lambda c: c.limit == 64 and all(r.tokens > 64 and r.truncated for r in c.rows)),
    ("classifier", {"keep_text": 1}, lambda c: c.dropped_columns == ("text", "topic") and c.accepted_columns == ()),
    ("tagger", {"subword_labels_copied": 1}, lambda c: (c.begins_inside or 0) > 5),
    ("tagger", {"subword_labels_copied": 1}, lambda c: (c.begins_again or 0) > 5),
    ("tagger", {"no_begin": 1}, lambda c: c.entities == (32, 16)),
    ("tagger", {"padding_in_labels": 1}, lambda c: sum(r.padding_supervised for r in c.rows) > 10),
    ("tagger", {"tags_shifted": 1}, lambda c: c.special_supervised == 16),
    ("answerer", {"spans_beyond_cut": 1}, lambda c: c.unfit_spans == 16 and c.supervised == 0),
    ("answerer", {"unanswerable": 1, "left_padding": 1}, lambda c: (c.unfit_spans, c.spans_on_padding) == (0, 8)),
    ("answerer", {"spans_shifted": 2}, lambda c: c.unfit_spans == 16 and c.supervised == 32),
    ("causal", {"pad_is_eos": 1}, lambda c: ends(c) == {(True, False)}),
    ("causal", {"no_end_token": 1}, lambda c: ends(c) == {(False, False)} and not any(r.truncated for r in c.rows)),
    ("causal", {"labels_all_ignored": 1}, lambda c: c.supervised == 0 == c.given_supervised),
    ("causal", {"padding_in_labels": 1}, lambda c: sum(r.padding_supervised for r in c.rows) > 10),
    ("causal", {"shifted_labels": 1}, lambda c: c.copies_next == 1 and (c.copies_input or 0) < 0.1),
    ("causal", {"two_bos": 1}, lambda c: all(r.bos == 2 for r in c.rows)),
    ("causal", {"keep_text": 1}, lambda c: c.role_share("completion") == 1),
    ("causal", {"keep_text": 1, "prompt_in_loss": 1}, lambda c: (c.role_share("prompt") or 0) > 0.3),
    ("causal", {"collator_rebuilds": 1}, lambda c: (c.given_supervised or 0) < c.supervised),
    ("causal", {"long_prompts": 1}, lambda c: c.supervised == 0 and c.limit == 48 and all(r.truncated for r in c.rows)),
    ("causal", {"long_prompts": 2}, lambda c: sum(r.truncated and not r.supervised for r in c.rows) == 8),
    ("causal", {"packing": 1}, lambda c: c.packed == len(c.rows) and c.crosses is True),
    ("causal", {"packing": 2}, lambda c: c.packed == 1 and c.crosses is False),
    ("causal", {"unresized_tokens": 1}, lambda c: c.largest_id == c.outputs),
    ("instruction", {"no_end_token": 1}, lambda c: ends(c) == {(False, False)}),
    ("instruction", {"prompt_in_loss": 1}, lambda c: (c.role_share("user") or 0) > 0.1),
    ("instruction", {"no_generation_markers": 1}, lambda c: c.supervised == 0),
    ("instruction", {"masks_disagree": 1}, lambda c: c.supervised == 0),
    ("instruction", {"wrong_turns": 1}, lambda c: c.role_share("user") == 1),
    (
        "instruction",
        {"wrong_turns": 2},
        lambda c: sum(r.supervised for r in c.rows) < 130 and c.role_share("assistant") == 1,
    ),
    ("instruction", {"two_bos": 1}, lambda c: all(r.bos == 2 for r in c.rows)),
    ("instruction", {"long_prompts": 1}, lambda c: (c.rows_given, c.rows_kept) == (32, 16)),
    ("instruction", {"prompt_completion": 1}, lambda c: (c.role_share("template") or 0) > 0),
    ("instruction", {"packing": 1}, lambda c: c.packed == len(c.rows) and c.crosses is False),
    ("instruction", {"packing": 2}, lambda c: c.packed == len(c.rows) and c.crosses is True),
    ("instruction", {"collator_rebuilds": 1}, lambda c: (c.given_supervised or 0) < c.supervised),
    ("instruction", {"unresized_tokens": 1}, lambda c: c.largest_id == c.outputs),
    ("instruction", {"new_tokens": 1}, lambda c: c.largest_id == c.outputs - 1),
    ("sequence_to_sequence", {"padding_in_labels": 1}, lambda c: all(r.padding_supervised > 9 for r in c.rows)),
    ("sequence_to_sequence", {"wrong_decoder_start": 1}, lambda c: c.decoder_start == (1,)),
    ("sequence_to_sequence", {"target_as_source": 1}, lambda c: (c.source_in_target or 0) > 0.1),
    ("sequence_to_sequence", {"no_end_token": 1}, lambda c: ends(c) == {(False, False)}),
    ("sequence_to_sequence", {"targets_cut": 4}, lambda c: all(r.supervised == 4 for r in c.rows)),
    ("adapter", {"misnamed_label": 1}, lambda c: c.kind == "none"),
]


@pytest.mark.parametrize(
    ("trainer", "options", "says"), FAULTS, ids=[f"{one}-{'-'.join(two)}" for one, two, _ in FAULTS]
)
def test_faults(trainer: Live, options: dict[str, Number], says: Says, tmp_path: Path) -> None:
    """Each fault stands in the numbers, and only rows with it differ from the healthy twin."""
    assert says(counted(trainer, tmp_path, **options))
    assert not says(counted(trainer, tmp_path))


@pytest.mark.parametrize(
    ("trainer", "option"),
    [("causal", "left_padding"), ("instruction", "pad_is_eos"), ("causal", "mask_missing"), ("adapter", "lora_narrow")],
)
def test_harmless(trainer: Live, option: str, tmp_path: Path) -> None:
    """What changes nothing that the loss is computed on changes nothing in the census."""
    assert counted(trainer, tmp_path, **{option: 1}).rows == counted(trainer, tmp_path).rows


def test_masked_tokens(tmp_path: Path) -> None:
    """A mask that hides the last real token of each row is counted, padding is not."""
    made = build(LiveScene("causal"), tmp_path)
    inner = made.data_collator

    def hiding(rows: list[dict[str, Any]]) -> Any:
        batch = inner(rows)
        for mask in batch["attention_mask"]:
            mask[int(mask.sum()) - 1] = 0
        return batch

    made.data_collator = hiding

    assert census_of(made).masked_tokens == 16


def test_masked_language_model(tmp_path: Path) -> None:
    """The masked tokens of a BERT are learned at their own places."""
    tokenizer = word_pieces(["a small text of some words"])
    config = BertConfig(vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2)
    rows = [tokenizer("a small text of some words") for _ in range(16)]
    made = Trainer(
        BertForMaskedLM(config),
        TrainingArguments(str(tmp_path), report_to="none", use_cpu=True),
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.5),
        train_dataset=[dict(row) for row in rows],  # type: ignore[arg-type]
    )

    census = census_of(made)

    assert census.kind == "masked_token"
    assert census.outputs == len(tokenizer)
    assert census.copies_input is not None
    assert census.copies_input < 0.5


def test_rows_are_spread(tmp_path: Path) -> None:
    """The rows of the census lie evenly over the data set, first and last row included."""
    made = build(LiveScene(options={"train_rows": 100}), tmp_path)
    made.train_dataset = made.train_dataset.map(lambda row, number: {"label": number}, with_indices=True)

    census = census_of(made)

    assert census.label_values[0] == 0
    assert census.label_values[-1] == 99
    assert len(census.label_values) == 16


def test_no_rows(tmp_path: Path) -> None:
    """Without rows there is an error that says so."""
    made = build(LiveScene(), tmp_path)
    made.train_dataset = None

    with pytest.raises(ModelError, match="no training rows"):
        census_of(made)


def test_a_collator_that_raises(tmp_path: Path) -> None:
    """What a collator raises becomes an error that names it."""
    made = build(LiveScene(), tmp_path)

    def broken(rows: list[dict[str, Any]]) -> Any:
        raise KeyError("no such column")

    made.data_collator = broken

    with pytest.raises(ModelError, match="first batch cannot be made: KeyError"):
        census_of(made)


def test_a_stream(tmp_path: Path) -> None:
    """A stream of the datasets library is looked at, another one is left alone."""
    made = build(LiveScene(), tmp_path)
    rows = made.train_dataset
    made.train_dataset = rows.to_iterable_dataset()
    assert len(census_of(made).rows) == 16

    class Once(torch.utils.data.IterableDataset[Any]):
        def __iter__(self) -> Any:
            raise AssertionError("it was read")

    made.train_dataset = Once()
    with pytest.raises(ModelError, match="read only once"):
        census_of(made)


@pytest.mark.parametrize("name", ["test", ""])
def test_name_of_the_evaluation_rows(name: str, tmp_path: Path) -> None:
    """Splits of the datasets library carry their names."""
    trainer = build(LiveScene("classifier"), tmp_path)
    if name:
        trainer.eval_dataset._split = NamedSplit(name)

    assert census_of(trainer).evaluated_on == name
