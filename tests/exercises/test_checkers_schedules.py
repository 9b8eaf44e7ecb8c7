"""The checker of the learning-rate schedule: right ones pass, each typical slip gets its own message."""

import math

import keras
import pytest

from helpers.exercises.checkers import schedules
from helpers.exercises.checkers.outcome import NOT_CHECKED, NOT_YET, PASSED, judge


def keras_s(step, steps, peak):
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps - steps // 5, warmup_target=peak, warmup_steps=steps // 5
    )
    return float(schedule(step))


def written_out(step, steps, peak):
    warm_up = steps // 5
    if step < warm_up:
        return peak * step / warm_up
    return peak * math.cos(math.pi / 2 * (step - warm_up) / (steps - warm_up)) ** 2


RIGHT = {"as Keras does": keras_s, "squared cosine": written_out}
WRONG = {
    "no warm-up": (lambda s, n, p: p * (1 + math.cos(math.pi * s / n)) / 2, "no warm-up"),
    "cosine from 0": (
        lambda s, n, p: p * 5 * s / n if s < n / 5 else p * (1 + math.cos(math.pi * s / n)) / 2,
        "begins at step 0",
    ),
    "constant": (lambda s, n, p: p * min(1, 5 * s / n), "stays as it is"),
    "straight": (lambda s, n, p: p * min(5 * s / n, (n - s) / (0.8 * n)), "straight line. A cosine"),
    "negative": (
        lambda s, n, p: p * 5 * s / n if s < n / 5 else p * math.cos(math.pi * (s - n / 5) / (0.8 * n)),
        "gets negative",
    ),
    "not halved": (
        lambda s, n, p: p * 5 * s / n if s < n / 5 else p * (1 + math.cos(math.pi * (s - n / 5) / (0.8 * n))),
        "twice the peak",
    ),
    "a share": (lambda s, n, p: written_out(s, n, 1), "peak is left out"),
    "a constant": (lambda s, n, p: p, "A straight line up to"),
    "no number": (lambda s, n, p: "fast", "expected one number"),
    "an error": (lambda s, n, p: p / 0, "stops with ZeroDivisionError"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_ones_pass(name):
    found = judge(schedules.learning_rate, RIGHT[name])
    assert found.status == PASSED, found


@pytest.mark.parametrize("name", WRONG)
def test_each_slip_has_its_own_message(name):
    function, phrase = WRONG[name]
    found = judge(schedules.learning_rate, function)
    assert found.status == NOT_YET and phrase in found.message, found


def test_what_is_no_function_cannot_be_checked():
    assert judge(schedules.learning_rate, 0.004).status == NOT_CHECKED
