"""Four made-up trainings to read curves from: drawn from formulas with seeded noise, not trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.plotting.figures import COLOURS, EPOCHS, FRACTION, new_figure
from helpers.plotting.histories import TRAINING, VALIDATION

WORDS = ("overfits", "learns well", "learns too little", "cannot be told")
LETTERS = "ABCD"
EPOCH_COUNT = 20
TRAINING_PHOTOS, VALIDATION_PHOTOS, INDIVIDUALS = 2000, 1000, 8

History = dict[str, list[float]]


def kinds(seed: int = 0) -> dict[str, str]:
    """Which of the four trainings is which: letter A–D to one of `WORDS`, in an order drawn with `seed`."""
    order = np.random.default_rng([seed, 0]).permutation(len(WORDS))
    return {letter: WORDS[number] for letter, number in zip(LETTERS, order, strict=True)}


def four_trainings(seed: int = 0) -> dict[str, History]:
    """Four trainings of 20 epochs as a reader of curves meets them, one of each kind in `WORDS`.

    Nothing was trained. Each curve is a formula, ``end - (end - start) * exp(-epoch / pace)``, and
    each accuracy is then measured on photos that are right or wrong at random: 2000 for training,
    1000 for validation. The training that cannot be judged has a validation set of 8 individuals,
    whose photos are right or wrong all together.

    Parameters
    ----------
    seed : int
        At least 0; another seed gives other curves in another order.

    Returns
    -------
    dict of str to dict of str to list of float
        By letter, A–D: ``accuracy``, ``val_accuracy`` (0–1), ``loss``, ``val_loss`` (cross-entropy),
        each of 20 epochs.
    """
    draw = {"overfits": _overfits, "learns well": _learns_well, "learns too little": _learns_too_little}
    trainings = {}
    for letter, kind in kinds(seed).items():
        rng = np.random.default_rng([seed, 1 + WORDS.index(kind)])
        curves = draw.get(kind, _cannot_be_told)(rng)
        trainings[letter] = {name: [round(float(value), 4) for value in values] for name, values in curves.items()}
    return trainings


def plot_trainings(trainings: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """The accuracy of each training in a panel of its own, all on the same axes.

    Parameters
    ----------
    trainings : mapping
        Up to four, from :func:`four_trainings`.

    Returns
    -------
    matplotlib.figure.Figure
        Training solid, validation dashed.
    """
    figure = new_figure(5.6)
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    for axes, (letter, history) in zip(panels.flat, trainings.items(), strict=False):
        epochs = np.arange(1, len(history["accuracy"]) + 1)
        for name, label, colour, style in (
            ("accuracy", "training", COLOURS[0], TRAINING),
            ("val_accuracy", "validation", COLOURS[1], VALIDATION),
        ):
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


def describe_trainings(trainings: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
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
    later = history["val_accuracy"][len(history["val_accuracy"]) // 2 :]
    return (
        float(np.mean(history["accuracy"][-5:])),
        float(np.mean(history["val_accuracy"][-5:])),
        float(min(later)),
        float(max(later)),
    )


def _overfits(rng: np.random.Generator) -> dict[str, np.ndarray]:
    epochs = np.arange(1, EPOCH_COUNT + 1)
    climb = 0.045 * np.maximum(epochs - 6, 0) ** 1.1
    return _measured(
        rng,
        accuracy=_towards(0.52, rng.uniform(0.985, 0.999), 4.0),
        val_accuracy=_towards(0.52, rng.uniform(0.70, 0.78), 2.5),
        loss=_towards(0.72, 0.02, 4.5),
        val_loss=_towards(0.72, 0.50, 2.0) + climb,
    )


def _learns_well(rng: np.random.Generator) -> dict[str, np.ndarray]:
    end = rng.uniform(0.87, 0.92)
    return _measured(
        rng,
        accuracy=_towards(0.53, end, 4.5),
        val_accuracy=_towards(0.53, end - 0.015, 4.5),
        loss=_towards(0.70, 0.25, 4.5),
        val_loss=_towards(0.70, 0.29, 4.5),
    )


def _learns_too_little(rng: np.random.Generator) -> dict[str, np.ndarray]:
    end = rng.uniform(0.57, 0.61)
    return _measured(
        rng,
        accuracy=_towards(0.50, end, 6.0),
        val_accuracy=_towards(0.50, end - 0.005, 6.0),
        loss=_towards(0.695, 0.665, 6.0),
        val_loss=_towards(0.695, 0.668, 6.0),
    )


def _cannot_be_told(rng: np.random.Generator) -> dict[str, np.ndarray]:
    right = np.zeros(EPOCH_COUNT)
    while np.ptp(right[EPOCH_COUNT // 2 :]) < 0.3:  # so few individuals nearly always jump that far; here, always
        right = rng.binomial(INDIVIDUALS, 0.8, EPOCH_COUNT) / INDIVIDUALS
    return _measured(
        rng,
        accuracy=_towards(0.55, rng.uniform(0.95, 0.985), 4.0),
        val_accuracy=0.04 + 0.92 * right,
        loss=_towards(0.70, 0.06, 4.0),
        val_loss=0.25 + 2.2 * (1 - right),
    )


def _towards(start: float, end: float, pace: float) -> np.ndarray:
    """float (epochs,): a curve that nears `end`, by a factor e closer every `pace` epochs."""
    return end - (end - start) * np.exp(-np.arange(1, EPOCH_COUNT + 1) / pace)


def _measured(rng: np.random.Generator, **curves: np.ndarray) -> dict[str, np.ndarray]:
    """The curves as they would be measured: accuracies on so many photos, losses with a little noise."""
    photos = {"accuracy": TRAINING_PHOTOS, "val_accuracy": VALIDATION_PHOTOS}
    return {
        name: rng.binomial(photos[name], np.clip(values, 0, 1)) / photos[name]
        if name in photos
        else values * rng.normal(1, 0.02, EPOCH_COUNT)
        for name, values in curves.items()
    }
