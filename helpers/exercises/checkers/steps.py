"""How many updates of the weights a training makes: lesson 6's exercise."""

from __future__ import annotations

from helpers.exercises.checkers.outcome import Slips, check_values
from helpers.exercises.exercise import exercise

CASES = ((2000, 20, 15), (1027, 128, 15), (300, 256, 12), (10, 3, 1), (5, 8, 2))  # photos, batch size, epochs
SLIPS: Slips = (
    (
        lambda photos, batch, epochs: photos // batch * epochs,
        "the last, smaller batch of an epoch is missing. It is a step as well: round up.",
    ),
    (lambda photos, batch, epochs: photos / batch * epochs, "that is a fraction of a step. Round up in each epoch."),
    (lambda photos, batch, epochs: -(-photos // batch), "that is one epoch. Every epoch makes as many steps again."),
    (lambda photos, batch, epochs: photos * epochs, "that counts photos. One step takes a whole batch of them."),
    (
        lambda photos, batch, epochs: -(-photos * epochs // batch),
        "it is rounded up once, for all epochs together. Every epoch ends with its own smaller batch.",
    ),
    (
        lambda photos, batch, epochs: (photos // batch + 1) * epochs,
        "where photos fill the batches, it is one too many.",
    ),
)


@exercise(
    "06",
    "After every batch the weights are updated once. How many batches make an epoch?",
    "10 photos in batches of 3: three full ones, and what is left?",
    "math.ceil(photos / batch_size) rounds up; every epoch makes as many steps.",
)
def count_steps(count_steps: object) -> str:
    """Check a function that counts the updates of the weights."""
    check_values(
        count_steps,
        "count_steps(photos, batch_size, epochs)",
        CASES,
        lambda photos, batch, epochs: -(-photos // batch) * epochs,
        SLIPS,
        "A step is made for every batch, also for the smaller last one, in every epoch.",
        digits="g",
    )
    return "2,000 photos in batches of 20 make 100 steps an epoch; in batches of 256 only 8."
