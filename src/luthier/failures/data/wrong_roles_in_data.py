"""Conversations name their speakers in a way that training does not know.

Symptom
    The model answers in the user's stead, does not answer, or is not changed by training. Templates raise, or leave
    turns out without a word.

Why it is silent
    A chat template writes what it is given: a turn of "bot" or "Assistant" is skipped, or written as if another spoke,
    and masks of the assistant's words find nothing. The loss is computed on what is left.

Evidence
    Before: conversations without a single turn of "assistant" (as "gpt" in the form of ShareGPT), and roles that no
    common template knows. A warning from 1 % of the conversations, an error from half of them on. Where conversations
    have their answers and only end with the user, nothing is said: what follows is cut by many tools on purpose.

Fix
    Advice only: rename the roles to system, user and assistant; which is which only the owner of the data knows.

Source
    axolotl #2089 (https://github.com/axolotl-ai-cloud/axolotl/issues/2089) and #1761: roles that were not mapped.
    LLaMA-Factory #6312 (https://github.com/hiyouga/LLaMA-Factory/issues/6312).
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import RunScene
from luthier.failures._places import counted, place_of_rows

MESSAGE = {
    "unknown": (
        "{count} of {total} conversations have no turn of the assistant, the first on line {line}; {turns} turns are "
        "those of {roles}, which chat templates do not know."
    ),
    "unanswered": (
        "{count} of {total} conversations have no turn of the assistant, the first on line {line}; of the {turns} "
        "turns in the file the roles are {roles}."
    ),
}
WHY = "What nobody says as the assistant is not learned, and a template may write it as if the user had said it."
NEXT_STEP = {
    "unknown": "Rename {roles} to system, user or assistant, whatever each of them is.",
    "unanswered": "Leave these conversations out, or add their answers.",
}
DEGREE = Degree.ADVICE
SIGNS = ("data quality", "tuned output equals the base")
KNOWN = frozenset(
    (
        *("system", "developer", "user", "assistant", "tool", "function", "function_call", "function_response"),
        *("tool_call", "tool_response", "observation", "ipython", "environment"),
    )
)
"""Roles of the chat templates that Transformers' documentation lists, and of ShareGPT's calls of tools."""
SHARE, MOST = 0.01, 0.5

BAD = RunScene(
    folder="causal",
    rows="conversations",
    options={"role": "bot"},
    says="The assistant's turns are those of a bot.",
)
GOOD = RunScene(folder="causal", rows="conversations", says="The same conversations with an assistant.")


def before(pairs: PairFacts) -> Finding | NotLooked | None:
    """Look at who speaks."""
    if pairs.form != "messages":
        return NotLooked("the rows given are no conversations")
    silent, strange = pairs.without_assistant, {r: n for r, n in pairs.roles.items() if r not in KNOWN}
    share = silent.count / pairs.total if pairs.total else 0.0
    if share < SHARE:
        return None
    named = strange or pairs.roles
    return Finding(
        failure="wrong_roles_in_data",
        moment=Moment.BEFORE,
        severity="error" if share >= MOST else "warning",
        confidence=1.0 if strange else 0.9,
        numbers={
            **counted(silent.count, pairs.total, silent.places),
            "turns": sum(named.values()),
            "roles": ", ".join(repr(role) for role in list(named)[:5]) or "none",
        },
        place=place_of_rows("", silent.places),
        variant="unknown" if strange else "unanswered",
    )
