"""The exercises: each is checked, gives hints, and shows its solution."""

from helpers.exercises import curves, progress
from helpers.exercises.lessons import (
    ALL,
    attempted,
    confusion,
    count_steps,
    error_bar,
    generators,
    independent_units,
    label_kept,
    layer_sizes,
    learning_rate,
    network,
    pipeline,
    reading_curves,
    split_data,
    stop_when_accurate,
    unfreeze,
)

__all__ = [
    "ALL",
    "attempted",
    "confusion",
    "count_steps",
    "curves",
    "error_bar",
    "generators",
    "independent_units",
    "label_kept",
    "layer_sizes",
    "learning_rate",
    "network",
    "pipeline",
    "progress",
    "reading_curves",
    "split_data",
    "stop_when_accurate",
    "unfreeze",
]
