"""Chat templates of a run: the saved tokenizer's own, and all others that lie beside it or were exported from it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from luthier.errors import RunError
from luthier.facts.arguments import Plain
from luthier.facts.tokenizer import TokenizerFacts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import gguf
from luthier.stages.diagnose.readers.config import checkpoint_folders, model_folder

PART = "tokenizer"
TEMPLATE, SETTINGS, OLLAMA = "chat_template.jinja", "tokenizer_config.json", "Modelfile"
LONGEST_TEMPLATE, LONGEST_SETTINGS = 2**20, 2**27
"""Bytes of a chat template that is kept, and of the settings that may hold one."""
MOST_EXPORTS = 8
_OWN = re.compile(r'^FROM[ \t]+"?(\.|/|~|\S*\.gguf\b|\S*\.safetensors\b)', re.I | re.M)
"""A Modelfile made from files: a named model of Ollama brings its own template."""
_WRITES = re.compile(r'^(?:TEMPLATE|PARAMETER[ \t]+stop)[ \t]+("""(?:.|\n){0,100000}?"""|[^\n]*)', re.I | re.M)


def template_text(home: Home, folder: str, stated: Plain) -> str:
    """The chat template of a tokenizer: a file of its own (Transformers 5), or in its settings; empty where none is.

    Args:
        home: what the user named.
        folder: where the tokenizer stands.
        stated: `chat_template` of its settings.
    """
    for name in home.named(TEMPLATE, below=folder):
        text = home.text(name, PART, LONGEST_TEMPLATE)
        if text is not None:
            home.note(name, PART)
            return text
    return in_settings(stated)


def in_settings(stated: Plain) -> str:
    """The template in the settings, alone or among named ones, of which the default counts."""
    if isinstance(stated, tuple):
        named = [one for one in stated if isinstance(one, dict)]
        stated = next((one.get("template") for one in named if one.get("name") == "default"), None)
    return stated if isinstance(stated, str) and len(stated) <= LONGEST_TEMPLATE else ""


def with_others(
    facts: TokenizerFacts | None, home: Home, folder: str | None, base: Path | None
) -> TokenizerFacts | None:
    """The tokenizer's facts with the templates of the newest checkpoint, of the settings, of the base, and of exports.

    Args:
        facts: what `readers/tokenizer.py` found.
        home: what the user named.
        folder: where the model stands.
        base: folder of the model that was fine-tuned, where it is at hand.
    """
    if facts is None:
        return None
    checkpoints = [name for name in checkpoint_folders(home) if name != folder]
    newest = next((name for name in reversed(checkpoints) if home.named(SETTINGS, below=name)), None)
    has_file = bool(home.named(TEMPLATE, below=folder or ""))
    below = Home(base) if base is not None else None
    return replace(
        facts,
        trained_template=_of(home, newest) if newest is not None else None,
        second_template=in_settings(_stated(home, folder or "")) if has_file else "",
        base_template=_of(below, model_folder(below) or "") if below is not None else None,
        exports=_exports(home),
    )


def _of(home: Home, folder: str) -> str:
    aside = home.aside()
    return template_text(aside, folder, _stated(aside, folder))


def _stated(home: Home, folder: str) -> Plain:
    return (home.aside().json(SETTINGS, PART, LONGEST_SETTINGS, below=folder) or {}).get("chat_template")


def _exports(home: Home) -> dict[str, str]:
    """File to the template and the stop tokens in it; empty text where it holds none."""
    names = [name for name in home.files if name.endswith((".gguf", OLLAMA))][:MOST_EXPORTS]
    texts = {name: _of_ollama(home, name) if name.endswith(OLLAMA) else _of_gguf(home, name) for name in names}
    return {name: text for name, text in texts.items() if text is not None}


def _of_gguf(home: Home, name: str) -> str | None:
    try:
        text = gguf.chat_template(home.path / name)
    except RunError as error:
        home.note(name, PART, error.what)
        return None
    home.note(name, PART, "no tokenizer in it" if text is None else "")
    return text


def _of_ollama(home: Home, name: str) -> str | None:
    text = home.text(name, PART, LONGEST_TEMPLATE)
    if text is None:
        return None
    home.note(name, PART)
    written = "\n".join(_WRITES.findall(text))
    return written if written or _OWN.search(text) else None
