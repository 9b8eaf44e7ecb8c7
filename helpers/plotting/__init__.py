"""Figures: each function returns one and shows nothing, but for `show`, which puts one into a notebook."""

from helpers.plotting.figures import show
from helpers.plotting.photos import before_after, most_wrong, photo_grid, plot_confusion, plot_individuals
from helpers.plotting.training_curves import best_epoch, describe_history, margin_of_error, plot_history, plot_runs

__all__ = [
    "before_after",
    "best_epoch",
    "describe_history",
    "margin_of_error",
    "most_wrong",
    "photo_grid",
    "plot_confusion",
    "plot_history",
    "plot_individuals",
    "plot_runs",
    "show",
]
