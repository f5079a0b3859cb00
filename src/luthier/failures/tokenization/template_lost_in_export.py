"""The chat template of the training did not come along: it is missing where the model was saved or exported.

Symptom
    Answers are good in Python and gibberish, or endless, in Ollama, llama.cpp or behind a server.

Why it is silent
    A runtime that finds no template takes one of its own, without end token or turn marks of this model. Old converters
    look into tokenizer_config.json alone, and Transformers 5 keeps the template in a file beside it.

Evidence
    After: the tokenizer of the newest checkpoint, or of the base model, has a chat template and the one saved with the
    model has none. Or a GGUF file or an Ollama Modelfile in the folder holds no template, or one without the token by
    which this template ends a turn, neither in its text nor as a stop. A Modelfile that starts from a named model of
    Ollama is left alone, and one without a template beside a GGUF file that has it.

Fix
    Advice only: save the tokenizer of the training with the model, and export anew with template and stop token.

Source
    ollama #6823 (https://github.com/ollama/ollama/issues/6823), unsloth #449
    (https://github.com/unslothai/unsloth/issues/449) and #3899, LLaMA-Factory #6320.
"""

from luthier.facts.finding import Degree, Finding, Moment, Number, Place, Severity
from luthier.facts.scene import RunScene
from luthier.facts.tokenizer import TokenizerFacts

MESSAGE = {
    "saved": (
        "The tokenizer saved with the model has no chat template; that of the {whose} has one of {length:,} characters."
    ),
    "export": "{file} holds 0 of the {length:,} characters of the chat template that this model was tuned with.",
    "stop": '{file} nowhere names "{end}", by which the chat template of {length:,} characters ends a turn.',
}
WHY = {
    "saved": "Whoever loads it gets an error for a chat, or the template of some other model.",
    "export": "The runtime guesses a template, and the model gets prompts in a format that it was not tuned on.",
    "stop": "The runtime does not know where an answer ends, and writes on until its limit.",
}
NEXT_STEP = {
    "saved": "Save the tokenizer of the training: trainer.processing_class.save_pretrained(FOLDER).",
    "export": (
        "Convert again with chat_template.jinja beside the model, and write TEMPLATE and PARAMETER stop into the "
        "Modelfile."
    ),
    "stop": 'Write PARAMETER stop "{end}" into the Modelfile, or convert again with the saved template.',
}
DEGREE = Degree.ADVICE
EXPERIMENT = "Send one conversation to the runtime and to Python at temperature 0: both must write the same."
SIGNS = ("generations empty, repeated or garbled", "all generations hit the length limit")

BAD = RunScene(
    folder="causal",
    files={"chat_template.jinja": None},
    says="At the end another tokenizer was saved with the model, one without the template.",
)
GOOD = RunScene(
    folder="causal",
    files={"Modelfile": 'FROM .\nTEMPLATE "<|user|> {{ .Prompt }}<|end|> <|assistant|>"\nPARAMETER stop <|end|>\n'},
    says="The template was saved, and the Modelfile for Ollama names the end of a turn.",
)


def after(tokenizer: TokenizerFacts) -> Finding | None:
    """Compare the saved template with those that it should equal, then the exports with it."""
    template, end = tokenizer.chat_template, tokenizer.turn_end
    if not template:
        others = {"newest checkpoint": tokenizer.trained_template, "base model": tokenizer.base_template}
        whose = next((name for name, text in others.items() if text), None)
        if whose is None:
            return None
        sure = whose == "newest checkpoint"
        numbers: dict[str, Number] = {"whose": whose, "length": len(others[whose] or "")}
        return _finding("saved", "error" if sure else "warning", 0.9 if sure else 0.7, numbers, "tokenizer_config.json")
    served = any(file.endswith(".gguf") and text for file, text in tokenizer.exports.items())
    for file, text in tokenizer.exports.items():
        if not text and served:
            continue
        numbers = {"file": file, "end": end, "length": len(template)}
        if not text:
            return _finding("export", "warning", 0.8, numbers, file)
        if end and end not in text and "eos_token" not in text:
            return _finding("stop", "warning", 0.8, numbers, file)
    return None


def _finding(variant: str, severity: Severity, confidence: float, numbers: dict[str, Number], file: str) -> Finding:
    return Finding(
        failure="template_lost_in_export",
        moment=Moment.AFTER,
        severity=severity,
        confidence=confidence,
        numbers=numbers,
        place=Place("file", file),
        variant=variant,
    )
