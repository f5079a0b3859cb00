"""A tagger tags every token as outside, so that it finds no entity at all.

Symptom
    Token accuracy of 0.85 to 0.97, and precision, recall and F1 of entities are exactly 0 in every evaluation.

Why it is silent
    Most tokens of a text belong to no entity. A model that says so of all tokens is right on most of them, and its
    loss falls while it learns that.

Evidence
    During (once half of the run is over) and after: recall and F1 of entities are exactly 0 in the last evaluation of
    a token classifier, while half of the tokens or more are tagged rightly. Surer where the token accuracy has not
    moved by one token since the evaluation before: then every token still gets the same tag.
    This is a symptom: where a cause was seen as well, that cause is told.

Fix
    Advice only: train longer, at a rate that fits the model, and pick the checkpoint by F1.

Source
    simpletransformers #245 (https://github.com/ThilinaRajapakse/simpletransformers/issues/245): no entity is found,
    accuracy is high. Our experiment with seqeval 1.2.2: one missed entity and nothing else gives F1 0.0, and a
    warning that scrolls by.
"""

from luthier.facts.arguments import Plain
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._causes import RUINED
from luthier.failures._scored import entity_scores, scored_late, value

MESSAGE = (
    "The model finds none of the entities in the evaluation rows at step {step}: their recall and F1 are 0, while "
    "{accuracy:.1f} % of the tokens are tagged rightly. It tags them as outside."
)
WHY = "The accuracy only says how many tokens belong to no entity; what the model was trained for, it does not do."
NEXT_STEP = (
    'Set metric_for_best_model="f1" and train longer (num_train_epochs), an encoder at 2e-5 to 5e-5; look at eval_f1, '
    "not at eval_accuracy."
)
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Count the tags that the model gives to ten rows with entities: O alone means that it has not learned enough; "
    "other tags mean that names or places of tags are mixed up."
)
SIGNS = ("metric exactly 0 with a good loss", "metric equals the majority share")
EXPLAINED_BY = (
    *RUINED,
    "nothing_supervised",
    "padding_in_loss",
    "too_few_steps",
    "unknown_tokens",
)
MOSTLY = 0.5
"""Share of right tokens from which they are mostly outside; of the texts of CoNLL 2003 five in six tokens are."""

_TAGGER: dict[str, Plain] = {
    "architectures": ("BertForTokenClassification",),
    "id2label": {"0": "O", "1": "B-PER", "2": "I-PER", "3": "B-LOC"},
    "label2id": {"O": 0, "B-PER": 1, "I-PER": 2, "B-LOC": 3},
    "problem_type": None,
}
_SETTINGS: dict[str, Plain] = {"metric_for_best_model": "f1", "greater_is_better": True}

BAD = RunScene(
    arguments=_SETTINGS,
    config=_TAGGER,
    log={"metric": "", "scores": "accuracy 0.83 0.83, precision 0 0, recall 0 0, f1 0 0", "end": 0.6, "eval_end": 0.62},
    says="A tagger of names that has learned how rare names are, and nothing else.",
)
GOOD = RunScene(
    arguments=_SETTINGS,
    config=_TAGGER,
    log={"metric": "", "scores": "accuracy 0.83 0.97, precision 0 0.86, recall 0 0.82, f1 0 0.84"},
    says="The same tagger, which finds no name at first and most of them in the end.",
)


def during(trace: Trace, config: SavedConfig) -> Finding | NotLooked | None:
    """Look at the last evaluation, once half of the run is over."""
    return _look(Moment.DURING, trace, config) if scored_late(trace) else None


def after(trace: Trace, config: SavedConfig) -> Finding | NotLooked | None:
    """Look at the last evaluation."""
    return _look(Moment.AFTER, trace, config)


def _look(moment: Moment, trace: Trace, config: SavedConfig) -> Finding | NotLooked | None:
    if not config.architecture.endswith("ForTokenClassification"):
        return None
    scored = [
        (step, value(one, "accuracy"), entities) for step, one in trace.evaluations if (entities := entity_scores(one))
    ]
    if not scored:
        return NotLooked("the log holds no precision, recall and F1 of entities")
    step, accuracy, entities = scored[-1]
    if entities.recall != 0 or entities.f1 != 0 or accuracy is None or accuracy < MOSTLY:
        return None
    still = len(scored) > 1 and scored[-2][1] == accuracy and scored[-2][2].recall == 0
    return Finding(
        failure="all_outside_entities",
        moment=moment,
        severity="error" if moment is Moment.AFTER else "warning",
        confidence=0.95 if still else 0.75,
        numbers={"step": step, "accuracy": 100 * accuracy},
        place=Place("step", step=step),
    )
