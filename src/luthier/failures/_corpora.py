"""Small English corpora for scenes, made by rule so that a scene needs no download and no licence.

A corpus is a list of (text, label); what goes wrong with it is put on top by options, each a function of its own, so
that any failure can be acted out on any corpus. Same arguments, same rows.

Options, all absent by default:

- `imbalance`: share of the rows that the first class gets, 0 to 1;
- `noise`: share of rows that get another class at random, 0 to 1;
- `conflict`: share of rows added as copies of other rows with another label, 0 to 1;
- `given`: 1 adds a column `split` (train, validation, test at 80/10/10), as a user who brings splits;
- `overlap`: share of validation and test rows that are copies of training rows (needs `given`);
- `near`: share of validation and test rows that are training rows with one word added (needs `given`);
- `groups`: number of authors; adds a column `author`, and their own turns of phrase to their texts;
- `leak`: share of the authors who stand on both sides of a given split; the others stand on one (needs `given` and
  `groups`);
- `header`: words of a letterhead that is the same on every row;
- `script`: 1 writes every word in Ethiopic syllables;
- `stop_words`: 0 removes function words and punctuation;
- those of `_faults.py`.
"""

import hashlib
import random
import re
from collections.abc import Callable, Collection, Mapping
from itertools import pairwise

import pyarrow as pa

from luthier.errors import PlanError
from luthier.facts.finding import Number
from luthier.failures import _faults
from luthier.failures._phrases import FUNCTION_WORDS, HEADER, REVIEWS, SHARED, TOPICS, TURNS

Options = Mapping[str, Number]
Row = dict[str, str]

OPTIONS = _faults.OPTIONS | {
    *("imbalance", "noise", "conflict", "given", "overlap", "near", "groups", "leak", "header", "script", "stop_words")
}


def make(corpus: str, rows: int, options: Options | None = None, seed: int = 0) -> pa.Table:
    """Make the rows of a scene.

    Args:
        corpus: "topics" (four topics, plain sentences) or "reviews" (two classes, with negation).
        rows: rows before options that add some.
        options: see the top of this file.
        seed: seed of every random choice.

    Returns:
        A table with the columns text and label, and author and split where options ask for them; all strings.

    Raises:
        PlanError: no such corpus or option.
    """
    options = options or {}
    refuse_unknown(corpus, CORPORA, options, OPTIONS)
    chance = random.Random(f"{corpus}-{seed}")
    labels = _labels(sorted(LABELS[corpus]), rows, float(options.get("imbalance", 0)), chance)
    made = _unlike(CORPORA[corpus], labels, chance)
    for step in STEPS:
        made = step(made, options, chance)
    return pa.table({name: [row[name] for row in made] for name in made[0]})


def refuse_unknown(corpus: str, corpora: Collection[str], options: Options, known: Collection[str]) -> None:
    """Raise where a corpus, or an option of it, has a name that nobody knows.

    Raises:
        PlanError: no such corpus or option.
    """
    if corpus not in corpora:
        raise PlanError(f"no corpus is called {corpus}", next_step=f"corpora: {sorted(corpora)}")
    if unknown := sorted(set(options) - set(known)):
        raise PlanError(f"corpus {corpus} has no option {unknown[0]}", next_step=f"options: {sorted(known)}")


def _labels(names: list[str], rows: int, first_share: float, chance: random.Random) -> list[str]:
    first = round(rows * first_share) if first_share else 0
    rest = names[1:] if first_share else names
    labels = [names[0]] * first + [rest[i % len(rest)] for i in range(rows - first)]
    chance.shuffle(labels)
    return labels


def _unlike(write: Callable[[str, random.Random], str], labels: list[str], chance: random.Random) -> list[Row]:
    """One text per label, no two of which share as much as half of their words' pairs."""
    rows: list[Row] = []
    known: list[frozenset[tuple[str, str]]] = []
    for label in labels:
        while True:
            text = write(label, chance)
            words = text.split()
            pairs = frozenset(pairwise(words))
            if all(2 * len(pairs & other) <= min(len(pairs), len(other)) for other in known):
                break
        known.append(pairs)
        rows.append({"text": text, "label": label})
    return rows


def _topic(label: str, chance: random.Random) -> str:
    words = {name: chance.choice(choices) for name, choices in {**SHARED, **TOPICS[label]}.items()}
    words["thing2"] = chance.choice([w for w in TOPICS[label]["thing"] if w != words["thing"]])
    return _sentence(chance.choice(TOPIC_FORMS).format(**words))


def _review(label: str, chance: random.Random) -> str:
    pools = {**SHARED, **REVIEWS}
    words = {name: chance.choice(choices) for name, choices in pools.items()}
    other = "bad" if label == "good" else "good"
    words["own"], words["own2"] = chance.sample(REVIEWS[label], 2)
    words["opposite"] = chance.choice(REVIEWS[other])
    words["aspect"], words["aspect2"] = chance.sample(REVIEWS["aspect"], 2)
    return _sentence(chance.choice(REVIEW_FORMS).format(**words))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


TOPIC_FORMS = (
    "{who} {did} {thing} {when}, and {person} helped with {thing2}.",
    "After {event}, {who} {did} {thing} because nobody else wanted to.",
    "I asked {person} about {thing}, but we ended up talking about {event} instead.",
    "It is hard to find {thing} {when}, so {who} {did} {thing2}.",
    "{person} says that {event} was better when {who} {did} {thing}.",
    "Could you tell {person} that {who} {did} {thing} {when}?",
    "We missed {event} {when}; {who} still {did} {thing}.",
    "There was a long argument over {thing}: {person} liked it, and {who} {did} {thing2}.",
)

REVIEW_FORMS = (
    "The {aspect} was {own}, and the {aspect2} was {own2} as well.",
    "{person} called the {aspect} {own} {when}, and I agree.",
    "I would not call the {aspect} {opposite}; if anything it was {own}.",
    "Nobody at our table found the {aspect} {opposite}, and {person} thought the {aspect2} {own}.",
    "We went there {when}. The {aspect} was never {opposite}, the {aspect2} simply {own}.",
    "{who} wrote that the {aspect} is {own}. It is also true of the {aspect2}.",
    "Far from {opposite}, the {aspect} turned out {own} {when}.",
    "I can only say that the {aspect} is {own} and the {aspect2} not {opposite} at all, even {when}.",
)

LABELS = {"topics": tuple(TOPICS), "reviews": ("good", "bad")}
CORPORA: Mapping[str, Callable[[str, random.Random], str]] = {"topics": _topic, "reviews": _review}


def _noise(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    wrong = set(chance.sample(range(len(rows)), round(len(rows) * float(options.get("noise", 0)))))
    names = sorted({row["label"] for row in rows})
    return [
        {**row, "label": chance.choice([n for n in names if n != row["label"]])} if i in wrong else row
        for i, row in enumerate(rows)
    ]


def _groups(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    count = int(options.get("groups", 0))
    if not count:
        return rows
    authors = [f"author-{chance.randrange(10**6):06d}" for _ in range(count)]
    return [
        {**row, "author": authors[i % count], "text": f"{TURNS[i % count % len(TURNS)]} {row['text']}"}
        for i, row in enumerate(rows)
    ]


def _given(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    """Name a split for each row; an author who does not leak stands in one split only."""
    if not options.get("given"):
        return rows
    authors = list(dict.fromkeys(row.get("author", "") for row in rows))
    leaking = round(len(authors) * float(options.get("leak", 0))) if options.get("groups") else len(authors)
    apart = authors[leaking:]
    whole = {author: _split_of(i, len(apart)) for i, author in enumerate(apart)}
    spread = [i for i, row in enumerate(rows) if row.get("author", "") not in whole]
    chance.shuffle(spread)
    single = {row: _split_of(i, len(spread)) for i, row in enumerate(spread)}
    return [{**row, "split": single[i] if i in single else whole[row["author"]]} for i, row in enumerate(rows)]


def _split_of(position: int, total: int) -> str:
    share = position / total
    return "train" if share < 0.8 else "validation" if share < 0.9 else "test"


def _overlap(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    return _copied(rows, float(options.get("overlap", 0)), lambda text: text, chance)


def _near(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    return _copied(rows, float(options.get("near", 0)), lambda text: f"Well: {text}", chance)


def _copied(rows: list[Row], share: float, change: Callable[[str], str], chance: random.Random) -> list[Row]:
    """Replace a share of the scored rows by training rows, changed a little."""
    train = [row for row in rows if row.get("split") == "train"]
    scored = [i for i, row in enumerate(rows) if row.get("split") in ("validation", "test")]
    copies = dict(
        zip(chance.sample(scored, round(len(scored) * share)), chance.sample(train, len(train)), strict=False)
    )
    return [
        {**copies[i], "text": change(copies[i]["text"]), "split": row["split"]} if i in copies else row
        for i, row in enumerate(rows)
    ]


def _conflict(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    names = sorted({row["label"] for row in rows})
    chosen = chance.sample(rows, round(len(rows) * float(options.get("conflict", 0))))
    return rows + [{**row, "label": chance.choice([n for n in names if n != row["label"]])} for row in chosen]


def _header(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    words = (HEADER.split() * 20)[: int(options.get("header", 0))]
    return [{**row, "text": " ".join([*words, row["text"]])} for row in rows] if words else rows


def _script(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    return [{**row, "text": _in_ethiopic(row["text"])} for row in rows] if options.get("script") else rows


def _in_ethiopic(text: str) -> str:
    """Each word as two to four syllables of the Ethiopic block, always the same for the same word."""

    def spell(match: re.Match[str]) -> str:
        digest = hashlib.sha256(match.group().lower().encode()).digest()
        return "".join(chr(0x1208 + byte % 64) for byte in digest[: 2 + digest[0] % 3])

    return re.sub(r"\w+", spell, text)


def _stop_words(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    if options.get("stop_words", 1):
        return rows
    return [{**row, "text": without_function_words(row["text"])} for row in rows]


def without_function_words(text: str) -> str:
    """The text as classical cleaning leaves it: lower case, no punctuation, no function words."""
    return " ".join(word for word in re.findall(r"\w+", text.lower()) if word not in FUNCTION_WORDS) or text


STEPS = (_noise, _groups, _given, _overlap, _near, _conflict, _header, _script, _stop_words, *_faults.FAULTS)
