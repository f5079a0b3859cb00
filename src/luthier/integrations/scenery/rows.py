"""Rows of the scenes: forty of each kind, made by rule."""

import random
from collections.abc import Sequence
from typing import Any

PLACES = ("Lisbon", "Oslo", "Nairobi", "Quito", "Hanoi", "Porto", "Lima", "Turin")
THINGS = ("bridge", "library", "harbour", "theatre", "market", "tower", "garden", "station")
YEARS = ("1887", "1902", "1931", "1954", "1968", "1979", "1993", "2006")
MAKERS = ("Ada Novak", "Ben Okoro", "Carla Ruiz", "Deniz Kaya", "Emil Berg", "Fatou Diallo", "Grete Holm", "Hugo Prado")
ROWS = 40


def _chosen(seed: int = 0) -> list[tuple[str, str, str, str]]:
    """Forty different (place, thing, year, maker)."""
    chance = random.Random(seed)
    every = [(p, t) for p in PLACES for t in THINGS]
    return [(p, t, chance.choice(YEARS), chance.choice(MAKERS)) for p, t in chance.sample(every, ROWS)]


def sentences() -> list[str]:
    """Plain sentences, some longer than others."""
    asides = ("", " after a long dispute", " on the site of an older one, which had burned down")
    return [
        f"The {thing} of {place} was built by {maker} in {year}{asides[number % 3]}."
        for number, (place, thing, year, maker) in enumerate(_chosen())
    ]


def questions() -> list[dict[str, object]]:
    """question, context and answers {text, answer_start}, as SQuAD has them."""
    rows: list[dict[str, object]] = []
    for text, (place, thing, year, _) in zip(sentences(), _chosen(), strict=True):
        context = f"{text} It stands near the river. Many people visit it in spring."
        answers = {"text": [year], "answer_start": [context.index(year)]}
        rows.append({"question": f"When was the {thing} of {place} built?", "context": context, "answers": answers})
    return rows


def conversations() -> list[dict[str, object]]:
    """messages: a system message, a question and its answer, and in every other row one more exchange."""
    rows: list[dict[str, object]] = []
    for number, (place, thing, year, maker) in enumerate(_chosen()):
        turns = [
            ("system", "You answer in one short sentence."),
            ("user", f"When was the {thing} of {place} built?"),
            ("assistant", f"It was built in {year}."),
        ]
        if number % 2:
            turns += [("user", "And who built it?"), ("assistant", f"{maker} built it.")]
        rows.append({"messages": [{"role": role, "content": content} for role, content in turns]})
    return rows


def prompts() -> list[tuple[str, str]]:
    """A question and its answer, plain."""
    asides = ("", " It still stands.", " Nobody lives there now, but it still stands.")
    return [
        (f"When was the {thing} of {place} built?", f" It was built in {year}.{asides[number % 3]}")
        for number, (place, thing, year, _) in enumerate(_chosen())
    ]


def summaries() -> list[tuple[str, str]]:
    """A text of three sentences and a summary."""
    return [
        (f"{text} It stands near the river. Many people visit it in spring.", f"{maker} built the {thing} in {year}.")
        for text, (_, thing, year, maker) in zip(sentences(), _chosen(), strict=True)
    ]


TAGS = ("O", "B-PLACE", "B-PERSON", "I-PERSON")


def tagged() -> list[tuple[list[str], list[int]]]:
    """Words and the ids of their tags in `TAGS`."""
    rows = []
    for place, thing, year, maker in _chosen():
        first, last = maker.split()
        words = ["The", thing, "of", place, "was", "built", "by", first, last, "in", year, "."]
        tags = [0, 0, 0, 1, 0, 0, 0, 2, 3, 0, 0, 0]
        rows.append((words, tags))
    return rows


class Repeated:
    """Some rows again and again, up to so many.

    Args:
        rows: at least one.
        count: length that it is said to have.
    """

    def __init__(self, rows: Sequence[Any], count: int) -> None:
        self._rows, self._count = rows, count
        self.column_names = getattr(rows, "column_names", [])

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: int) -> Any:
        if not 0 <= place < self._count:
            raise IndexError(place)
        return self._rows[place % len(self._rows)]
