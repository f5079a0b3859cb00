"""The rows of a request, read and split; and all that can be known of them without a model.

No library that loads models is imported here, so that `luthier check` without a model answers fast.
"""

from luthier.errors import ModelError
from luthier.facts.event import Event, Watch
from luthier.facts.report import OUTSIDE_OWN_RUNS, Evidence
from luthier.facts.request import Request
from luthier.facts.rows import Splits
from luthier.models.locate import locate
from luthier.stages.data.columns import Wish
from luthier.stages.data.profile import profile
from luthier.stages.data.read import Read, read_rows
from luthier.stages.data.split import make_splits
from luthier.stages.plan.wishes import Wishes, wishes


def read_wanted(wanted: Wishes, watch: Watch) -> Read:
    """Read the rows that a plan names.

    Raises:
        InputError: they cannot be read.
    """
    data = wanted.plan.data
    watch(Event("stage", "read", f"reading {data.path}"))
    named = {role: getattr(data, role) for role in ("text", "label", "group", "time") if wanted.fixed(f"data.{role}")}
    read = read_rows(data.path, Wish(**named), steps=data.clean)
    tell(watch, read.notices, "read")
    for role, how in read.columns.how.items():
        watch(Event("notice", "read", f"{role}: {how}"))
    return read


def split_wanted(read: Read, wanted: Wishes, watch: Watch) -> Splits:
    """Split rows as a plan says."""
    data = wanted.plan.data
    split = make_splits(
        read,
        seed=wanted.plan.seed,
        validation_share=data.validation_share,
        test_share=data.test_share,
        near_duplicates=data.near_duplicates,
    )
    tell(watch, split.notices, "read")
    return split.splits


def lacks_model(request: Request) -> bool:
    """Whether the user named no model and the default one is not at hand.

    Raises:
        ModelError: the model that the user named is not there, or not safe to load.
    """
    wanted = wishes(request)
    try:
        locate(wanted.plan.model.id)
    except ModelError:
        if wanted.fixed("model.id"):
            raise
        return True
    return False


def alone(request: Request, watch: Watch) -> Evidence:
    """What is known of rows without a model.

    Raises:
        LuthierError: the rows or the plan cannot be used.
    """
    wanted = wishes(request)
    tell(watch, (*wanted.notices, f"the model {wanted.plan.model.id} is not at hand: looking at the data alone"))
    read = read_wanted(wanted, watch)
    near = wanted.plan.data.near_duplicates
    data = profile(read, split_wanted(read, wanted, watch), near_duplicates=near, seed=wanted.plan.seed)
    reasons = dict.fromkeys(("trace", "validation", "test", "artifact"), "nothing was trained")
    no_model = "no model was at hand: name one with --model"
    missing = OUTSIDE_OWN_RUNS | reasons | {"model": no_model, "plan": no_model, "trial": no_model}
    return Evidence(data, missing=missing, outside=frozenset(OUTSIDE_OWN_RUNS))


def tell(watch: Watch, lines: tuple[str, ...], stage: str = "plan") -> None:
    """One notice for each line."""
    for line in lines:
        watch(Event("notice", stage, line))
