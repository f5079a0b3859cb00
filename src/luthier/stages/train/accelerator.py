"""An accelerator of our own, in a process in which others may have made theirs."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState


@contextmanager
def own_accelerator() -> Iterator[Accelerator]:
    """The accelerator of a run; what was there before is there again afterwards.

    Accelerate keeps its settings once per process. After a Trainer in bf16 (TRL's default) every later accelerator
    would wrap models in bf16 as well, and a plan in fp32 would train and be scored in it: MiniLM-L6 then differs from
    its saved self by 0.002 in its probabilities, where 2e-7 is usual (our experiment). Precision is the plan's alone,
    through autocast in the loop.
    """
    theirs = dict(AcceleratorState._shared_state)
    AcceleratorState._reset_state()
    try:
        yield Accelerator(cpu=not torch.cuda.is_available(), mixed_precision="no")
    finally:
        AcceleratorState._shared_state.clear()
        AcceleratorState._shared_state.update(theirs)
