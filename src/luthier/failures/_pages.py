"""The page of a failure, made from its file: the same text in the terminal, on the site and in the report."""

import inspect
from collections.abc import Iterable

from luthier.facts.scene import AnyScene, Scene
from luthier.failures._contract import HEADINGS, Failure


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
        f"Origin: {failure.origin} · looked for {moments} training · fix: {failure.degree}",
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


def index(failures: Iterable[Failure]) -> str:
    """The table of all failures in Markdown, newline at the end included."""
    rows = [
        f"| [{f.id}]({f.id}.md) | {f.origin} | {', '.join(f.moments)} | {f.degree} | {summary(f)} |" for f in failures
    ]
    head = ["# Failures", "", "| id | origin | looked for | fix | what goes wrong |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n"


def _scene(scene: AnyScene) -> str:
    """The values of a scene in one line of code."""
    if not isinstance(scene, Scene):
        return f"({scene})"
    options = "".join(f", {name}={value}" for name, value in scene.options.items())
    settings = "".join(f" --set {name}={value}" for name, value in scene.settings.items())
    sabotage = f"; sabotage: {scene.sabotage}" if scene.sabotage else ""
    step = f" at step {scene.sabotage_step}" if scene.sabotage_step else ""
    end = "" if scene.train else "; ends before training"
    return f"({scene.corpus}, {scene.rows} rows{options};{settings or ' derived plan'}{sabotage}{step}{end})"
