"""Exercises that check themselves: for each a check, hints in steps, and its solution.

    exercises.error_bar.check(standard_error)
    exercises.error_bar.hint()
    exercises.error_bar.solution()

A check looks at what an answer does, prints one of "Passed.", "Not yet.", "Not attempted." and
"Could not be checked." with the reason, and never raises.
"""

from __future__ import annotations

from helpers.exercises.checkers.by_hand import error_bar, independent_units, layer_sizes
from helpers.exercises.checkers.by_thought import label_kept, reading_curves
from helpers.exercises.checkers.callbacks import stop_when_accurate
from helpers.exercises.checkers.freezing import unfreeze
from helpers.exercises.checkers.generators import generators
from helpers.exercises.checkers.matrices import confusion
from helpers.exercises.checkers.networks import network
from helpers.exercises.checkers.pipelines import pipeline
from helpers.exercises.checkers.schedules import learning_rate
from helpers.exercises.checkers.split import split_data
from helpers.exercises.checkers.steps import count_steps

ALL = (
    layer_sizes,
    reading_curves,
    error_bar,
    label_kept,
    independent_units,
    split_data,
    generators,
    network,
    count_steps,
    stop_when_accurate,
    pipeline,
    unfreeze,
    confusion,
    learning_rate,
)


def attempted(*answers: object) -> bool:
    """True if every answer was filled in: none is still ``...`` or None."""
    return not any(answer is ... or answer is None for answer in answers)
