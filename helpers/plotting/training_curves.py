"""Curves of trainings over their epochs, and what they say in words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.plotting.figures import COLOURS, EPOCHS, FRACTION, fractions, new_figure

TRAINING, VALIDATION = {"linestyle": "-", "marker": "o"}, {"linestyle": "--", "marker": "s"}


def curve(history: object, name: str) -> np.ndarray:
    """One curve of a training, float64 (epochs,).

    Parameters
    ----------
    history : keras.callbacks.History or mapping of str to sequence of float
        What ``model.fit`` returned, or its ``.history``.
    name : str
        ``'accuracy'``, ``'val_accuracy'``, ``'loss'``, ... ; a history that was recorded with
        ``metrics=['acc']`` answers to ``'accuracy'`` as well, and the other way round.

    Raises
    ------
    ValueError
        If there is no such curve; the message lists those there are.
    """
    values = _find(history, name)
    if values is None or not len(values):
        raise ValueError(
            f"the history has no curve {name!r}; it holds {', '.join(_as_history(history)) or 'nothing'}. "
            "Curves named val_... need validation_data in fit; the others need metrics=[...] in compile."
        )
    return values


def describe_history(history: object, *, name: str = "training run") -> str:
    """A training in one sentence: the means of its last five epochs, the gap, the best epoch.

    Parameters
    ----------
    history : keras.callbacks.History or mapping
        As in :func:`curve`; the validation curve may be missing.
    name : str
        What to call the training.
    """
    training, validation = _pair(history, "accuracy")
    last = min(5, len(training))
    over = f"last {last} of {len(training)} epochs" if len(training) > last else f"{last} epochs"
    mean = training[-last:].mean()
    text = f"{name}: over the {over}, training accuracy averages {mean:.3f}"
    if validation is None:
        return f"{text}; there is no validation curve."
    validation_mean = validation[-last:].mean()
    text += f" and validation accuracy {validation_mean:.3f}, a gap of {mean - validation_mean:+.3f}"
    if not np.isfinite(validation).any():
        return f"{text}; no value of the validation accuracy is a number."
    best = best_epoch(validation)
    return f"{text}; validation accuracy is best at epoch {best} with {validation[best - 1]:.3f}."


def best_epoch(values: np.ndarray, *, lowest: bool = False) -> int:
    """The epoch, counted from 1, of the highest (or lowest) value; the first one if there are several.

    Values that are not a number or infinite, as the loss of a training that went wrong, are passed over.

    >>> best_epoch(np.array([0.5, 0.8, np.nan, 0.7]))
    2
    """
    worst = np.inf if lowest else -np.inf
    values = np.where(np.isfinite(values), values, worst)
    return int(np.argmin(values) if lowest else np.argmax(values)) + 1


def margin_of_error(accuracy: float | np.ndarray, photos: int) -> float | np.ndarray:
    """Half the width of the 95 % interval of an accuracy that was measured on few photos.

    ``1.96 * sqrt(p * (1 - p) / n)``, the normal approximation to the binomial distribution. It
    takes the photos as independent of each other. Several photos of one individual are not: for
    them the true error is larger. Near 0 and 1 it is too small.

    Parameters
    ----------
    accuracy : float or numpy.ndarray
        Fraction of the photos that were right, 0–1.
    photos : int
        How many it was measured on.

    Raises
    ------
    ValueError
        If an accuracy lies outside 0–1 (a percentage?), or `photos` is below 1.

    >>> round(margin_of_error(0.75, 1000), 3)
    0.027
    """
    accuracy = fractions(accuracy, "accuracy")
    if photos < 1:
        raise ValueError(f"photos is {photos}; expected the number of photos measured on, at least 1.")
    half = 1.96 * np.sqrt(accuracy * (1 - accuracy) / photos)
    return float(half) if half.ndim == 0 else half


def plot_history(histories: object, *, title: str | None = None) -> Figure:
    """Training and validation curves: accuracy on the left, loss on the right.

    One training: the gap between its two curves is shaded, and the best epoch is written above.
    Several: one colour for each, named at its end. A ring marks the best validation epoch: the
    highest accuracy on the left, the lowest loss on the right.

    Parameters
    ----------
    histories : keras.callbacks.History or mapping
        One training as in :func:`curve`, or up to four as a dict of label to training. Without
        validation curves, only the training curves are drawn.
    title : str, optional

    Raises
    ------
    ValueError
        If a curve is missing, or there are more than four trainings.
    """
    runs = histories if _holds_runs(histories) else {"": histories}
    _check_count(runs)
    figure = new_figure(4.4)
    panels = figure.subplots(1, 2)
    for axes, name in zip(panels, ("accuracy", "loss"), strict=True):
        ends = {}
        for index, (label, history) in enumerate(runs.items()):
            training, validation = _pair(history, name)
            if len(runs) == 1:
                _draw_one_run(axes, training, validation, lowest=name == "loss")
            else:
                colour = COLOURS[index]
                ends[label] = _draw_run(axes, training, validation, (colour, colour), lowest=name == "loss")
        longest = max(len(curve(history, name)) for history in runs.values())
        _finish(axes, f"{name} (lower is better)" if name == "loss" else f"{name} {FRACTION}", longest)
        _name_ends(axes, ends)
    if title:
        figure.suptitle(title)
    handles = dict(zip(*reversed(panels[0].get_legend_handles_labels()), strict=True))  # one for each label
    legend = figure.legend(handles.values(), handles, loc="outside lower center", ncols=len(handles), frameon=False)
    if len(runs) > 1:  # the colours stand for the trainings, which are named at their ends
        for handle in legend.legend_handles:
            handle.set_color("#555555")
    return figure


def _draw_one_run(axes: Axes, training: np.ndarray, validation: np.ndarray | None, *, lowest: bool) -> None:
    _draw_run(axes, training, validation, COLOURS[:2], lowest=lowest)
    if validation is not None:
        epochs = np.arange(1, len(training) + 1)
        axes.fill_between(epochs, training, validation, color="#888888", alpha=0.25, linewidth=0, label="gap")
        best = best_epoch(validation, lowest=lowest)
        which = "lowest" if lowest else "best"
        text = f"{which} validation: {validation[best - 1]:.3f} at epoch {best}"
        axes.set_title(text if np.isfinite(validation).any() else "no validation value is a number", fontsize=10)


def _draw_run(axes: Axes, training, validation, colours: Sequence[str], *, lowest: bool) -> tuple[int, float]:
    """Draw both curves and the ring; returns the last point of the validation curve, or else of the other one."""
    _draw_curve(axes, training, colours[0], label="training", **TRAINING)
    if validation is None:
        return _end(training)
    _draw_curve(axes, validation, colours[1], label="validation", **VALIDATION)
    best = best_epoch(validation, lowest=lowest)
    ring = {"marker": "o", "markersize": 13, "markerfacecolor": "none", "markeredgewidth": 2, "linestyle": "none"}
    axes.plot([best], validation[best - 1 : best], color=colours[1], label="best validation epoch", **ring)
    return _end(validation)


def _end(values: np.ndarray) -> tuple[int, float]:
    """The last point of a curve that is a number; of one that has none, its last epoch and nan."""
    finite = np.flatnonzero(np.isfinite(values))
    return (int(finite[-1]) + 1, float(values[finite[-1]])) if len(finite) else (len(values), np.nan)


def plot_runs(
    curves: Mapping[str, np.ndarray],
    *,
    quantity: str = f"validation accuracy {FRACTION}",
    title: str | None = None,
) -> Figure:
    """Several validation curves over the epochs, each with its name at its end.

    Parameters
    ----------
    curves : mapping of str to array
        Up to four; each float (epochs,), lengths may differ.
    quantity : str
        Label of the vertical axis, with its unit.
    title : str, optional

    Raises
    ------
    ValueError
        If there are no curves or more than four.
    """
    _check_count(curves)
    figure = new_figure(4.4)
    axes = figure.subplots()
    ends = {}
    for index, (label, values) in enumerate(curves.items()):
        values = np.asarray(values, dtype=float)
        _draw_curve(axes, values, COLOURS[index], label=label, **{**VALIDATION, "marker": "sD^v"[index]})
        ends[label] = _end(values)
    _finish(axes, quantity, max(len(values) for values in curves.values()))
    _name_ends(axes, ends)
    if title:
        axes.set_title(title)
    return figure


def _find(history: object, name: str) -> np.ndarray | None:
    values = _as_history(history)
    for key in (name, re.sub("accuracy$", "acc", name), re.sub("acc$", "accuracy", name)):
        if key in values:
            return np.asarray(values[key], dtype=float)
    return None


def _as_history(history: object) -> Mapping[str, Sequence[float]]:
    values = getattr(history, "history", history)
    if not isinstance(values, Mapping):
        raise ValueError(f"a history is {type(values).__name__}; expected what model.fit returned, or its .history.")
    return values


def _holds_runs(histories: object) -> bool:
    return isinstance(histories, Mapping) and all(
        isinstance(value, Mapping) or hasattr(value, "history") for value in histories.values()
    )


def _pair(history: object, metric: str) -> tuple[np.ndarray, np.ndarray | None]:
    """The training curve and the validation curve, None if there is none."""
    training, validation = curve(history, metric), _find(history, f"val_{metric}")
    if validation is not None and len(validation) != len(training):
        raise ValueError(
            f"{metric} has {len(training)} epochs and val_{metric} {len(validation)}; expected the same number. "
            "Was fit called with validation_freq?"
        )
    return training, validation


def _check_count(runs: Mapping[str, object]) -> None:
    if not 0 < len(runs) <= len(COLOURS):
        raise ValueError(
            f"there are {len(runs)} curves to compare; expected 1 to {len(COLOURS)}, as many as can be told apart. "
            "Draw two figures."
        )


def _draw_curve(axes: Axes, values: np.ndarray, colour: str, **style: str) -> None:
    values = np.where(np.isfinite(values), values, np.nan)  # matplotlib leaves a gap
    every = max(1, len(values) // 12)
    axes.plot(
        np.arange(1, len(values) + 1), values, color=colour, markevery=every, markersize=4.5, linewidth=1.6, **style
    )


def _finish(axes: Axes, quantity: str, epochs: int) -> None:
    axes.set(xlabel=EPOCHS, ylabel=quantity, xlim=(0.5, epochs + max(0.5, 0.02 * epochs)))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(color="#DDDDDD", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)


def _name_ends(axes: Axes, ends: Mapping[str, tuple[int, float]]) -> None:
    """Write the name of each run right of its last point (epoch, value), one below the other."""
    line = 0.055 * np.ptp(axes.get_ylim())
    texts = {label: textwrap.fill(label, 16) for label in ends}
    top = np.inf
    heights = {label: value if np.isfinite(value) else axes.get_ylim()[0] for label, (_, value) in ends.items()}
    for index, label in sorted(enumerate(ends), key=lambda item: -heights[item[1]]):
        half = line * (1 + texts[label].count("\n")) / 2
        height = min(heights[label], top - half)
        top = height - half
        arrow = {"arrowstyle": "-", "color": COLOURS[index], "linewidth": 0.8, "relpos": (0, 0.5)}
        axes.annotate(
            texts[label],
            (ends[label][0], heights[label]),
            xytext=(1.03, height),
            textcoords=axes.get_yaxis_transform(),
            color=COLOURS[index],
            va="center",
            arrowprops=arrow if np.isfinite(ends[label][1]) else None,
            annotation_clip=False,
        )
