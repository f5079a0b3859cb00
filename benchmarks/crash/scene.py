"""Small runs to disturb, and what it means that two runs ended alike."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.csv

from benchmarks.crash.child import Ended, run, warm_up
from luthier.facts.request import Request
from luthier.failures import _corpora
from luthier.failures._engine import all_failures
from luthier.models.tiny import write_tiny_model

STRATEGIES = ("full", "frozen_body", "top_layers")


@dataclass(frozen=True, slots=True)
class Scene:
    """One way to run.

    Attributes:
        strategy: what learns.
        workers: processes that prepare batches.
        word_dropout: share of tokens masked at random.
        save_every: steps between checkpoints; 0 means only with evaluations.
    """

    strategy: str = "full"
    workers: int = 0
    word_dropout: float = 0.0
    save_every: int = 1

    @property
    def name(self) -> str:
        """A folder's name."""
        rows = "augmented" if self.word_dropout else "fixed"
        return f"{self.strategy}-{self.workers}-{rows}-{self.save_every}"


def every_scene(save_every: tuple[int, ...] = (1, 2, 3)) -> Iterator[Scene]:
    """Every strategy, with and without workers, with fixed and augmented rows; the save intervals take turns."""
    kinds = itertools.product(STRATEGIES, (0, 2), (0.0, 0.2))
    for kind, interval in zip(kinds, itertools.cycle(save_every), strict=False):
        yield Scene(*kind, interval)


class Stage:
    """A folder with rows and a tiny model, on which scenes are run."""

    def __init__(self, folder: Path, rows: int = 80, epochs: int = 3) -> None:
        self.folder, self.epochs = folder, epochs
        table = _corpora.make("reviews", rows, {}, 0).select(["text", "label"])
        folder.mkdir(parents=True, exist_ok=True)
        pyarrow.csv.write_csv(table, folder / "rows.csv")
        write_tiny_model(folder / "model", table["text"].to_pylist())
        warm_up(self.request(Scene(), "warm-up"))

    def request(self, scene: Scene, name: str) -> Request:
        """What to ask for. Two batches a step, the last step of an epoch uneven; nothing stops the run early."""
        settings = {
            "train.batch_size": "4",
            "train.accumulation": "3",
            "train.metric": "log_loss",
            "train.workers": str(scene.workers),
            "train.word_dropout": str(scene.word_dropout),
            "train.save_every": str(scene.save_every),
        }
        if scene.strategy == "top_layers":
            settings["strategy.layers"] = "1"
        return Request(
            data=str(self.folder / "rows.csv"),
            model=str(self.folder / "model"),
            strategy=scene.strategy,
            epochs=self.epochs,
            out=str(self.folder / name),
            settings=settings,
            ignore=tuple(all_failures()),
        )

    def undisturbed(self, scene: Scene) -> Path:
        """The run as it is when nothing happens to it; made once."""
        request = self.request(scene, f"{scene.name}-undisturbed")
        folder = Path(request.out or "")
        if not folder.exists():
            ended = run(request).wait()
            assert ended.status == 0, ended
        return folder

    def finish(self, request: Request) -> Ended:
        """Go on to the end."""
        return run(request).wait()


WHOLE = ("model/model.safetensors", "model/config.json", "predictions/test.parquet", "predictions/validation.parquet")


def difference(folder: Path, undisturbed: Path) -> str:
    """First file in which two finished runs differ, byte for byte; empty when they ended alike."""
    checkpoints = undisturbed.glob("attempts/01/checkpoints/step-*/*.safetensors")
    names = [*WHOLE, *(path.relative_to(undisturbed).as_posix() for path in sorted(checkpoints))]
    for name in names:
        if not (folder / name).is_file():
            return f"{name} is missing"
        if (folder / name).read_bytes() != (undisturbed / name).read_bytes():
            return name
    return ""
