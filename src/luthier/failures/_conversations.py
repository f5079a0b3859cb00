"""Rows that are not labelled texts, for the scenes of runs that other tools made: made by rule from `_phrases.py`.

Corpora:

- `conversations`: `messages` of a system, a user and an assistant, every other one with a second exchange;
- `completions`: `prompt` and `completion`;
- `texts`: the same in one `text`, the answer behind "### Answer: ";
- `summaries`: `document` and `summary`;
- `questions`: `question`, `context` and `answers`, as SQuAD has them.

Options, all absent by default:

- `rows`: how many (120);
- `given`: 1 adds a column `split` (train, validation, test at 80/10/10);
- `overlap`: share of validation and test rows that are copies of training rows (needs `given`);
- `empty`, `copied`, `refusals`: share of rows whose target is empty, repeats its source, or is a model's refusal;
- `constant`: share of rows that have one and the same target;
- `before`: words of a letterhead put before each source; in `questions`, before each context;
- `long`: share of rows that get these words; all of them unless it is given;
- `behind`: words of a letterhead put behind each target;
- `role`: another name for the assistant in conversations;
- `unanswered`: share of conversations that end with the user;
- `begin`, `end`: token written before and behind each text;
- `shift`: characters by which answers are said to begin too late;
- `units`: "bytes" or "utf16": what the places of answers are counted in; contexts then hold letters that differ;
- `form`: 1 writes answers in another Unicode form than contexts, which then hold letters that differ;
- `asked`: words of a letterhead put before each question.
"""

import random
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from luthier.facts.finding import Number
from luthier.failures._corpora import Options, refuse_unknown
from luthier.failures._phrases import HEADER, SHARED, TOPICS

Row = dict[str, Any]

OPTIONS = frozenset(
    (
        *("rows", "given", "overlap", "empty", "copied", "refusals", "constant", "before", "long", "behind", "role"),
        *("unanswered", "begin", "end", "shift", "units", "form", "asked"),
    )
)
REFUSALS = (
    "I'm sorry, but I can't assist with that.",
    "As an AI language model, I do not have personal experience of this.",
    "I cannot fulfill this request.",
)
CONSTANT = "It went as everybody had expected."
_SPLITS = {8: "validation", 9: "test"}
_NAMES = {
    "conversations": ("source", "target"),
    "completions": ("prompt", "completion"),
    "texts": ("source", "target"),
    "summaries": ("document", "summary"),
}


def make(corpus: str, options: Options | None = None, seed: int = 0) -> list[Row]:
    """Make the rows of a scene; the same arguments give the same rows.

    Args:
        corpus: one of `CORPORA`.
        options: see the top of this file.
        seed: seed of every random choice.

    Raises:
        PlanError: no such corpus or option.
    """
    options = options or {}
    refuse_unknown(corpus, CORPORA, options, OPTIONS)
    chance = random.Random(f"{corpus}-{seed}")
    rows = [_facts(chance) for _ in range(int(options.get("rows", 120)))]
    made = CORPORA[corpus](rows, options, chance)
    return _divided(made, options, chance)


def _facts(chance: random.Random) -> dict[str, str]:
    """What happened, in words: who did what, when, and who helped."""
    topic = TOPICS[chance.choice(sorted(TOPICS))]
    words = {name: chance.choice(choices) for name, choices in {**SHARED, **topic}.items()}
    words["thing2"] = chance.choice([one for one in topic["thing"] if one != words["thing"]])
    return words


def _divided(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    if not options.get("given"):
        return rows
    made = [{**row, "split": _SPLITS.get(number % 10, "train")} for number, row in enumerate(rows)]
    train = [row for row in made if row["split"] == "train"]
    scored = [number for number, row in enumerate(made) if row["split"] != "train"]
    for number in chance.sample(scored, round(len(scored) * float(options.get("overlap", 0)))):
        made[number] = {**chance.choice(train), "split": made[number]["split"]}
    return made


def _pairs(corpus: str, facts: list[dict[str, str]], options: Options, chance: random.Random) -> list[Row]:
    """Sources and targets, with what the options do to them."""
    write = _summary if corpus == "summaries" else _answer
    pairs = [write(words) for words in facts]
    for fault in ("empty", "copied", "refusals", "constant"):
        for number in _share(len(pairs), options.get(fault, 0), chance):
            source = pairs[number][0]
            wrong = {"empty": "", "copied": source, "refusals": chance.choice(REFUSALS), "constant": CONSTANT}
            pairs[number] = source, wrong[fault]
    before, behind = _words(options.get("before", 0)), _words(options.get("behind", 0))
    long = set(_share(len(pairs), options.get("long", 1.0), chance))
    names = _NAMES[corpus]
    return [
        dict(zip(names, (f"{before if number in long else ''}{source}", f"{target} {behind}".strip()), strict=True))
        for number, (source, target) in enumerate(pairs)
    ]


def _share(count: int, share: Number, chance: random.Random) -> list[int]:
    return chance.sample(range(count), round(count * float(share)))


def _words(count: Number) -> str:
    words = HEADER.split()
    return "".join(f"{words[number % len(words)]} " for number in range(int(count)))


def _answer(words: dict[str, str]) -> tuple[str, str]:
    asked = "What happened {when} at {event}, and who was there to help {who}?"
    return asked.format(**words), "{who} {did} {thing}, and {person} helped with {thing2}.".format(**words)


def _summary(words: dict[str, str]) -> tuple[str, str]:
    document = (
        "It is still told {when}. After {event}, {who} {did} {thing} because nobody else wanted to. {person} helped "
        "with {thing2}, as always. There was a long argument, and in the end everybody went home."
    )
    return document.format(**words), "{who} {did} {thing} after {event}.".format(**words)


def _conversations(facts: list[dict[str, str]], options: Options, chance: random.Random) -> list[Row]:
    pairs = _pairs("conversations", facts, options, chance)
    unanswered = set(_share(len(pairs), options.get("unanswered", 0), chance))
    assistant = str(options.get("role", "assistant"))
    rows = []
    for number, (pair, words) in enumerate(zip(pairs, facts, strict=True)):
        turns = [("system", "You answer in one short sentence."), ("user", pair["source"])]
        turns += [(assistant, pair["target"])] if number not in unanswered else []
        if number % 2 and number not in unanswered:
            turns += [("user", "And when was that?"), (assistant, "It was {when}.".format(**words))]
        rows.append({"messages": [{"role": role, "content": said} for role, said in turns]})
    return rows


def _completions(facts: list[dict[str, str]], options: Options, chance: random.Random) -> list[Row]:
    begin, end = options.get("begin", ""), options.get("end", "")
    return [
        {"prompt": f"{begin}{row['prompt']}", "completion": f" {row['completion']}{end}" if row["completion"] else ""}
        for row in _pairs("completions", facts, options, chance)
    ]


def _texts(facts: list[dict[str, str]], options: Options, chance: random.Random) -> list[Row]:
    begin, end = options.get("begin", ""), options.get("end", "")
    return [
        {"text": f"{begin}### Question: {row['source']}\n### Answer: {row['target']}{end}"}
        for row in _pairs("texts", facts, options, chance)
    ]


def _summaries(facts: list[dict[str, str]], options: Options, chance: random.Random) -> list[Row]:
    return _pairs("summaries", facts, options, chance)


def _questions(facts: list[dict[str, str]], options: Options, chance: random.Random) -> list[Row]:
    before, asked = _words(options.get("before", 0)), _words(options.get("asked", 0))
    long = set(_share(len(facts), options.get("long", 1.0), chance))
    rows = []
    for number, words in enumerate(facts):
        odd = "At the café in Zürich 🚲, " if options.get("units") or options.get("form") else ""
        own = before if number in long else ""
        context = f"{own}{odd}{_answer(words)[1]} It was {words['when']}, and all went home."
        text = words["thing2"] if not options.get("form") else "café in Zürich"
        start = _place(context, text, str(options.get("units", ""))) + int(options.get("shift", 0))
        if options.get("form"):
            text = unicodedata.normalize("NFD", text)
        question = f"{asked if number in long else ''}What did {words['person']} help with?"
        rows.append({"question": question, "context": context, "answers": {"text": [text], "answer_start": [start]}})
    return rows


def _place(context: str, text: str, units: str) -> int:
    """Where the last appearance of an answer begins, in characters, bytes or 16-bit units."""
    before = context[: context.rindex(text)]
    if units == "bytes":
        return len(before.encode())
    return len(before.encode("utf-16-le")) // 2 if units == "utf16" else len(before)


Write = Callable[[list[dict[str, str]], Options, random.Random], list[Row]]
CORPORA: Mapping[str, Write] = {
    "conversations": _conversations,
    "completions": _completions,
    "texts": _texts,
    "summaries": _summaries,
    "questions": _questions,
}
