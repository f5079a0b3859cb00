"""Nothing sets the length of generated texts, so that evaluation cuts every one of them after 20 tokens.

Symptom
    ROUGE or BLEU during training is far below that of the finished model. Predictions stop in the middle of a sentence,
    all after the same number of tokens.

Why it is silent
    generate() has a limit of its own where none is given. It writes one warning, and the texts look like texts.

Evidence
    Before and after: predict_with_generate is on, neither generation_max_length nor the generation config sets a
    length other than the default of 20, and texts have to be longer: at least 5 % of the targets in batches, in the
    given rows or beside saved predictions have more than 20 tokens (in predictions words, of which there are never more
    than tokens). An error from half of the targets on; both borders are ours. Or no lengths are known, the log has
    gen_len, and it stands at 18.5 or more: the limit, with or without an end token; a model that has not learned to
    stop looks alike.

Fix
    Sets generation_max_length to the longest target when asked, to 128 where none is known (the default of the
    summarization example of Transformers).

Source
    transformers #10032 (https://github.com/huggingface/transformers/issues/10032), #13490, and #21740
    (https://github.com/huggingface/transformers/pull/21740). Our experiment with Transformers 5.24: a T5 without a
    limit returns 21 ids, the start token among them; after the first evaluation generation_config.json says
    max_length 20.
"""

import math

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.generations import GenerationFacts
from luthier.facts.pairs import PairFacts
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import reset
from luthier.failures._signals import severity_of

MESSAGE = {
    "targets": (
        "No setting says how long generated texts may be, so each ends after {limit} tokens; at least {percent:.3g} % "
        "of the targets are longer, the longest has {longest}."
    ),
    "pinned": (
        "No setting says how long generated texts may be, so each ends after {limit} tokens; in the last evaluation "
        "they had {longest:.3g} on average."
    ),
}
WHY = "The score is that of texts that were cut. It is too low, and the checkpoint that it picks may be the wrong one."
NEXT_STEP = "Set generation_max_length={suggested} (the fix does that when asked), and evaluate again."
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = "Evaluate with generation_max_length=128: if this is the cause, texts grow longer and end by themselves."
SIGNS = ("all generations hit the length limit", "loss falls, score does not")
LIMIT = 20
SHARE, MOST = 0.05, 0.5
PINNED = 18.5
USUAL = 128

BAD = RunScene(
    "sequence_to_sequence",
    arguments={"generation_max_length": None},
    generation={"max_length": 20},
    rows="summaries",
    options={"behind": 6},
    says="Most summaries have more than 20 tokens, and nobody has said how long generated ones may be.",
)
GOOD = RunScene(
    "sequence_to_sequence",
    rows="summaries",
    options={"behind": 6},
    says="The same summaries, with room for 64 tokens.",
)


def before(
    arguments: Arguments,
    config: SavedConfig,
    census: BatchCensus | None = None,
    pairs: PairFacts | None = None,
    generations: GenerationFacts | None = None,
    trace: Trace | None = None,
) -> Finding | NotLooked | None:
    """Look for a limit, then for targets that it cuts."""
    return _look(Moment.BEFORE, arguments, config, _measured(census, pairs, generations), trace)


def after(
    arguments: Arguments,
    config: SavedConfig,
    pairs: PairFacts | None = None,
    generations: GenerationFacts | None = None,
    trace: Trace | None = None,
) -> Finding | NotLooked | None:
    """As before, of what was saved."""
    return _look(Moment.AFTER, arguments, config, _measured(None, pairs, generations), trace)


def _look(
    moment: Moment, arguments: Arguments, config: SavedConfig, lengths: list[tuple[float, int]], trace: Trace | None
) -> Finding | NotLooked | None:
    if arguments.flag("predict_with_generate") is not True or _set(arguments, config):
        return None
    share, longest = max(lengths, default=(0.0, 0))
    if share >= SHARE:
        return _finding(moment, "targets", share, longest, math.ceil(longest / 8) * 8)
    if lengths:
        return None
    scores = trace.evaluations[-1][1].scores if trace is not None and trace.evaluations else {}
    if "gen_len" in scores and scores["gen_len"].value >= PINNED:
        return _finding(moment, "pinned", SHARE, scores["gen_len"].value, USUAL)
    return NotLooked("the length of the targets is not known", ("census", "pairs", "generations"))


def _set(arguments: Arguments, config: SavedConfig) -> bool:
    """Whether anything sets the length; 20 is what Transformers writes down where nothing does."""
    generation = config.generation
    given = arguments.number("generation_max_length") or arguments.values.get("generation_config")
    return bool(given or generation.get("max_new_tokens")) or generation.get("max_length") not in (None, LIMIT)


def _measured(
    census: BatchCensus | None, pairs: PairFacts | None, generations: GenerationFacts | None
) -> list[tuple[float, int]]:
    """Share of targets beyond the limit, at least, and the longest of them, wherever they were measured."""
    found = []
    if census is not None and census.kind == "sequence_to_sequence" and census.rows:
        sizes = [row.supervised for row in census.rows]
        found.append((sum(size > LIMIT for size in sizes) / len(sizes), max(sizes)))
    target = pairs.target.quantiles if pairs is not None and pairs.target and pairs.unit == "tokens" else {}
    for quantiles in (target, generations.reference_quantiles if generations is not None else {}):
        if quantiles:
            beyond = min((percent for percent, size in quantiles.items() if size > LIMIT), default=100)
            found.append((1 - beyond / 100, quantiles[100]))
    return found


def _finding(moment: Moment, variant: str, share: float, longest: float, suggested: int) -> Finding:
    numbers: dict[str, Number] = {"limit": LIMIT, "percent": 100 * share, "longest": longest, "suggested": suggested}
    return Finding(
        failure="length_limit_default",
        moment=moment,
        severity=severity_of(share, SHARE, MOST),
        confidence=0.7 if variant == "pinned" else 0.9,
        numbers=numbers,
        place=Place("setting", "generation_max_length"),
        variant=variant,
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Make room for the longest target; a limit that is set stays."""
    if arguments.number("generation_max_length") is not None:
        return arguments
    return reset(arguments, "generation_max_length", int(finding.numbers["suggested"]))
