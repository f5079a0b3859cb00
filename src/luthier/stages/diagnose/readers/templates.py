"""What a chat template does, decided by its text. Templates of others are never rendered: they are programs.

Jinja's sandbox bounds neither loops nor the length of what is written, and has had holes (CVE-2024-56326,
CVE-2025-27516). What the text does not decide stays None.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

LONGEST = 100_000
"""Characters of a template that are looked at; the longest that we have met has 20,000."""
MOST_TURNS = 200
"""Places at which a template writes the words of a turn; more are not looked at."""
_OPENS = re.compile(r"\{[{%#]")
_CLOSES = {"{{": "}}", "{%": "%}", "{#": "#}"}
_BRACKETED = re.compile(r"<[^<>\s]{1,60}>|\[[^\[\]\s]{1,60}\]")
"""How added tokens are written; looking for each of 6,000 added tokens in turn would take longer than this."""
_SET = re.compile(r"-?\s*set\b")
_MARKER = re.compile(r"\{%[-+]?\s*generation\s*[-+]?%\}")
_BOS = re.compile(r"\bbos_token\b")
_CONTENT = re.compile(r"\bcontent\b")
_ROLE = re.compile(r"role'?\"?\]?\s*(==|!=|in)\s*")
_REACH = 300
"""Characters behind a turn's words within which its end stands; tool calls and the like come later."""
_BEGINS = re.compile(r"start|begin|bos|inst|header|im_sep|user|assistant|system|tool|think|image|pad", re.I)


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What the text of a template says.

    Attributes:
        adds_bos: whether it writes the BOS token; None where it only asks for it.
        marks_assistant: whether it holds `{% generation %}`.
        turn_end: token behind an assistant's words; empty where none was found.
    """

    adds_bos: bool | None
    marks_assistant: bool
    turn_end: str


def template_facts(template: str, special: Mapping[str, str], added: Iterable[str] = ()) -> TemplateFacts | None:
    """Facts of a chat template; None where there is none.

    Args:
        template: its text; what is behind `LONGEST` characters is left out.
        special: role ("bos", "eos") to token.
        added: further tokens that are one id each, such as "<|im_end|>".
    """
    if not template:
        return None
    text = "".join(part for _, part in _parts(template[:LONGEST]))
    tokens = {token for token in special.values() if token and token in text}
    tokens |= set(_BRACKETED.findall(text)).intersection(added)
    return TemplateFacts(
        adds_bos=_adds_bos(text, special.get("bos", "")),
        marks_assistant=_MARKER.search(text) is not None,
        turn_end=_turn_end(text, special.get("eos", ""), tokens),
    )


def _adds_bos(text: str, bos: str) -> bool | None:
    """Whether the token is written, as a variable or as itself; a test such as `if bos_token` alone decides nothing."""
    if bos and bos in text:
        return True
    if not _BOS.search(text):
        return False
    written = (part for kind, part in _parts(text) if kind == "{{" or (kind == "{%" and _SET.match(part, 2)))
    return True if any(_BOS.search(part) for part in written) else None


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a template as (opening, text with its brackets); "" opens text outside. Comments are left out."""
    place = 0
    while found := _OPENS.search(text, place):
        end = text.find(_CLOSES[found[0]], found.end())
        if end < 0:
            break
        yield "", text[place : found.start()]
        if found[0] != "{#":
            yield found[0], text[found.start() : end + 2]
        place = end + 2
    yield "", text[place:]


def _turn_end(text: str, eos: str, tokens: set[str]) -> str:
    """First token behind the words of a turn; that of the assistant's branch where roles have branches of their own."""
    ends: Counter[str] = Counter()
    own: Counter[str] = Counter()
    places = [match.start() for match in islice(_CONTENT.finditer(text), MOST_TURNS)]
    for place, following in pairwise([*places, len(text)]):
        end = _first_token(text[place : min(following, place + _REACH)], eos, tokens)
        if end:
            ends[end] += 1
            own[end] += _of_assistant(text[:place])
    best = own.most_common(1)
    if best and best[0][1]:
        return best[0][0]
    return ends.most_common(1)[0][0] if ends else ""


def _first_token(text: str, eos: str, tokens: set[str]) -> str:
    found = [(text.find(token), -len(token), token) for token in tokens if token in text and not _BEGINS.search(token)]
    name = re.search(r"\beos_token\b", text)
    if name and eos:
        found.append((name.start(), 0, eos))
    return min(found)[2] if found else ""


def _of_assistant(before: str) -> bool:
    """Whether the last role that was asked for is the assistant's."""
    asked = list(_ROLE.finditer(before))
    return bool(asked) and "assistant" in before[asked[-1].end() : asked[-1].end() + 40]
