"""Lesson 12's exercise: a learning rate that warms up and then falls along a cosine."""

from __future__ import annotations

import math
from collections.abc import Callable

from helpers.exercises.checkers.outcome import Slips, check_values
from helpers.exercises.exercise import exercise

# Step, steps, peak; where a slip shows most, first.
CASES = ((0, 1000, 4e-3), (200, 1000, 4e-3), (1000, 1000, 4e-3), (600, 1000, 4e-3), (60, 60, 1.0))
CASES += tuple((step, steps, peak) for steps, peak in ((1000, 4e-3), (60, 1.0)) for step in (1, 5, 10, 12, 30, 50, 59))


def _cosine(step: float, start: float, steps: float) -> float:
    """From 1 at `start` to -1 at the last step."""
    return math.cos(math.pi * (step - start) / (steps - start))


def _after_warm_up(fall: Callable[[float, float], float]) -> Callable[[float, float, float], float]:
    """A schedule that rises to the peak over the first fifth, and is `fall` of step and steps, times peak, then."""
    return lambda step, steps, peak: peak * (5 * step / steps if 5 * step < steps else fall(step, steps))


# From 0 to the peak in a straight line over the first fifth of the steps, then half a cosine down to 0.
rate = _after_warm_up(lambda step, steps: (1 + _cosine(step, steps / 5, steps)) / 2)

SLIPS: Slips = (
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


@exercise(
    "12",
    "Two pieces, and an if between them: which steps belong to the warm-up, and which to the fall?",
    "With warm_up = steps / 5, the rate at a step of the warm-up is peak * step / warm_up.",
    "In the fall, let done go from 0 to 1: done = (step - warm_up) / (steps - warm_up). The cosine of pi * done goes "
    "from 1 to -1.",
    "peak * (1 + math.cos(math.pi * done)) / 2 goes from peak to 0.",
)
def learning_rate(learning_rate: object) -> str:
    """Check a function of step, steps and peak against `rate`."""
    check_values(
        learning_rate,
        "learning_rate(step, steps, peak)",
        CASES,
        rate,
        SLIPS,
        "A straight line up to step steps / 5, then peak * (1 + cos(...)) / 2 down to 0.",
        close=lambda found, expected: math.isclose(found, expected, rel_tol=1e-4, abs_tol=1e-7),  # single precision,
    )
    return f"It is highest at step 200 of 1000, with {rate(200, 1000, 4e-3):g}, and 0 at both ends."
