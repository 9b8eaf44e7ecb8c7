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


def work(soft, presses, remove=True):
    """Stands for a function that runs for long."""
    installed = soft.install("work")
    for _ in range(presses):
        press()
    if remove:
        soft.remove()
    return installed


def test_the_first_interrupt_is_a_call_and_the_function_goes_on():
    notes = []
    assert work(SoftInterrupt(lambda: notes.append(1)), presses=1)
    assert notes == [1]


def test_the_second_interrupt_acts_as_always():
    notes = []
    with pytest.raises(KeyboardInterrupt):
        work(SoftInterrupt(lambda: notes.append(1)), presses=2)
    assert notes == [1]


def test_after_remove_an_interrupt_acts_as_always():
    soft = SoftInterrupt(lambda: None)
    work(soft, presses=0)
    with pytest.raises(KeyboardInterrupt):
        press()


def test_an_interrupt_after_the_function_failed_acts_as_always(before):
    soft = SoftInterrupt(lambda: pytest.fail("called after its function had ended"))
    work(soft, presses=0, remove=False)
    assert signal.getsignal(signal.SIGINT) != before
    with pytest.raises(KeyboardInterrupt):
        press()


def test_a_handler_left_over_by_a_failure_does_not_stand_in_the_way_of_the_next():
    left, notes = SoftInterrupt(lambda: pytest.fail("the old one")), []
    work(left, presses=0, remove=False)
    work(SoftInterrupt(lambda: notes.append(1)), presses=1)
    assert notes == [1]
    with pytest.raises(KeyboardInterrupt):
        press()


def test_the_same_one_may_be_installed_again():
    notes = []
    soft = SoftInterrupt(lambda: notes.append(1))
    work(soft, presses=0, remove=False)
    work(soft, presses=1)
    work(soft, presses=1)
    assert notes == [1, 1]


def test_an_ignored_interrupt_stays_ignored(before):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work(SoftInterrupt(lambda: None), presses=3)
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_nothing_is_changed_in_another_thread_or_without_such_a_caller(before):
    soft, answers = SoftInterrupt(lambda: None), []
    thread = threading.Thread(target=lambda: answers.append(work(soft, presses=0)))
    thread.start()
    thread.join()
    assert answers == [False]
    assert soft.install("no_such_function") is False
    assert signal.getsignal(signal.SIGINT) == before
