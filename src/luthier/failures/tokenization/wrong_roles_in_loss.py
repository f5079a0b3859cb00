"""The wrong words enter the loss: those of the user, or only some of the assistant's.

Symptom
    The model writes on in the user's name, or answers well only at the end of a conversation. The loss is lower than
    it should be, since questions of one kind are easy to guess.

Why it is silent
    A mask decides which tokens count, and a mask over the wrong turns is as valid as one over the right ones. Role
    names that the code does not know, or turns that it counts from the wrong end, are enough.

Evidence
    Before: real batches laid over the roles of their rows. Words of system, user, tool or prompt enter the loss, while
    others are masked or the settings ask for the assistant or the completion alone: an error where they are most of
    what is learned. Where nothing at all is masked and nobody asked for it, the whole conversation is learned by
    choice, and nothing is said. A note where less than three quarters of the assistant's words are learned in
    conversations that are not cut: learning only the last answer may be meant.

Fix
    Advice only: map the role names, and print what is learned of one conversation with three turns.

Source
    axolotl #2089 (https://github.com/axolotl-ai-cloud/axolotl/issues/2089) and #1761, LLaMA-Factory #6312
    (https://github.com/hiyouga/LLaMA-Factory/issues/6312), unsloth #867. The three quarters are ours: a mask that
    leaves out the end token alone keeps more of any answer of four tokens.
"""

from collections import Counter

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus, RowCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place, Severity
from luthier.facts.scene import LiveScene

MESSAGE = {
    "others": (
        "{count} of {total} tokens in the loss of the first batches ({percent:.3g} %, the template's own not counted) "
        "are not the assistant's but those of: {roles}."
    ),
    "partly": (
        "Only {count} of the {total} tokens that the assistant says in the first batches ({percent:.3g} %) enter the "
        "loss."
    ),
}
WHY = {
    "others": "The model learns to say what it should answer, and the words that matter weigh less.",
    "partly": "Turns whose answer is masked cost time and teach nothing.",
}
NEXT_STEP = {
    "others": "Print the supervised tokens of one conversation, and mask every turn that is not the assistant's.",
    "partly": "Print the supervised tokens of one conversation, and unmask every answer unless this is meant.",
}
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("collator_overwrites_labels", "labels_shifted_twice")
SIGNS = ("train loss far below eval loss from step 1", "generations empty, repeated or garbled")
ANSWERS = frozenset({"assistant", "completion"})
SHARE, MOST, ALL = 0.05, 0.5, 0.75
ASKED = ("assistant_only_loss", "completion_only_loss")

BAD = LiveScene(
    "instruction",
    options={"wrong_turns": 1},
    says="The mask leaves the user's words in the loss and takes the assistant's out.",
)
GOOD = LiveScene("instruction", says="The same conversations with the assistant's words in the loss.")


def before(census: BatchCensus, arguments: Arguments | None = None) -> Finding | NotLooked | None:
    """Count what enters the loss, by role."""
    rows = [row for row in census.rows if row.roles]
    if not rows:
        return NotLooked("it is not known whose words the rows hold")
    if not any(row.supervised for row in rows):
        return NotLooked("nothing enters the loss")
    asked = arguments is not None and any(arguments.flag(name) is True for name in ASKED)
    learned, said = _summed(rows, learned=True), _summed(rows, learned=False)
    others = {name: count for name, count in learned.items() if name not in ANSWERS}
    total = sum(learned.values())
    if sum(others.values()) >= SHARE * max(total, 1) and (asked or _masked(rows)):
        share = sum(others.values()) / total
        return _finding("others", sum(others.values()), total, "error" if share >= MOST else "warning", others)
    words = said["assistant"]
    if "messages" in census.dropped_columns and words and learned["assistant"] < ALL * words and not others:
        return None if any(row.truncated for row in rows) else _finding("partly", learned["assistant"], words, "note")
    return None


def _summed(rows: list[RowCensus], *, learned: bool) -> Counter[str]:
    """Tokens by role; what the template writes is left out."""
    found: Counter[str] = Counter()
    for row in rows:
        found.update(row.supervised_roles if learned else row.roles)
    del found["template"]
    return found


def _masked(rows: list[RowCensus]) -> bool:
    """Whether words are masked at all; the first token of a row never enters the loss."""
    said, learned = _summed(rows, learned=False).total(), _summed(rows, learned=True).total()
    return said - learned > len(rows)


def _finding(variant: str, count: int, total: int, severity: Severity, others: dict[str, int] | None = None) -> Finding:
    return Finding(
        failure="wrong_roles_in_loss",
        moment=Moment.BEFORE,
        severity=severity,
        confidence=0.9,
        numbers={
            "count": count,
            "total": total,
            "percent": 100 * count / total,
            "roles": ", ".join(sorted(others or {})),
        },
        place=Place("column", "labels"),
        variant=variant,
    )
