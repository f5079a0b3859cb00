"""Targets in which a language model refuses or disclaims: left behind where rows were made or translated by one.

The English forms are those that people asked to take out of instruction sets (WizardLM #4,
https://github.com/nlpxucan/WizardLM/issues/4) and that stood in a set of text messages (OpenTextShield #194); the
Chinese and German ones are how models say the same. They ask for more than an apology: "I'm sorry, I can't come
tonight" is no refusal. On our rows (4,837 text messages, 29,000 captions in German, 1,992 summaries, 6,789
contexts in three languages) none of them matches.
"""

import pyarrow as pa
import pyarrow.compute as pc

_CANNOT = r"(?:can['’]t|cannot|can not|am (?:unable|not able) to)"
_KIND = r"(?:ai|artificial intelligence)"
_ENGLISH = (
    rf"\bas an? {_KIND}(?: language model| assistant| model| chatbot|,)",
    rf"\bi(?:['’]| a)m (?:just |only )?an {_KIND}(?: language model| assistant| model| chatbot|[,.])",
    rf"\bi(?:['’]| a)m (?:so |very |really )?sorry,? (?:but )?i {_CANNOT} "
    r"(?:assist|help|fulfill?|comply|provide|generate|create|translate|answer|complete|process)\b",
    rf"\bi {_CANNOT} (?:assist|help|comply) (?:you )?with (?:that|this|your)\b",
    rf"\bi {_CANNOT} (?:fulfill?|complete) (?:that|this|your) request\b",
)
_CHINESE = (
    r"作为(?:一个|一名|一款)?\s?(?:ai|人工智能)\s?(?:语言模型|模型|助手|助理|，|,)",
    r"(?:抱歉|对不起|不好意思)[，,]?\s?我(?:无法|不能)(?:提供|回答|满足|协助|帮助|处理|生成|完成|翻译)",
)
_GERMAN = (
    r"\bals (?:eine? )?(?:ki|künstliche intelligenz)(?:-?sprachmodell|-?modell|-?assistent|-?assistentin|,| kann ich)",
    r"\bes tut mir leid,? (?:aber )?(?:dabei|damit|das) kann ich (?:ihnen |dir )?(?:leider )?nicht"
    r" (?:helfen|beantworten|erfüllen|weiterhelfen)",
)
_ANY = "(?i)" + "|".join((*_ENGLISH, *_CHINESE, *_GERMAN))


def refused(targets: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether each target holds a refusal."""
    return pc.match_substring_regex(targets, _ANY)
