"""What the model reads holds the label.

Symptom
    Scores are near perfect from the first evaluation on. In use, where nobody knows the label, they are poor.

Why it is silent
    Validation rows pass through the same collator or transform, and give their labels away likewise.

Evidence
    Before: the trial prepares the same rows twice, once with their labels and once with these labels given to other
    rows, and looks at what enters the last layer. Seen where it changes with the labels though the texts are the
    same; or, where inputs are drawn at random, where a linear probe tells more of the permuted labels than chance by
    three standard errors. An error. A label that was written into the text before the trainer got its rows stays with
    the text and is not seen here; shortcut_word looks for that one.

Fix
    Advice only: make the inputs of a row without its label.

Source
    C. Zhang et al. 2017, https://arxiv.org/abs/1611.03530 (random labels as a control); J. Hewitt and P. Liang 2019,
    https://arxiv.org/abs/1909.03368 (control tasks for probes). Our experiment: a collator that writes the label over
    the first word moves the states of a tiny BERT by 0.15 standard deviations; those of healthy models do not move.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.facts.trial import TrialFacts

MESSAGE = {
    "told": (
        "The same {rows} rows give the model other inputs when their labels are dealt anew: what enters its last layer "
        "moves by {moved:.2g} standard deviations."
    ),
    "drawn": (
        "A linear probe tells {percent:.0f} % of {rows} labels that were dealt at random, where chance has "
        "{chance_percent:.0f} %: the inputs hold them."
    ),
}
WHY = "The model learns to read the label off its input: every score of this run says nothing about texts without one."
NEXT_STEP = (
    "Look for the label in what makes a batch: the collator, dataset.with_transform, set_transform and a forward "
    "method of your own. Build input_ids from the text alone."
)
DEGREE = Degree.ADVICE
SIGNS = ("score looks too good",)

BAD = LiveScene(options={"label_in_text": 1}, trial=True, says="The collator writes the label over the first word.")
GOOD = LiveScene(trial=True, says="The collator only pads.")


def before(trial: TrialFacts) -> Finding | NotLooked | None:
    """The same texts under other labels."""
    one = trial.ran("permuted_labels")
    if one is None:
        return NotLooked("no rows were prepared with other labels")
    if one.answer == "passed":
        return None
    drawn = float(one.numbers["moved_alone"]) > 0.5 * float(one.numbers["moved"])
    shares = {"percent": 100 * float(one.numbers["permuted"]), "chance_percent": 100 * float(one.numbers["chance"])}
    return Finding(
        failure="labels_leak_into_inputs",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.9,
        numbers={**one.numbers, **shares},
        place=Place("setting", "data_collator"),
        variant="drawn" if drawn else "told",
    )
