"""How many updates of the weights a training makes: lesson 6's exercise."""

from __future__ import annotations

from collections.abc import Callable

from helpers.exercises.checkers.outcome import NotYet, need_function, number, run

CASES = ((2000, 20, 15), (1027, 128, 15), (300, 256, 12), (10, 3, 1), (5, 8, 2))  # photos, batch size, epochs
SLIPS: tuple[tuple[Callable[[int, int, int], float], str], ...] = (
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


def steps(photos: int, batch_size: int, epochs: int) -> int:
    """Updates of the weights: ``ceil(photos / batch_size) * epochs``."""
    return -(-photos // batch_size) * epochs


def count_steps(count_steps: object) -> str:
    """Check a function of photos, batch size and epochs against :func:`steps`."""
    need_function(count_steps, "count_steps", "photos, batch_size, epochs")
    calls = {case: "count_steps({}, {}, {})".format(*case) for case in CASES}
    found = {
        case: number(run(count_steps, *case, call=call), f"What {call} returns", wrong=NotYet)
        for case, call in calls.items()
    }
    wrong = [case for case in CASES if found[case] != steps(*case)]
    if not wrong:
        return "2,000 photos in batches of 20 make 100 steps an epoch; in batches of 256 only 8."
    seen = f"{calls[wrong[0]]} is {found[wrong[0]]:g}; expected {steps(*wrong[0])}"
    for slip, reason in SLIPS:
        if all(abs(found[case] - slip(*case)) < 1e-6 for case in CASES):
            raise NotYet(f"{seen}: {reason}")
    raise NotYet(f"{seen}. A step is made for every batch, also for the smaller last one, in every epoch.")
