"""The page of a failure, made from its file: the same text in the terminal, on the site and in the report."""

import inspect
from collections.abc import Iterable
from dataclasses import fields

from luthier.facts.finding import Degree
from luthier.facts.scene import AnyScene, RunScene, Scene
from luthier.failures._contract import HEADINGS, Failure
from luthier.failures._curves import pictures, sketch
from luthier.failures._signs import SIGNS

DEGREES = {
    Degree.APPLIED: "changes settings only",
    Degree.WHEN_ASKED: "changes rows or settings of yours, so only when asked",
    Degree.ADVICE: "advice only",
}
"""What a fix does. Luthier names the change and leaves it to the user to make it."""


def summary(failure: Failure) -> str:
    """What goes wrong, in one line: the first line of the docstring."""
    return failure.doc.strip().partition("\n")[0]


def sections(failure: Failure) -> dict[str, str]:
    """Heading to text of the docstring, in order; lines are joined to paragraphs as they stand."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in inspect.cleandoc(failure.doc).splitlines():
        if line in HEADINGS:
            lines = found.setdefault(line, [])
        else:
            lines.append(line.strip())
    return {heading: "\n".join(text).strip() for heading, text in found.items()}


def page(failure: Failure) -> str:
    """The page of one failure in Markdown, newline at the end included."""
    moments = ", ".join(failure.moments)
    causes = ", ".join(f"[{name}]({name}.md)" for name in failure.explained_by)
    parts = [
        f"# {failure.id}",
        summary(failure),
        f"Origin: {failure.origin} · looked for {moments} training · fix: {DEGREES[failure.degree]}",
        *([f"Signs: {'; '.join(failure.signs)} ([all signs](symptoms.md))."] if failure.signs else []),
        *_picture(failure),
        *(f"## {heading}\n\n{text}" for heading, text in sections(failure).items()),
        *(
            [f"## Told as a symptom of\n\n{causes}. Where one of them was seen too, only that is told."]
            if causes
            else []
        ),
        f"## Scenes\n\n`luthier reproduce {failure.id}`: {failure.bad.says}\n{_scene(failure.bad)}",
        f"`luthier reproduce {failure.id} --good`: {failure.good.says}\n{_scene(failure.good)}",
    ]
    return "\n\n".join(parts) + "\n"


def _picture(failure: Failure) -> list[str]:
    """The loss of both runs, drawn and in signs, where they were made."""
    found = pictures().get(failure.id)
    if found is None:
        return []
    drawn = f"![Training loss of {failure.id} beside a healthy run](images/{failure.id}.svg)"
    made = (
        f"two runs of plain Trainer (`python -m benchmarks.detection make {found.recipe}`, and its healthy twin)"
        if found.recipe
        else "the two scenes below"
    )
    return [drawn, f"Training loss, step by step, of {made}:\n\n```\n{sketch(found)}\n```"]


def index(failures: Iterable[Failure]) -> str:
    """The table of all failures in Markdown, newline at the end included."""
    rows = [
        f"| [{f.id}]({f.id}.md) | {f.origin} | {', '.join(f.moments)} | {DEGREES[f.degree]} | {summary(f)} |"
        for f in failures
    ]
    head = [
        "# Failures",
        "",
        "By what is seen first: [symptoms](symptoms.md).",
        "",
        "| id | origin | looked for | fix | what goes wrong |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"


def suspects(failures: Iterable[Failure]) -> dict[str, tuple[Failure, ...]]:
    """Sign to the failures that look so, in the order of `_signs.py`; signs of no failure are left out."""
    known = tuple(failures)
    found = {sign: tuple(failure for failure in known if sign in failure.signs) for sign in SIGNS}
    return {sign: members for sign, members in found.items() if members}


def symptoms(failures: Iterable[Failure]) -> str:
    """The index by symptom in Markdown, newline at the end included."""
    head = (
        "# Symptoms\n\nWhat is seen first, and which failures look so. `luthier diagnose RUN` tells them apart by "
        "evidence; `luthier explain --symptom WORDS` looks here."
    )
    parts = [
        "\n\n".join((f"## {_capital(sign)}", SIGNS[sign], "\n".join(_suspect(failure) for failure in members)))
        for sign, members in suspects(failures).items()
    ]
    return "\n\n".join([head, *parts]) + "\n"


def _suspect(failure: Failure) -> str:
    return f"- [{failure.id}]({failure.id}.md): {summary(failure)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _scene(scene: AnyScene) -> str:
    """The values of a scene in one line of code: what it starts from, and what is different."""
    if isinstance(scene, Scene):
        return _fit(scene)
    start = f"{scene.folder} folder" if isinstance(scene, RunScene) else f"{scene.trainer} trainer"
    changed = [
        f"{field.name}: {_values(getattr(scene, field.name))}"
        for field in fields(scene)
        if field.name not in ("folder", "trainer", "says") and getattr(scene, field.name)
    ]
    return f"({'; '.join([start, *(changed or ['healthy'])])})"


def _values(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={_values(one)}" for name, one in value.items())
    if isinstance(value, tuple):
        return " and ".join(_values(one) for one in value)
    return "yes" if value is True else " ".join(str(value).split())


def _fit(scene: Scene) -> str:
    options = "".join(f", {name}={value}" for name, value in scene.options.items())
    settings = "".join(f" --set {name}={value}" for name, value in scene.settings.items())
    sabotage = f"; sabotage: {scene.sabotage}" if scene.sabotage else ""
    step = f" at step {scene.sabotage_step}" if scene.sabotage_step else ""
    end = "" if scene.train else "; ends before training"
    return f"({scene.corpus}, {scene.rows} rows{options};{settings or ' derived plan'}{sabotage}{step}{end})"
