"""The healthy GPT-2, as Transformers loads it."""

from pathlib import Path

from transformers import AutoModelForCausalLM, AutoTokenizer

from luthier.facts.scene import RunScene
from luthier.scenes.folder import write

MESSAGES = [{"role": "user", "content": "Who won?"}, {"role": "assistant", "content": "Anna won."}]


def test_loads(tmp_path: Path) -> None:
    """Every weight is found; a chat ends its turns with the token at which generation stops."""
    run = write(RunScene("causal"), tmp_path).run
    model, told = AutoModelForCausalLM.from_pretrained(run, output_loading_info=True)
    tokenizer = AutoTokenizer.from_pretrained(run)
    ids = tokenizer.apply_chat_template(MESSAGES, tokenize=True, return_dict=True, return_assistant_tokens_mask=True)
    words = [i for i, mine in zip(ids["input_ids"], ids["assistant_masks"], strict=True) if mine]

    assert not any(told[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    assert tokenizer.decode(words) == "Anna won.<|end|>"
    assert words[-1] == tokenizer.eos_token_id == model.generation_config.eos_token_id == model.config.eos_token_id
    assert tokenizer.pad_token_id == model.generation_config.pad_token_id != tokenizer.eos_token_id
