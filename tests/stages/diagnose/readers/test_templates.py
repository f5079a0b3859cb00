"""Chat templates are judged by their text, and the judgement agrees with rendering them."""

import time

import pytest

from luthier.stages.diagnose.readers.templates import template_facts

CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>'"
    " + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
LLAMA_2 = (
    "{% for message in messages %}{% if message['role'] == 'user' %}"
    "{{ bos_token + '[INST] ' + message['content'].strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
    "{{ ' ' + message['content'].strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
)
LLAMA_3 = (
    "{%- for message in messages %}{%- set content = '<|start_header_id|>' + message['role'] + "
    "'<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' %}{%- if loop.index0 == 0 %}"
    "{%- set content = bos_token + content %}{%- endif %}{{- content }}{%- endfor %}"
)
GEMMA = (
    "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}"
    "{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\\n' + message['content'] | "
    "trim + '<end_of_turn>\\n' }}{% endfor %}"
)
ZEPHYR = (
    "{% for message in messages %}{% if message['role'] == 'user' %}{{ '<|user|>\\n' + message['content'] + "
    "eos_token }}{% elif message['role'] == 'assistant' %}{{ '<|assistant|>\\n' + message['content'] + eos_token }}"
    "{% endif %}{% endfor %}"
)
MARKED = (
    "{% for message in messages %}{% if message.role == 'assistant' %}{% generation %}{{ message.content }}<|end|>"
    "{% endgeneration %}{% else %}{{ message.content }}<|sep|>{% endif %}{% endfor %}"
)
LATER = (
    "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}<|sep|>{% elif m.role == 'system' %}{{ m.content }}"
    "<|sep|>{% elif m.role == 'assistant' %}{{ m.content }}<|end|>{% endif %}{% endfor %}"
)
IM = ("<|im_start|>", "<|im_end|>")
HEADERS = ("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|begin_of_text|>")
S = {"bos": "<s>", "eos": "</s>"}


@pytest.mark.parametrize(
    ("template", "special", "added", "adds_bos", "marks", "turn_end"),
    [
        (CHATML, {"eos": "<|endoftext|>"}, IM, False, False, "<|im_end|>"),
        (LLAMA_2, S, (), True, False, "</s>"),
        (LLAMA_3, {"bos": "<|begin_of_text|>", "eos": "<|end_of_text|>"}, HEADERS, True, False, "<|eot_id|>"),
        (GEMMA, {"bos": "<bos>", "eos": "<eos>"}, ("<start_of_turn>", "<end_of_turn>"), True, False, "<end_of_turn>"),
        (ZEPHYR, S, (), False, False, "</s>"),
        (MARKED, {"eos": "<|end|>"}, ("<|sep|>",), False, True, "<|end|>"),
        (LATER, {"eos": "<|end|>"}, ("<|sep|>",), False, False, "<|end|>"),
        ("<s>{{ messages[0].content }}", S, (), True, False, ""),
        ("{# <s> bos_token #}{{ messages[0].content }}", S, (), False, False, ""),
        ("{% if bos_token %}x{% endif %}", S, (), None, False, ""),
        ("{{ bos_token", S, (), None, False, ""),
    ],
    ids=[
        "chatml",
        "llama 2",
        "llama 3",
        "gemma",
        "zephyr",
        "marked",
        "assistant last",
        "literal",
        "comment",
        "only asked for",
        "open",
    ],
)
def test_known_templates(
    template: str, special: dict[str, str], added: tuple[str, ...], adds_bos: bool | None, marks: bool, turn_end: str
) -> None:
    """Templates of the families in use, shortened: what begins a chat, and what ends a turn."""
    found = template_facts(template, special, added)

    assert found is not None
    assert (found.adds_bos, found.marks_assistant, found.turn_end) == (adds_bos, marks, turn_end)


def test_none() -> None:
    """Without a template there are no facts."""
    assert template_facts("", S) is None


@pytest.mark.parametrize("text", ["{{", "{#", "{%", "{% generation", "content ", "role == 'assistant' ", "{{ '<s>' }}"])
def test_in_bounded_time(text: str) -> None:
    """Long templates that try to be slow to read are not."""
    before = time.perf_counter()

    template_facts(text * 200_000, S, tuple(f"<{number}>" for number in range(20_000)))

    assert time.perf_counter() - before < 5
