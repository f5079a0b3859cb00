"""The saved tokenizer lower-cases in Transformers and not in programs that read tokenizer.json alone, or the reverse.

Symptom
    A server answers otherwise than the session in which the model was trained, above all on names and on words in
    capitals.

Why it is silent
    Case is decided in two files. For BERT's family Transformers obeys do_lower_case of tokenizer_config.json, which is
    true where it is not stated; servers in other languages read tokenizer.json alone. Both encode every text.

Evidence
    After: what tokenizer.json does to capitals differs from what Transformers 5.24 makes of the folder.

Fix
    Advice only: load the tokenizer once in Transformers and save it, which writes both files alike.

Source
    vllm #11184 (https://github.com/vllm-project/vllm/issues/11184). Our experiment with Transformers 5.24 and a folder
    of BertTokenizer: with do_lower_case left out or true, and "lowercase": false in tokenizer.json, AutoTokenizer gives
    "hello" for "Hello", and Tokenizer.from_file gives "Hello"; with the two the other way round the reverse.
"""

import json

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import RunScene
from luthier.facts.tokenizer import TokenizerFacts

MESSAGE = {
    "lowers": (
        "Transformers lower-cases every text before it looks among the {pieces:,} pieces of this tokenizer; programs "
        "that read tokenizer.json alone keep capitals."
    ),
    "keeps": (
        "Transformers keeps the capitals of a text before it looks among the {pieces:,} pieces of this tokenizer; "
        "programs that read tokenizer.json alone lower-case it."
    ),
}
WHY = "In use the model gets other tokens than in training, on every text with a capital letter."
NEXT_STEP = (
    "Load the folder with AutoTokenizer.from_pretrained, save it there with save_pretrained, and compare the ids of "
    "twenty texts between the server and Transformers."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("case_mismatch",)
SIGNS = ("good in the session, bad after reload",)


def _file(lowercase: bool) -> str:
    """A tokenizer.json of letters."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = [*special, *letters, *(f"##{letter}" for letter in letters)]
    whole = {
        "added_tokens": [{"id": number, "content": token} for number, token in enumerate(special)],
        "normalizer": {"type": "BertNormalizer", "lowercase": lowercase},
        "model": {"type": "WordPiece", "vocab": {piece: number for number, piece in enumerate(vocabulary)}},
    }
    return json.dumps(whole)


BAD = RunScene(
    tokenizer={"tokenizer_class": "BertTokenizer"},
    files={"tokenizer.json": _file(lowercase=False)},
    says="An uncased BERT whose tokenizer.json was made by hand and keeps capitals.",
)
GOOD = RunScene(
    tokenizer={"tokenizer_class": "BertTokenizer"},
    files={"tokenizer.json": _file(lowercase=True)},
    says="The same tokenizer, which lower-cases in both files.",
)


def after(tokenizer: TokenizerFacts) -> Finding | NotLooked | None:
    """Compare the two files."""
    lowers, alone = tokenizer.lower_cases, tokenizer.file_lower_cases
    if lowers is None or alone is None:
        return NotLooked("there is no tokenizer.json")
    if lowers == alone:
        return None
    return Finding(
        failure="server_tokenizer_differs",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.9,
        numbers={"pieces": tokenizer.size},
        place=Place("file", "tokenizer_config.json"),
        variant="lowers" if lowers else "keeps",
    )
