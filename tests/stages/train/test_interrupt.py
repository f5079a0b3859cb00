"""Ctrl-C waits for the end of a step; a second one does not. The signal of a cluster is treated alike."""

import os
import signal
import threading

import pytest

from luthier.stages.train.interrupt import Held, held_back


def press() -> None:
    """Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_is_noted() -> None:
    """And raised at the end of the block where nobody acted on it."""
    reached = []

    def hold() -> None:
        with held_back() as held:
            press()
            reached.append(held.asked)

    with pytest.raises(KeyboardInterrupt):
        hold()
    assert reached == [True]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_second_stops_at_once() -> None:
    """Whoever presses twice is in a hurry."""
    reached = []

    def hold() -> None:
        with held_back():
            press()
            press()
            reached.append("here")

    with pytest.raises(KeyboardInterrupt):
        hold()
    assert reached == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_cluster_wants_its_machine_back() -> None:
    """SIGTERM is noted like Ctrl-C, and afterwards kills again as it did."""
    reached = []

    def hold() -> None:
        with held_back() as held:
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append(held.asked)

    with pytest.raises(KeyboardInterrupt):
        hold()
    assert reached == [True]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_nobody_pressed() -> None:
    """Nothing happens."""
    with held_back() as held:
        pass
    assert held == Held(asked=False)


def test_somebody_else_has_the_signal() -> None:
    """Their handler stays."""
    caught = []
    before = signal.signal(signal.SIGINT, lambda *_: caught.append("theirs"))
    try:
        with held_back() as held:
            press()
        assert (caught, held.asked) == (["theirs"], False)
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread() -> None:
    """Only the main thread may take a signal; a run in another works all the same."""
    asked = []

    def work() -> None:
        with held_back() as held:
            asked.append(held.asked)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert asked == [False]
