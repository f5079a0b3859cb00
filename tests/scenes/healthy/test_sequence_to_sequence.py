"""The healthy T5, as Transformers loads it."""

from pathlib import Path

from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from luthier.facts.scene import RunScene
from luthier.scenes.folder import write


def test_loads(tmp_path: Path) -> None:
    """Every weight is found; texts end with the token at which generation stops."""
    run = write(RunScene("sequence_to_sequence"), tmp_path).run
    model, told = AutoModelForSeq2SeqLM.from_pretrained(run, output_loading_info=True)
    tokenizer = AutoTokenizer.from_pretrained(run)

    assert not any(told[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    assert tokenizer("the soup")["input_ids"][-1] == tokenizer.eos_token_id == model.generation_config.eos_token_id
    assert model.config.decoder_start_token_id == tokenizer.pad_token_id
