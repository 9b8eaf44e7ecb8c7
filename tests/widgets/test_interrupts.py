import os
import signal
import threading

import pytest

from helpers.widgets.interrupts import SoftInterrupt


@pytest.fixture(autouse=True)
def before():
    """The handler before each test, which every test must leave as it was."""
    handler = signal.getsignal(signal.SIGINT)
    yield handler
    left = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, handler)
    assert left == handler


def press():
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_interrupt_is_a_call_and_the_second_acts_as_always():
    notes = []
    assert SoftInterrupt(lambda: notes.append(1)).install()
    press()
    assert notes == [1]
    with pytest.raises(KeyboardInterrupt):
        press()
    assert notes == [1]


def test_after_remove_an_interrupt_acts_as_always():
    soft = SoftInterrupt(lambda: pytest.fail("called after its training had ended"))
    soft.install()
    soft.remove()
    soft.remove()
    with pytest.raises(KeyboardInterrupt):
        press()


def test_the_same_one_may_be_installed_again():
    notes = []
    soft = SoftInterrupt(lambda: notes.append(1))
    for _ in range(3):
        soft.install()
        press()
    soft.install()
    soft.install()
    soft.remove()
    assert notes == [1, 1, 1]


def test_what_another_has_put_there_since_is_left_alone(before):
    soft = SoftInterrupt(lambda: None)
    soft.install()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        soft.remove()
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_nothing_is_changed_in_another_thread(before):
    soft, answers = SoftInterrupt(lambda: None), []
    thread = threading.Thread(target=lambda: answers.append(soft.install()))
    thread.start()
    thread.join()
    assert answers == [False] and signal.getsignal(signal.SIGINT) == before
