"""Four made-up trainings to read curves from, in ``four_trainings.json``: they were drawn from formulas, not trained.

Accuracies of 20 epochs, measured on 2,000 photos for training and 1,000 for validation; those of the training that
cannot be judged show 8 individuals, whose photos are right or wrong all together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.plotting.figures import COLOURS, EPOCHS, FRACTION, new_figure
from helpers.plotting.training_curves import TRAINING, VALIDATION

WORDS = ("overfits", "learns well", "learns too little", "cannot be told")
INDIVIDUALS = 8
_FOUR = json.loads(Path(__file__).with_name("four_trainings.json").read_text(encoding="utf-8"))
KINDS = {letter: training["is"] for letter, training in _FOUR.items()}  # A to D: one of `WORDS`
Trainings = Mapping[str, Mapping[str, Sequence[float]]]


def four_trainings() -> dict[str, dict[str, list[float]]]:
    """By letter, A–D, ``accuracy`` and ``val_accuracy`` (0–1) of 20 epochs; one of each kind in `WORDS`."""
    return {
        letter: {name: training[name] for name in ("accuracy", "val_accuracy")} for letter, training in _FOUR.items()
    }


def plot_trainings(trainings: Trainings) -> Figure:
    """The accuracy of each training in a panel of its own, training solid, validation dashed, all on the same axes."""
    figure = new_figure(5.6)
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    curves = (("accuracy", "training", COLOURS[0], TRAINING), ("val_accuracy", "validation", COLOURS[1], VALIDATION))
    for axes, (letter, history) in zip(panels.flat, trainings.items(), strict=True):
        epochs = np.arange(1, len(history["accuracy"]) + 1)
        for name, label, colour, style in curves:
            axes.plot(epochs, history[name], color=colour, label=label, markersize=4, linewidth=1.6, **style)
        axes.set_title(letter, loc="left", fontweight="bold")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(color="#DDDDDD", linewidth=0.8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_axisbelow(True)
    lowest = min(min(history["val_accuracy"]) for history in trainings.values())
    panels.flat[0].set(ylim=(min(0.4, lowest - 0.04), 1.02))
    figure.supxlabel(EPOCHS, size=10)
    figure.supylabel(f"accuracy {FRACTION}", size=10)
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2, frameon=False)
    return figure


def describe_trainings(trainings: Trainings) -> str:
    """What :func:`plot_trainings` shows, in numbers from which the question can be answered as well."""
    parts = []
    for letter, history in trainings.items():
        training, validation, low, high = levels(history)
        parts.append(
            f"{letter}: training averages {training:.2f} over the last five epochs, validation {validation:.2f}; in "
            f"the second half validation lies between {low:.2f} and {high:.2f}"
        )
    return f"{'. '.join(parts)}. Drawn from formulas, not trained."


def levels(history: Mapping[str, Sequence[float]]) -> tuple[float, float, float, float]:
    """Training and validation accuracy over the last five epochs; lowest and highest validation of the later half."""
    validation = history["val_accuracy"]
    later = validation[len(validation) // 2 :]
    return float(np.mean(history["accuracy"][-5:])), float(np.mean(validation[-5:])), min(later), max(later)
