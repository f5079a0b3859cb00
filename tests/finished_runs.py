"""A finished run without training: a tiny model with a random head, saved as a run saves it, and its plan."""

from pathlib import Path

import torch

from luthier.facts.plan import DataPlan, ModelPlan, Plan
from luthier.facts.request import Request
from luthier.files import staged_folder, write_file
from luthier.folder import RunFolder, new
from luthier.models.load import load_classifier
from luthier.models.save import save_classifier
from luthier.models.tiny import write_tiny_model
from luthier.models.tokenizer import TextTokenizer
from luthier.stages.plan import file as plan_file

TEXTS = ("win a prize now", "see you at noon", "free entry, win cash", "ok", "call me later, please")
CLASSES = ("ham", "spam")


def write_run(path: Path, *, text: str = "text", clean: tuple[str, ...] = ("space",), seed: int = 0) -> RunFolder:
    """A run folder as `luthier fit` leaves it, as far as prediction reads it."""
    base = write_tiny_model(path.parent / f"{path.name}-base", TEXTS, positions=32)
    plan = Plan(DataPlan("sms.csv", text=text, clean=clean), ModelPlan(str(base), 24))
    tokenizer = TextTokenizer.load(base)
    torch.manual_seed(seed)
    model = load_classifier(base, CLASSES, "cls")
    with torch.no_grad():
        model.classifier.weight.mul_(100.0)
    with new(Request("sms.csv", out=str(path))) as folder:
        write_file(folder.plan, plan_file.to_text(plan))
        with staged_folder(folder.model) as staging:
            save_classifier(model, None, tokenizer, 24, staging)
    return folder
