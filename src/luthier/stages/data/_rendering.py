"""Renders chat templates, in a process of its own: run by `rendered.py`, never imported.

A template comes with a model, so it is code that others wrote. It is run in Jinja's sandbox; because that bounds
neither time nor memory, in a process that the system ends when it takes too much of either; and because sandboxes have
had holes (CVE-2024-56326, CVE-2025-27516), under an audit hook that ends the process on whatever reaches out of it.
docs/decisions/0011-foreign-templates-run-apart.md tells the bounds and what they do not hold.

Reads one JSON object from standard input: `template`, `names` (values such as bos_token), `chats`, each a list of
objects with role and content, and `seconds`, `bytes` and `characters` that all of them together may take. Writes one
JSON list: a string per chat, or an object with the `error`.
"""

import json
import os
import sys
from contextlib import suppress
from datetime import datetime
from typing import Any

from jinja2 import TemplateError, debug
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

try:
    import resource
except ImportError:  # Windows; there the parent's clock alone bounds it
    resource = None  # type: ignore[assignment]


# What a template can raise that was written for other conversations; memory and time end the process.
_ITS_OWN = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

_KNOWN = debug  # Jinja loads this only when a template fails, which the hook would take for the template's own import
_HARMLESS = frozenset({"compile", "exec", "code.__new__", "object.__getattr__", "builtins.id"})
"""Events that Jinja raises when a template fails, and json when it indents; a template that renders raises no other."""
_MESSAGE = 300  # characters of an error
REACHED, TOO_MUCH = 77, 78


class Generation(Extension):
    """The tag around what an assistant says, from which masks are made; here it is only its content."""

    tags = {"generation"}  # noqa: RUF012 - Jinja's own way

    def parse(self, parser: Parser) -> list[Node]:
        """The statements between the tags."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def refuse(message: str) -> None:
    """What templates call when they do not like a conversation."""
    raise TemplateError(message)


def to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, sort_keys: bool = False) -> str:
    """JSON without the escapes that HTML needs."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, sort_keys=sort_keys)


def now(form: str) -> str:
    """The time, as some templates tell it to the model."""
    return datetime.now().strftime(form)


def rendered(job: dict[str, Any]) -> list[str | dict[str, str]]:
    """Each chat as the template writes it."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols]
    )
    environment.filters["tojson"] = to_json
    environment.globals |= {"raise_exception": refuse, "strftime_now": now}
    try:
        template = environment.from_string(job["template"])
    except (TemplateError, RecursionError, ValueError) as error:
        return [{"error": str(error)[:_MESSAGE] or type(error).__name__}] * len(job["chats"])
    sys.addaudithook(stop)
    answers: list[str | dict[str, str]] = []
    left = job["characters"]
    for chat in job["chats"]:
        answer = _one(template, chat, job["names"]) if left > 0 else ""
        left -= len(answer)
        answers.append(answer if left > 0 else {"error": f"it writes more than {job['characters']:,} characters"})
    return answers


def _one(template: Any, chat: list[dict[str, str]], names: dict[str, str]) -> str | dict[str, str]:
    given = {**names, "messages": chat, "tools": None, "documents": None, "add_generation_prompt": False}
    try:
        return str(template.render(given))
    except _ITS_OWN as error:
        return {"error": str(error)[:_MESSAGE] or type(error).__name__}


def stop(event: str, arguments: tuple[Any, ...]) -> None:
    """End the process on an event that no template has any business with: files, programs, imports, the network, …"""
    if event not in _HARMLESS:
        os._exit(REACHED)


def bound(seconds: int, size: int) -> None:
    """Ask the system to end this process beyond so many seconds of processor time or bytes of memory."""
    if resource is not None:
        for limit, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, size)):
            with suppress(ValueError, OSError):  # macOS refuses the second
                resource.setrlimit(limit, (most, most))


def main() -> int:
    """Exit status; 0 where there is an answer for each chat."""
    try:
        job = json.load(sys.stdin)
        bound(job["seconds"], job["bytes"])
        json.dump(rendered(job), sys.stdout)
        sys.stdout.flush()
    except MemoryError:
        return TOO_MUCH
    return 0


if __name__ == "__main__":
    os._exit(main())  # a usual end raises events too, which the hook would take for the template's
