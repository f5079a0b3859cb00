"""Entities are scored leniently, under a tagging scheme that is not theirs.

Symptom
    F1 differs between tools on the same predictions; F1 of 1.0 for tags that break their scheme, or less than it should
    be.

Why it is silent
    seqeval reads any tags unless it is told a scheme. It takes an entity that begins with I- for a good one, and it
    does not know the letters L and U of BILOU, so that two entities side by side become one.

Evidence
    Before: of the entities in the first batches, a fifth or more begin with I- although the names of the labels have
    B-; fewer may come from rows that were cut inside an entity. A warning; a note from nine in ten on, which is how
    IOB1 writes them, and seqeval reads that by default. Both shares are ours.
    After: the labels of the config are named by BILOU, and scores of entities stand in the log: a note; a warning
    where a console output holds seqeval's warning of tags that it does not know, which it gives by default alone.

Fix
    Advice only: name the scheme, and score strictly.

Source
    seqeval #23 (https://github.com/chakki-works/seqeval/issues/23), #71, #25; conlleval #4. Our experiment with seqeval
    1.2.2: tags that begin with I- give F1 1.0 by default and 0.0 under mode="strict", scheme=IOB2; BILOU tags give 0.5
    by default and 0.8 under scheme=BILOU.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.console import ConsoleFacts
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, Number, Place, Severity
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.failures._places import counted
from luthier.failures._scored import entity_scores

MESSAGE = {
    "unopened": (
        "{count} of {total} entities in the first batches ({percent:.0f} %) begin with I-, although there are labels "
        "with B-: seqeval counts them by default, and not under a strict scheme."
    ),
    "unknown": (
        "{count} labels are named by BILOU (such as {label}), and F1 of entities is {value:.3f}: seqeval does not know "
        "these letters by default, and joins entities that stand side by side."
    ),
}
WHY = (
    "The score is not the one that others report under the same name, and hides entities that begin in the wrong place."
)
NEXT_STEP = {
    "unopened": (
        'Write the tags in one scheme (B- at each beginning), and score with classification_report(..., mode="strict", '
        "scheme=IOB2)."
    ),
    "unknown": 'Score with seqeval.metrics.f1_score(..., mode="strict", scheme=BILOU), and report the scheme.',
}
DEGREE = Degree.ADVICE
SIGNS = ("data quality", "score looks too good")
LEAST, NEARLY_ALL, FEWEST = 0.2, 0.9, 3
NOT_KNOWN = ("L-", "U-")

BAD = LiveScene("tagger", options={"no_begin": 1}, says="Persons begin with I-, places with B-.")
GOOD = LiveScene("tagger", says="Both begin with B-.")


def before(census: BatchCensus) -> Finding | None:
    """Look at where entities begin."""
    begun, unopened = census.entities or (0, 0)
    if unopened < FEWEST or unopened < LEAST * begun:
        return None
    severity: Severity = "note" if unopened >= NEARLY_ALL * begun else "warning"
    return _finding(Moment.BEFORE, "unopened", severity, 0.9, counted(unopened, begun))


def after(config: SavedConfig, validation: Scores, console: ConsoleFacts | None = None) -> Finding | None:
    """Look at the names of the labels."""
    scores = entity_scores(validation.model)
    named = [label for label in config.labels if label.startswith(NOT_KNOWN)]
    if not named or scores is None or not config.architecture.endswith("ForTokenClassification"):
        return None
    warned = console is not None and "not_entity_tags" in console.messages
    numbers: dict[str, Number] = {"count": len(named), "label": named[0], "value": scores.f1}
    return _finding(Moment.AFTER, "unknown", "warning" if warned else "note", 0.95 if warned else 0.8, numbers)


def _finding(
    moment: Moment, variant: str, severity: Severity, confidence: float, numbers: dict[str, Number]
) -> Finding:
    return Finding(
        failure="entity_scores_lenient",
        moment=moment,
        severity=severity,
        confidence=confidence,
        numbers=numbers,
        place=Place("setting", "compute_metrics"),
        variant=variant,
    )
