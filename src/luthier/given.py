"""The rows that a user puts beside a run of another tool: read, measured with the run's own tokenizer, never split.

luthier diagnose out --data reviews.csv
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luthier.errors import InputError, ModelError
from luthier.facts.data import DataFacts
from luthier.facts.evaluation import Scores
from luthier.facts.event import Event, Watch
from luthier.facts.pairs import PairFacts
from luthier.facts.report import Evidence, Source
from luthier.facts.request import Request
from luthier.facts.rows import Splits
from luthier.models.tokenizer import TextTokenizer
from luthier.stages.data.columns import Wish
from luthier.stages.data.forms import form_of
from luthier.stages.data.pairs import read_pairs
from luthier.stages.data.peek import first_rows
from luthier.stages.data.profile import profile
from luthier.stages.data.read import read_rows
from luthier.stages.data.spans import read_spans
from luthier.stages.data.split import as_given
from luthier.stages.evaluate.baselines import Labelled, fit_baselines
from luthier.stages.evaluate.scoring import evaluate_quickly

_FEWEST, _MOST, _SEED = 30, 5_000, 42
"""Rows that a baseline is fitted on and scored on, at least and at most."""
_LONGEST = 100_000
"""A limit above this is none: T5 and others state no longest input."""
_KINDS = {"data": "labelled texts", "pairs": "pairs of source and target", "spans": "questions with answer spans"}


def with_rows(found: Evidence, rows: Request, run: Path, base: Path | None, watch: Watch) -> Evidence:
    """Evidence with facts of the rows; which facts, depends on what the rows hold.

    Args:
        found: what is known of the run.
        rows: names the rows, and the columns of labelled texts.
        run: the run's folder.
        base: folder of the base model, where it is at hand.
        watch: told of progress.

    Raises:
        InputError: the rows cannot be read, or columns that the user named are not those of labelled texts.
    """
    watch(Event("stage", "profile", f"measuring {rows.data}"))
    kind = form_of(rows.data) if rows.label is None else "labelled"
    part = "data" if kind == "labelled" else kind
    tokenizer, note = _tokenizer(found, run, base)
    limit = _limit(found)
    if part == "pairs":
        pairs = _pairs(found, rows.data, tokenizer, limit)
        found, note = replace(found, pairs=pairs), note or _unrendered(pairs)
    elif part == "spans":
        found = replace(found, spans=read_spans(rows.data, tokenizer=tokenizer, limit=limit))
    else:
        try:
            found = _labelled(found, rows, tokenizer, limit)
        except InputError as error:
            if rows.text or rows.label or not first_rows(Path(rows.data)):
                raise
            return _unused(found, rows.data, error)
    others = {name: f"the rows given are no {kind}" for name, kind in _KINDS.items() if name != part}
    missing = {name: reason for name, reason in (found.missing | others).items() if name != part}
    return replace(found, missing=missing, sources=(*found.sources, Source(rows.data, part, note)))


def _unused(found: Evidence, path: str, error: InputError) -> Evidence:
    """Rows of a form that no failure reads, such as tags or ratings: diagnosis goes on without them, and says so."""
    reason = f"the rows given are no labelled texts: {error.what}"
    missing = found.missing | dict.fromkeys(_KINDS, reason)
    return replace(found, missing=missing, sources=(*found.sources, Source(path, "data", reason)))


def _limit(found: Evidence) -> int | None:
    """Where the run cuts its inputs, in tokens: as set, as its tokenizer was last used, or as its tokenizer states."""
    arguments, tokenizer = found.arguments, found.tokenizer
    set_there = None if arguments is None else arguments.number("max_length") or arguments.number("max_seq_length")
    if set_there:
        return int(set_there)
    # where targets are tokenized apart, they are tokenized last, and their cut is not that of the sources
    cut = tokenizer.truncated_at if tokenizer is not None and not _apart(found) else None
    stated = tokenizer.max_length if tokenizer is not None else None
    if cut or stated:
        return cut or stated
    planned = found.plan.model.max_tokens if found.plan is not None else _LONGEST
    return planned if planned < _LONGEST else None


def _pairs(found: Evidence, path: str, tokenizer: TextTokenizer | None, limit: int | None) -> PairFacts:
    """Pairs as the run's model gets them; models with an encoder and a decoder write the target apart."""
    arguments = found.arguments
    apart = _apart(found)
    target_limit = arguments.number("max_target_length") if arguments is not None and apart else None
    return read_pairs(
        path,
        tokenizer=tokenizer,
        template=found.tokenizer.chat_template if found.tokenizer is not None else "",
        limit=limit,
        target_limit=int(target_limit) if target_limit else None,
        apart=apart,
        marker=arguments.text("response_template") if arguments is not None else "",
    )


def _apart(found: Evidence) -> bool:
    """Whether the model reads the source with an encoder and writes the target with a decoder."""
    return found.config is not None and found.config.model.get("is_encoder_decoder") is True


def _unrendered(pairs: PairFacts) -> str:
    if not pairs.not_rendered:
        return ""
    reason = f" ({pairs.refused})" if pairs.refused else ""
    return (
        f"{pairs.not_rendered} conversations are not told in tokens: the chat template refuses or changes them{reason}"
    )


def _labelled(found: Evidence, rows: Request, tokenizer: TextTokenizer | None, limit: int | None) -> Evidence:
    read = read_rows(rows.data, Wish(text=rows.text, label=rows.label), steps=())
    cut = limit or _LONGEST
    splits = as_given(read)
    data: DataFacts = profile(read, splits, tokenizer=tokenizer, max_tokens=cut, near_duplicates=rows.near_duplicates)
    plan = found.plan
    if plan is not None and limit is not None and plan.model.max_tokens != limit:
        plan = replace(plan, model=replace(plan.model, max_tokens=limit))
    return replace(found, data=data, plan=plan, validation=_beside_baselines(found.validation, splits, data.classes))


def _beside_baselines(scores: Scores | None, splits: Splits, classes: Sequence[str]) -> Scores | None:
    """The run's scores with those of baselines, fitted on the rows given, beside them: what the texts tell without it.

    They are fitted on 5,000 rows and scored on 5,000 at most, and on given validation rows alone.
    """
    train, validation = (_labels_and_texts(splits[name], classes) for name in ("train", "validation"))
    if scores is None or scores.baselines or len(validation.gold) < _FEWEST or len(train.gold) < _FEWEST:
        return scores
    fitted = fit_baselines(train.sample(_MOST, _SEED), validation.sample(_MOST, _SEED), len(classes), seed=_SEED)
    scored = validation.sample(_MOST, _SEED)
    own = [
        evaluate_quickly(one.name, "validation", one.probabilities(scored.texts), scored.gold, classes)
        for one in fitted
    ]
    ranked = sorted(own, key=lambda one: -one.score("accuracy"))
    return replace(scores, baselines=tuple(ranked))


def _labels_and_texts(table: pa.Table, classes: Sequence[str]) -> Labelled:
    gold = pc.index_in(table["label"].cast(pa.string()), value_set=pa.array(classes)).to_numpy().astype(np.int64)
    return Labelled(table["text"].to_pylist(), gold)


def _tokenizer(found: Evidence, run: Path, base: Path | None) -> tuple[TextTokenizer | None, str]:
    """The tokenizer beside the run's model or adapter, else that of the base model; or why there is none."""
    own = run / found.config.folder if found.config is not None else run
    reason = "no tokenizer was found; lengths are not told in tokens"
    for folder in (own, base):
        if folder is None:
            continue
        try:
            return TextTokenizer.load(folder, alone=found.config is None and folder == own), ""
        except ModelError as error:
            reason = f"{error.what}; lengths are not told in tokens"
    return None, reason
