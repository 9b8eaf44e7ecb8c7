"""The checker of the number of steps: right ones pass, each typical slip gets its own message."""

import math

import pytest

from helpers.exercises.checkers import steps
from helpers.exercises.checkers.outcome import NOT_CHECKED, NOT_YET, PASSED, judge

RIGHT = {
    "ceil": lambda photos, batch_size, epochs: math.ceil(photos / batch_size) * epochs,
    "loop": lambda photos, batch_size, epochs: len(range(0, photos, batch_size)) * epochs,
    "as a float": lambda photos, batch_size, epochs: float(-(-photos // batch_size) * epochs),
}
WRONG = {
    "floor": (lambda p, b, e: p // b * e, "smaller batch of an epoch is missing"),
    "fraction": (lambda p, b, e: p / b * e, "fraction of a step"),
    "one epoch": (lambda p, b, e: math.ceil(p / b), "one epoch"),
    "photos": (lambda p, b, e: p * e, "counts photos"),
    "once": (lambda p, b, e: math.ceil(p * e / b), "rounded up once"),
    "one too many": (lambda p, b, e: (p // b + 1) * e, "one too many"),
    "something else": (lambda p, b, e: 7, "A step is made for every batch"),
    "no number": (lambda p, b, e: "many", "expected one number"),
    "an error": (lambda p, b, e: p / 0, "stops with ZeroDivisionError"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_ones_pass(name):
    assert judge(steps.count_steps, RIGHT[name]).status == PASSED


@pytest.mark.parametrize("name", WRONG)
def test_each_slip_has_its_own_message(name):
    function, phrase = WRONG[name]
    found = judge(steps.count_steps, function)
    assert found.status == NOT_YET and phrase in found.message, found


def test_what_is_no_function_cannot_be_checked():
    assert judge(steps.count_steps, 1500).status == NOT_CHECKED


def test_the_numbers_of_the_answer_are_computed():
    message = judge(steps.count_steps, RIGHT["ceil"]).message
    assert f"make {steps.steps(2000, 20, 1)} steps" in message and f"only {steps.steps(2000, 256, 1)}." in message
