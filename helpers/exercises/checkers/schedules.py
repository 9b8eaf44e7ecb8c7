"""Lesson 12's exercise: a learning rate that warms up and then falls along a cosine."""

from __future__ import annotations

import math
from collections.abc import Callable

from helpers.exercises.checkers.outcome import NotYet, need_function, number, run

CASES = tuple(
    (step, steps, peak) for steps, peak in ((1000, 4e-3), (60, 1.0)) for step in (0, 1, 5, 10, 12, 30, 50, 59)
)
CASES += ((200, 1000, 4e-3), (600, 1000, 4e-3), (1000, 1000, 4e-3), (60, 60, 1.0))


def _cosine(step: float, start: float, steps: float) -> float:
    """From 1 at `start` to -1 at the last step."""
    return math.cos(math.pi * (step - start) / (steps - start))


def _after_warm_up(fall: Callable[[float, float], float]) -> Callable[[float, float, float], float]:
    """A schedule that rises to the peak over the first fifth, and is `fall` of step and steps, times peak, then."""
    return lambda step, steps, peak: peak * (5 * step / steps if 5 * step < steps else fall(step, steps))


# From 0 to the peak in a straight line over the first fifth of the steps, then half a cosine down to 0.
rate = _after_warm_up(lambda step, steps: (1 + _cosine(step, steps / 5, steps)) / 2)

SLIPS: tuple[tuple[Callable[[float, float, float], float], str], ...] = (
    (
        lambda step, steps, peak: peak * (1 + _cosine(step, 0, steps)) / 2,
        "there is no warm-up. The first fifth rises from 0.",
    ),
    (
        _after_warm_up(lambda step, steps: (1 + _cosine(step, 0, steps)) / 2),
        "the cosine begins at step 0, so the rate jumps where the warm-up ends. Count from the end of the warm-up.",
    ),
    (
        _after_warm_up(lambda step, steps: 1),
        "after the warm-up the rate stays as it is. It has to fall to 0.",
    ),
    (
        _after_warm_up(lambda step, steps: (steps - step) / (0.8 * steps)),
        "it falls in a straight line. A cosine stays high at first and ends gently.",
    ),
    (
        _after_warm_up(lambda step, steps: _cosine(step, steps / 5, steps)),
        "a cosine goes from 1 to -1, so the rate gets negative. Add 1, and take the half.",
    ),
    (
        _after_warm_up(lambda step, steps: 1 + _cosine(step, steps / 5, steps)),
        "1 + cosine goes from 2 to 0, so the rate jumps to twice the peak. Take the half.",
    ),
    (
        lambda step, steps, peak: rate(step, steps, 1.0),
        "the peak is left out: that is the share of it. Multiply.",
    ),
)


def learning_rate(learning_rate: object) -> str:
    """Check a function of step, steps and peak against `rate`."""
    need_function(learning_rate, "learning_rate", "step, steps, peak")
    calls = {case: "learning_rate({}, {}, {})".format(*case) for case in CASES}
    found = {
        case: number(run(learning_rate, *case, call=call), f"What {call} returns", wrong=NotYet)
        for case, call in calls.items()
    }

    def agrees(function: Callable[[float, float, float], float]) -> bool:
        return all(abs(found[case] - function(*case)) < 1e-6 * case[2] + 1e-9 for case in CASES)

    if agrees(rate):
        return f"It is highest at step 200 of 1000, with {rate(200, 1000, 4e-3):g}, and 0 at both ends."
    wrong = max(CASES, key=lambda case: abs(found[case] - rate(*case)) / case[2])
    seen = f"{calls[wrong]} is {found[wrong]:.4g}; expected {rate(*wrong):.4g}"
    for slip, reason in SLIPS:
        if agrees(slip):
            raise NotYet(f"{seen}: {reason}")
    raise NotYet(f"{seen}. A straight line up to step steps / 5, then peak * (1 + cos(...)) / 2 down to 0.")
