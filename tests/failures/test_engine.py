"""Asking, three answers, and one finding for one fault."""

from statistics import median
from time import process_time

import pytest

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place, Severity, Verdict, Verdicts
from luthier.facts.report import Evidence
from luthier.facts.scene import Scene
from luthier.failures._contract import Answer, Failure, Look
from luthier.failures._engine import all_failures, ask, last_word
from tests.failures.examples import data, noisy, plan, trace


def finding(name: str, severity: Severity = "error", moment: Moment = Moment.BEFORE) -> Finding:
    """A finding of a made-up failure."""
    return Finding(name, moment, severity, 1.0, {"rows": 3}, Place("rows", "train"))


def failure(name: str, look: Look, causes: tuple[str, ...] = (), moment: Moment = Moment.BEFORE) -> Failure:
    """A made-up failure."""
    text = "{rows} rows."
    scene = Scene()
    return Failure(
        name, "data", "", {moment: look}, text, text, text, Degree.ADVICE, None, None, None, scene, scene, causes
    )


def answers(answer: Answer) -> Look:
    """A look at the data that always answers the same."""

    def before(data: object) -> Answer:
        return answer

    return before


def verdict(answer: str, name: str = "stuck_at_chance", moment: Moment = Moment.AFTER) -> Verdict:
    """A verdict on a real failure."""
    found = finding(name, moment=moment) if answer == "seen" else None
    return Verdict(name, moment, answer, found, "no log" if answer == "not looked" else "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "wanted"), [(finding("x"), "seen"), (None, "clear"), (NotLooked("switched off"), "not looked")]
)
def test_three_answers(answer: Answer, wanted: str) -> None:
    """Seen, clear, or not looked with the reason."""
    (told,) = ask([failure("x", answers(answer))], Moment.BEFORE, Evidence(data=data())).all

    assert told.answer == wanted
    assert told.reason == ("switched off" if wanted == "not looked" else "")


@pytest.mark.parametrize(
    ("missing", "reason"), [({}, "no data facts"), ({"data": "no data was given"}, "no data was given")]
)
def test_missing_evidence(missing: dict[str, str], reason: str) -> None:
    """A needed part that is not there is a reason not to look."""
    (told,) = ask([failure("x", answers(None))], Moment.BEFORE, Evidence(missing=missing)).all

    assert (told.answer, told.reason) == ("not looked", reason)


def test_optional_evidence() -> None:
    """A part with a default may be missing."""

    def before(data: object, model: object = None) -> Answer:
        return finding("x") if model is None else None

    (told,) = ask([failure("x", before)], Moment.BEFORE, Evidence(data=data())).all

    assert told.answer == "seen"


@pytest.mark.parametrize("outside", [frozenset({"spans"}), frozenset()])
def test_evidence_of_other_kinds_of_runs(outside: frozenset[str]) -> None:
    """What lives in evidence that this kind of run cannot have does not concern it, needed or not."""

    def needs(spans: object) -> Answer:
        return None

    def may_read(spans: object = None) -> Answer:
        return None

    asked = [failure("x", needs), failure("y", may_read)]
    evidence = Evidence(missing={"spans": "labelled texts"}, outside=outside)

    told = ask(asked, Moment.BEFORE, evidence)

    assert [one.concerns for one in told.all] == [not outside, not outside]
    assert [one.answer for one in told.all] == ["not looked", "not looked" if outside else "clear"]
    assert told.all[0].reason == "labelled texts"


def test_only_those_with_the_moment() -> None:
    """Who has nothing to say at this moment is not asked."""
    asked = [failure("x", answers(None)), failure("y", answers(None), moment=Moment.AFTER)]

    assert [v.failure for v in ask(asked, Moment.AFTER, Evidence(data=data())).all] == ["y"]


def test_silenced() -> None:
    """A silenced finding is kept and marked, and not among those that are told."""
    told = ask([failure("x", answers(finding("x")))], Moment.BEFORE, Evidence(data=data()), silenced=["x"])

    assert told.all[0].finding is not None
    assert told.seen == ()


@pytest.mark.parametrize(
    ("severity", "told"), [("error", ["cause"]), ("warning", ["cause"]), ("note", ["symptom", "cause"])]
)
def test_one_fault_one_finding(severity: Severity, told: list[str]) -> None:
    """A symptom whose cause was seen is not told; a note is no cause."""
    asked = [
        failure("symptom", answers(finding("symptom")), causes=("cause",)),
        failure("cause", answers(finding("cause", severity))),
    ]

    verdicts = ask(asked, Moment.BEFORE, Evidence(data=data()))

    assert [f.failure for f in verdicts.seen] == told
    assert verdicts.all[0].explained_by == ("cause" if severity != "note" else "")


@pytest.mark.parametrize(
    ("rounds", "answer"),
    [
        (("seen", "clear"), "seen"),
        (("clear", "seen"), "seen"),
        (("clear", "not looked"), "clear"),
        (("not looked", "clear"), "clear"),
        (("not looked", "not looked"), "not looked"),
    ],
)
def test_last_word(rounds: tuple[str, ...], answer: str) -> None:
    """Seen stays seen; otherwise the latest look that could be taken counts."""
    (told,) = last_word(*(Verdicts((verdict(one),)) for one in rounds)).all

    assert told.answer == answer


def test_last_word_across_moments() -> None:
    """A cause that was seen before training explains a symptom that is seen after it."""
    before = Verdicts((verdict("seen", "frozen_encoder_tiny_rate", Moment.BEFORE),))
    after = Verdicts((verdict("seen"), verdict("seen", "one_class_predicted")))

    told = last_word(before, after)

    assert [f.failure for f in told.seen] == ["frozen_encoder_tiny_rate"]
    assert {v.explained_by for v in told.all} == {"", "frozen_encoder_tiny_rate"}


def test_the_guard_is_cheap() -> None:
    """All failures, asked while a long run goes on, cost less than 2 % of ten steps of 30 ms (6 ms); median of 20."""
    run = trace(noisy(0.69, 20_000), total=40_000)
    evidence = Evidence(data=data(), plan=plan(), trace=run)
    failures = list(all_failures().values())
    spent = []
    for _ in range(20):
        before = process_time()
        ask(failures, Moment.DURING, evidence)
        spent.append(process_time() - before)

    assert median(spent) < 0.006


def rated(name: str, confidence: float, severity: Severity = "error", causes: tuple[str, ...] = ()) -> Failure:
    """A made-up failure that is seen with some confidence."""
    found = Finding(name, Moment.BEFORE, severity, confidence, {"rows": 3}, Place("rows", "train"))
    return failure(name, answers(found), causes)


def test_rival_causes_are_ranked() -> None:
    """Seen causes of one symptom know of each other, the most confident first, and it is named as the cause."""
    asked = [
        rated("symptom", 0.9, causes=("doubtful", "likely", "absent")),
        rated("doubtful", 0.6),
        rated("likely", 0.9, "warning"),
        rated("other", 1.0),
    ]

    verdicts = ask(asked, Moment.BEFORE, Evidence(data=data()))
    known = {v.failure: v for v in verdicts.all}

    assert known["symptom"].explained_by == "likely"
    assert known["doubtful"].rivals == ("likely",)
    assert known["likely"].rivals == ("doubtful",)
    assert known["other"].rivals == known["symptom"].rivals == ()
    assert [[v.failure for v in group] for group in verdicts.groups] == [["other"], ["likely", "doubtful"]]


def test_a_cause_of_a_cause_is_no_rival() -> None:
    """Where one cause explains the other, one fault is told."""
    asked = [
        rated("symptom", 0.9, causes=("middle", "root")),
        rated("middle", 0.8, causes=("root",)),
        rated("root", 0.7),
    ]

    verdicts = ask(asked, Moment.BEFORE, Evidence(data=data()))

    assert [[v.failure for v in group] for group in verdicts.groups] == [["root"]]
    assert {v.rivals for v in verdicts.all} == {()}


def test_silenced_causes_are_no_rivals() -> None:
    """Of what is silenced nobody hears, not even as a rival."""
    asked = [rated("symptom", 0.9, causes=("a", "b")), rated("a", 0.9), rated("b", 0.8)]

    verdicts = ask(asked, Moment.BEFORE, Evidence(data=data()), silenced=["a"])

    assert [v.rivals for v in verdicts.told] == [()]


def test_rivals_across_symptoms_are_one_group() -> None:
    """Two symptoms that share a cause put all their causes side by side."""
    asked = [
        rated("one", 0.9, causes=("a", "b")),
        rated("two", 0.9, causes=("b", "c")),
        rated("a", 0.5),
        rated("b", 0.7),
        rated("c", 0.6),
    ]

    (group,) = ask(asked, Moment.BEFORE, Evidence(data=data())).groups

    assert [v.failure for v in group] == ["b", "c", "a"]


def test_rivals_are_forgotten_when_a_later_round_explains() -> None:
    """The last word ranks anew."""
    early = verdict("seen", "too_few_steps", Moment.BEFORE)
    late = [verdict("seen", name) for name in ("stuck_at_chance", "unknown_tokens", "too_few_steps")]

    told = last_word(Verdicts((early,)), Verdicts(tuple(late)))

    assert [[v.failure for v in group] for group in told.groups] == [["too_few_steps", "unknown_tokens"]]
    more = last_word(told, Verdicts((verdict("seen", "loss_not_finite"),)))
    assert {v.failure: v.rivals for v in more.told} == {
        "loss_not_finite": ("unknown_tokens",),
        "unknown_tokens": ("loss_not_finite",),
    }
