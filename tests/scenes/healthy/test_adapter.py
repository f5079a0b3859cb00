"""The healthy adapter, as PEFT loads it."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from luthier.facts.scene import RunScene
from luthier.scenes.folder import write


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_loads(tmp_path: Path) -> None:
    """Every pair finds its module in the base model, and moves what it computes."""
    peft = pytest.importorskip("peft")
    written = write(RunScene("adapter", base=True), tmp_path)
    base = AutoModelForCausalLM.from_pretrained(written.base).eval()
    tokens = torch.arange(8)[None]
    with torch.no_grad():
        before = base(tokens).logits
        tuned = peft.PeftModel.from_pretrained(base, written.run).eval()
        after = tuned(tokens).logits

    assert len([name for name in tuned.state_dict() if "lora_" in name]) == 4
    assert (after - before).abs().max() > 1e-6
