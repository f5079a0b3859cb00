"""What the pieces and special tokens of a tokenizer say, from plain values: of its files or of an object."""

import hashlib
from collections.abc import Callable, Iterable, Mapping

ROLES = ("pad", "bos", "eos", "unk", "cls", "sep", "mask")
LONGEST_INPUT = 10**9
"""Stated lengths from here on mean "none": Transformers writes 1e30 where a tokenizer has no limit."""


def usable_limit(value: object) -> int | None:
    """A stated `model_max_length` in tokens; None where it states none, or an absurd one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < LONGEST_INPUT:
        return None
    return int(value)


def fingerprint(vocabulary: Mapping[str, int], special: Mapping[str, str]) -> str:
    """SHA-256 over all pieces with their ids, added tokens included, and over the special tokens with their roles.

    Args:
        vocabulary: piece to id.
        special: role, one of `ROLES`, to token.
    """
    digest = hashlib.sha256()
    for piece, number in sorted(vocabulary.items(), key=lambda item: (item[1], item[0])):
        digest.update(f"{number}\t{piece}\n".encode("utf-8", "surrogatepass"))
    for role in ROLES:
        digest.update(f"{role}\t{special.get(role, '')}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def agreement(vocabulary: Mapping[str, int], other: Mapping[str, int]) -> float | None:
    """Share of the ids that both vocabularies have which mean the same piece in both; None where they share none."""
    mine, theirs = ({number: piece for piece, number in one.items()} for one in (vocabulary, other))
    common = mine.keys() & theirs.keys()
    return sum(mine[number] == theirs[number] for number in common) / len(common) if common else None


def capitals_share(pieces: Iterable[str], *, byte_level: bool) -> float:
    """Share of pieces that hold a capital letter, 0 to 1; 0 for none.

    Args:
        pieces: of the vocabulary, special tokens left out.
        byte_level: whether pieces are bytes written as letters (GPT-2): then only A to Z count, since "Ġ" stands for
            a space.
    """
    return _share(pieces, lambda sign: "A" <= sign <= "Z" if byte_level else sign.isupper())


def letters_share(pieces: Iterable[str], *, byte_level: bool) -> float:
    """Share of pieces that hold a letter with a capital and a small form, 0 to 1; arguments as above."""
    return _share(
        pieces, lambda sign: sign.isascii() and sign.isalpha() if byte_level else sign.lower() != sign.upper()
    )


def _share(pieces: Iterable[str], holds: Callable[[str], bool]) -> float:
    total = counted = 0
    for piece in pieces:
        total += 1
        counted += any(map(holds, piece))
    return counted / total if total else 0.0
