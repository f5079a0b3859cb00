"""Chat templates as texts: whether two of them write the same."""

import re

_MARKERS = re.compile(r"\{%[-+]?\s*(end)?generation\s*[-+]?%\}")
_COMMENTS = re.compile(r"\{#[^#]{0,20000}#\}")
_AROUND_ROLE = re.compile(r"<\|(['\"]\s*[+~]|\{\{)")
_SPACE = re.compile(r"\s+|(?<=[{}%])[-+]|[-+](?=[%}])")


def writes(template: str, mark: str) -> bool:
    """Whether a template writes a mark: as it stands, or around the name of a role ('<|' + message.role + '|>')."""
    return mark in template or (mark.startswith("<|") and _AROUND_ROLE.search(template) is not None)


def plain_template(template: str) -> str:
    """A template without comments, generation markers and white space: none of these changes which turns are written.

    TRL trains with a copy of a template that has generation markers and saves the one without (1.16).
    """
    return _SPACE.sub("", _MARKERS.sub("", _COMMENTS.sub("", template)))
