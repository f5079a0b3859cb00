"""The test split picks the checkpoint, so that its score is no test.

Symptom
    The reported test score is that of the best epoch. On fresh text the model is a little worse.

Why it is silent
    Any rows may be passed as eval_dataset. The best of several scores on them is too high by chance, the more so the
    fewer the rows and the more the evaluations.

Evidence
    Before: the evaluation rows of the trainer carry the name "test", as splits of the datasets library do, and the best
    checkpoint is kept, or training stops early, by their scores.
    After: the saved test loss equals that of an evaluation in training to a millionth, and the best checkpoint was
    kept. Losses saved with fewer than six digits prove nothing and are not compared. Without such a choice nothing is
    said.

Fix
    Advice only: split validation rows off train, pick by them, and score the test once.

Source
    GLiNER #159 (https://github.com/urchade/GLiNER/issues/159): the recipe for early stopping evaluates on the test
    split. Dodge et al. 2020, https://arxiv.org/abs/2002.06305: the best of many tries on one split.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace

MESSAGE = {
    "name": 'The evaluation rows are the split named "{split}", and the best of about {count} evaluations is kept.',
    "same": (
        "The saved test loss {loss:.6g} is that of the evaluation at step {step}: both are the same rows, "
        "and the best of {count} evaluations on them was kept."
    ),
}
WHY = "The best of several scores on the same rows is partly luck, and nothing is left to tell how much."
NEXT_STEP = (
    'Split validation rows off: parts = train.train_test_split(test_size=0.1, seed=42); eval_dataset=parts["test"]. '
    "Score the test once, at the end: trainer.evaluate(test)."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Score the model on rows that were neither trained nor evaluated on: the gap is what the choice gave."
SIGNS = ("score looks too good", "configuration")
DIGITS, CLOSE = 6, 1e-6

BAD = RunScene(log={"tested": 2}, says="The test rows were evaluated after every epoch, and the best epoch was kept.")
GOOD = RunScene(log={"tested": 1}, says="Other rows than the test's picked the epoch.")


def before(census: BatchCensus, arguments: Arguments, plan: Plan | None = None) -> Finding | NotLooked | None:
    """Look at the name of the rows that pick."""
    if not census.evaluated_on:
        return NotLooked("the evaluation rows carry no name")
    stops = plan is not None and plan.train.patience > 0
    if census.evaluated_on != "test" or not (arguments.flag("load_best_model_at_end") or stops):
        return None
    count = round(plan.train.epochs * plan.train.evaluations_per_epoch) if plan is not None else 0
    return _finding(Moment.BEFORE, "name", 0.7, {"split": census.evaluated_on, "count": max(1, count)})


def after(trace: Trace, test: Scores, arguments: Arguments) -> Finding | NotLooked | None:
    """Look for the test's loss among those of the evaluations."""
    loss = test.model.loss
    if loss is None or len(repr(loss).partition(".")[2]) < DIGITS:
        return NotLooked("the test loss was not saved, or was rounded")
    if arguments.flag("load_best_model_at_end") is not True:
        return None
    losses = _in_training([(step, one.loss) for step, one in trace.evaluations if one.loss is not None])
    same = next((step for step, one in losses if abs(one - loss) <= CLOSE * abs(loss)), None)
    if same is None or len(losses) < 2:
        return None
    return _finding(Moment.AFTER, "same", 0.95, {"loss": loss, "step": same, "count": len(losses)})


def _in_training(losses: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Evaluations at their usual distance: one that is out of step at the end may be the test itself."""
    steps = [0, *(step for step, _ in losses)]
    out_of_step = len(losses) > 1 and steps[-1] - steps[-2] != steps[1]
    return losses[:-1] if out_of_step else losses


def _finding(moment: Moment, variant: str, confidence: float, numbers: dict[str, float | int | str]) -> Finding:
    return Finding(
        failure="test_used_for_selection",
        moment=moment,
        severity="warning",
        confidence=confidence,
        numbers=numbers,
        place=Place("split", "test"),
        variant=variant,
    )
