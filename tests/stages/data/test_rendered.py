"""Chat templates of others, rendered within bounds."""

import subprocess
import sys
from pathlib import Path

import pytest

from luthier.stages.data import rendered
from luthier.stages.data.conversations import Turn
from luthier.stages.data.rendered import render

CHATML = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
)
CHAT = (Turn("user", "Hi"), Turn("assistant", "Hello"))
NAMES = {"bos_token": "<s>", "eos_token": "</s>"}


def test_chatml() -> None:
    """Every conversation, in order."""
    said = render(CHATML, [CHAT, CHAT[:1]], {})

    assert said.texts == (
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n",
        "<|im_start|>user\nHi<|im_end|>\n",
    )
    assert said.error == ""


def test_what_templates_of_transformers_know() -> None:
    """Special tokens, the generation tag, loop controls, JSON without escapes, the time."""
    template = (
        "{{ bos_token }}{% for message in messages %}{% if message.role == 'user' %}{% continue %}{% endif %}"
        "{% generation %}{{ message.content | tojson(indent=2) }}{{ eos_token }}{% endgeneration %}{% endfor %}"
        "{{ strftime_now('%Y') | length }}{% if add_generation_prompt %}no{% endif %}"
    )

    assert render(template, [(Turn("user", "x"), Turn("assistant", "ä<b"))], NAMES).texts == ('<s>"ä<b"</s>4',)


def test_refused_by_the_template() -> None:
    """A conversation that the template does not take is None, and the reason is told; the others are rendered."""
    template = "{% if messages[0].role != 'user' %}{{ raise_exception('the first turn must be a user') }}{% endif %}ok"
    said = render(template, [CHAT[1:], CHAT], {})

    assert said.texts == (None, "ok")
    assert said.error == "the first turn must be a user"


@pytest.mark.parametrize(
    "template",
    [
        "{% for %}",
        "{{ messages[9].content }}{{ 1 / 0 }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.system('true') }}",
        "{% include '/etc/passwd' %}",
        "{{ messages.append(1) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ],
)
def test_damaged_and_hostile(template: str) -> None:
    """Templates that are no templates, or reach for what is not theirs, render nothing and say why."""
    said = render(template, [CHAT], {})

    assert said.texts == (None,)
    assert said.error


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{{ 'a' * 10**12 }}",
    ],
    ids=["time", "doubling", "memory"],
)
def test_bounded(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Templates that take all time or memory are ended."""
    monkeypatch.setattr(rendered, "SECONDS", 1)
    monkeypatch.setattr(rendered, "MEMORY", 1 << 28)
    said = render(template, [CHAT], {})

    assert said.texts == (None,)
    assert said.error.startswith("it took more than")


def test_length_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What all conversations may have together: the first fits, the second does not, and none after it."""
    monkeypatch.setattr(rendered, "CHARACTERS", 10)
    said = render("{{ messages[0].content }}", [[Turn("user", text)] for text in ("a" * 6, "b" * 6, "c")], {})

    assert said.texts == ("a" * 6, None, None)
    assert said.error == "it writes more than 10 characters"


def test_a_broken_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A process that fails for another reason is not taken for a template that takes too much."""
    monkeypatch.setattr(rendered, "_SCRIPT", tmp_path / "broken.py")
    (tmp_path / "broken.py").write_text("import a_module_that_is_not_there")

    assert "No module named 'a_module_that_is_not_there'" in render(CHATML, [CHAT], {}).error


def test_out_of_the_sandbox(tmp_path: Path) -> None:
    """Were the sandbox left, the process would end before anything is opened, started or imported."""
    script = Path(rendered.__file__).with_name("_rendering.py")
    left = tmp_path / "left"
    escapes = (
        *(f"open({str(left)!r}, 'w')", f"os.system('touch {left}')", "__import__('wave')", "os.listdir('/')"),
        *("os.kill(os.getppid(), 0)", "space['resource'].setrlimit(0, (-1, -1))", "sys._getframe()"),
    )
    for escape in escapes:
        code = (
            f"import sys, os; sys.argv = ['x']; source = open({str(script)!r}).read(); space = {{'__name__': 'x'}}; "
            f"exec(compile(source, 'x', 'exec'), space); "
            f"space['rendered']({{'template': 'fine', 'names': {{}}, 'chats': [], 'characters': 9}}); {escape}"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (rendered.REACHED, b""), escape
    assert not left.exists()
