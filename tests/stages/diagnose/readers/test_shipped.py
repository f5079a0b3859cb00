"""Chat templates beside a saved tokenizer."""

import json
from pathlib import Path

from luthier.facts.tokenizer import TokenizerFacts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.shipped import with_others
from tests.stages.diagnose.readers.test_gguf import gguf

FACTS = TokenizerFacts("here", 500)


def write(folder: Path, template: str = "", settings: str = "") -> None:
    """The files of a tokenizer that hold templates."""
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": settings} if settings else {}))
    if template:
        (folder / "chat_template.jinja").write_text(template)


def read(folder: Path, base: Path | None = None) -> TokenizerFacts:
    """Facts with all templates."""
    found = with_others(FACTS, Home(folder), "", base)
    assert found is not None
    return found


def test_checkpoint_settings_and_base(tmp_path: Path) -> None:
    """The newest checkpoint with a tokenizer, the settings beside a file, and the base."""
    run, base = tmp_path / "out", tmp_path / "base"
    write(run, "saved", "second")
    write(run / "checkpoint-10", "old")
    write(run / "checkpoint-20", settings="new")
    (run / "checkpoint-30").mkdir()
    (base).mkdir()
    write(base)
    (base / "config.json").write_text("{}")

    found = read(run, base)

    assert (found.trained_template, found.second_template, found.base_template) == ("new", "second", "")
    assert (read(base).trained_template, read(base).base_template) == (None, None)


def test_exports(tmp_path: Path) -> None:
    """Templates and stops of files for other runtimes; a named model brings its own template."""
    (tmp_path / "a.gguf").write_bytes(gguf("{{ messages }}"))
    (tmp_path / "b.gguf").write_bytes(b"PK")
    for name, text in (
        ("own", 'FROM ./a.gguf\nTEMPLATE """<|user|>{{ .Prompt }}\n"""\nPARAMETER stop "<|end|>"\n'),
        ("bare", "FROM ./a.gguf\n"),
        ("named", "FROM llama3\n"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Modelfile").write_text(text)

    exports = read(tmp_path).exports

    assert exports == {
        "a.gguf": "{{ messages }}",
        "own/Modelfile": '"""<|user|>{{ .Prompt }}\n"""\n"<|end|>"',
        "bare/Modelfile": "",
    }


def test_no_tokenizer(tmp_path: Path) -> None:
    """Nothing is known of templates without one."""
    assert with_others(None, Home(tmp_path), "", None) is None
