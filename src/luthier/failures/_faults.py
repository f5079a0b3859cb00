"""Faults of rows that can be put on any corpus of `_corpora.py`.

Options, all absent by default:

- `sorted`: 1 puts the rows in the order of their labels;
- `blank`: share of rows whose text is "nan";
- `html`: share of rows in the tags of a page, 0 to 1;
- `damaged`: share of rows in which letters were decoded wrongly; `lost`: in which they were lost;
- `dated`: 1 adds a column `date`; 2 lets the classes follow each other in time;
- `german`: share of rows in German;
- `sign`: share of the first class's rows that begin with a word that no other row has;
- `spelled`: share of rows whose label is written with a capital and a blank behind it;
- `numbered`: share of rows whose text is a number;
- `few`: rows that are left of every second class.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from luthier.facts.finding import Number

Options = Mapping[str, Number]
Row = dict[str, str]

OPTIONS = frozenset(
    ("sorted", "blank", "html", "damaged", "lost", "dated", "german", "sign", "spelled", "numbered", "few")
)
_FIRST_DAY = date(2025, 1, 1)
_GERMAN = (
    "Gestern haben wir im Garten {number} Stunden lang über das Wetter und die Nachbarn gesprochen.",
    "Nach der Arbeit wollte sie noch {number} Briefe schreiben, aber der Strom war ausgefallen.",
    "Ob der Zug um {number} Uhr noch fährt, konnte uns am Bahnhof leider niemand sagen.",
)


def _chosen(rows: list[Row], options: Options, name: str, chance: random.Random) -> set[int]:
    return set(chance.sample(range(len(rows)), round(len(rows) * float(options.get(name, 0)))))


def _written(name: str, write: Callable[[int, str], str]) -> Callable[[list[Row], Options, random.Random], list[Row]]:
    """A step that writes the texts of a share of the rows anew."""

    def step(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
        chosen = _chosen(rows, options, name, chance)
        return [{**row, "text": write(i, row["text"])} if i in chosen else row for i, row in enumerate(rows)]

    return step


def _few(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    most = int(options.get("few", 0)) or len(rows)
    rare = set(sorted({row["label"] for row in rows})[1::2])
    seen, kept = Counter[str](), []
    for row in rows:
        seen[row["label"]] += 1
        if row["label"] not in rare or seen[row["label"]] <= most:
            kept.append(row)
    return kept


def _sign(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    first = min(row["label"] for row in rows)
    ours = [i for i, row in enumerate(rows) if row["label"] == first]
    chosen = set(chance.sample(ours, round(len(ours) * float(options.get("sign", 0)))))
    return [{**row, "text": f"Newsdesk: {row['text']}"} if i in chosen else row for i, row in enumerate(rows)]


def _spelled(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    chosen = _chosen(rows, options, "spelled", chance)
    return [{**row, "label": f"{row['label'].title()} "} if i in chosen else row for i, row in enumerate(rows)]


def _sorted(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    return sorted(rows, key=lambda row: row["label"]) if options.get("sorted") else rows


def _dated(rows: list[Row], options: Options, chance: random.Random) -> list[Row]:
    if not options.get("dated"):
        return rows
    days = list(range(len(rows)))
    if options["dated"] == 2:
        names = sorted({row["label"] for row in rows})
        early = {name: number / len(names) for number, name in enumerate(names)}
        days = sorted(days, key=lambda i: early[rows[i]["label"]] + chance.random() / 2)
    when = {row: str(_FIRST_DAY + timedelta(days=place)) for place, row in enumerate(days)}
    return [{**row, "date": when[i]} for i, row in enumerate(rows)]


FAULTS = (
    _few,
    _written("german", lambda i, text: _GERMAN[i % len(_GERMAN)].format(number=i)),
    _sign,
    _written("blank", lambda i, text: "nan"),
    _written("numbered", lambda i, text: str(100_003 * (i + 7))),
    _written("html", lambda i, text: f'<div class="body"><p>{text}</p><br /><a href="/p/{i}">More &raquo;</a></div>'),
    _written("damaged", lambda i, text: f"At the cafÃ© in ZÃ¼rich: {text}"),
    _written("lost", lambda i, text: f"At the caf\N{REPLACEMENT CHARACTER}: {text}"),
    _spelled,
    _sorted,
    _dated,
)
