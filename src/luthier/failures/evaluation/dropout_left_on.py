"""The model is scored while something in it still draws random numbers.

Symptom
    The same text gets another score at every call. Validation wanders from evaluation to evaluation, and stays below
    what the training loss promises.

Why it is silent
    Every score is a plausible number. eval() turns off the dropout that is a module; a call of functional.dropout
    without training=, a layer written by hand, or an evaluation loop of one's own that forgets eval() goes on.

Evidence
    Before: one batch is scored twice in evaluation mode from two random states, and the scores differ by more than a
    thousandth of their spread; or the run's own evaluation was watched, and it scored the model in training mode.

Fix
    Advice only: pass training=self.training to functional.dropout, or call model.eval() before scoring.

Source
    transformers #432 (https://github.com/huggingface/transformers/issues/432), #679, #695: scores that change between
    calls. Our experiment: functional.dropout(0.1) left on in a tiny BERT moves its scores by more than one standard
    deviation, in a healthy one two evaluations are equal bit for bit.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.scene import LiveScene
from luthier.facts.trial import TrialFacts

MESSAGE = {
    "drawn": (
        "Two evaluations of the same {rows} rows differ by {difference:.2g} standard deviations of the scores, with "
        "the model in evaluation mode."
    ),
    "mode": "The run's own evaluation gives {values} numbers, and scores the model in training mode: dropout is on.",
}
WHY = "Every score of this model is lower than it could be and partly chance, and so is the choice of the best step."
NEXT_STEP = {
    "drawn": (
        "Look for functional.dropout without training=self.training, for noise and for sampling in the forward method."
    ),
    "mode": "Call model.eval() before the rows are scored.",
}
DEGREE = Degree.ADVICE
SIGNS = ("loss falls, score does not",)

BAD = LiveScene(
    "classifier",
    options={"dropout_in_eval": 1},
    trial=True,
    says="The dropout of a BERT acts in evaluation too.",
)
GOOD = LiveScene("classifier", trial=True, says="The same model, whose dropout heeds evaluation mode.")


def before(trial: TrialFacts) -> Finding | NotLooked | None:
    """Two scores of one batch, and the mode in which the evaluation ran."""
    repeated, path = trial.ran("repeated_evaluation"), trial.ran("evaluation_path")
    if path is not None and path.numbers.get("training_mode") == 1:
        return _finding("mode", {"values": path.numbers["values"]})
    if repeated is None:
        return NotLooked("no batch was scored twice")
    return _finding("drawn", repeated.numbers) if repeated.answer == "failed" else None


def _finding(variant: str, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="dropout_left_on",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.95,
        numbers=dict(numbers),
        place=Place("setting", "model.training" if variant == "mode" else "model.forward"),
        variant=variant,
    )
