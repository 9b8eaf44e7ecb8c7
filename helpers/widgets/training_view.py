"""How a training is shown: its curves, a sentence, a line for each epoch, where it stands and how long it will take."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plotting.figures import COLOURS, FRACTION
from helpers.plotting.training_curves import best_epoch
from helpers.widgets import curve_drawing

History = Mapping[str, Sequence[float]]


def picture(
    history: History,
    first: int,
    epochs: int,
    *,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    marks: Sequence[tuple[float, str]] = (),
) -> str:
    """Accuracy and loss of a training so far, on axes that have room for all its epochs.

    Parameters
    ----------
    history : mapping of str to sequence of float
        ``'loss'``, the metrics, and ``'val_...'``, each (epochs so far,).
    first : int
        Epochs that were trained before these curves begin.
    epochs : int
        Epochs in all.
    ranges : mapping of str to (float, float), optional
        Ends of the vertical axis for ``'loss'`` or a metric; by default as far as the curves reach.
    marks : sequence of (float, str)
        Epochs, each with a word.

    Returns
    -------
    str
        SVG.
    """
    panels = []
    for name in filter(None, (metric_of(history), "loss")):
        fraction = "acc" in name
        lines, every = [], []
        for key, label, colour in ((name, "training", COLOURS[0]), (f"val_{name}", "validation", COLOURS[1])):
            values = history.get(key, [])
            every.extend(values)
            if len(values):
                at = range(first + 1, first + 1 + len(values))
                lines.append(curve_drawing.Line(at, values, label, colour, dashed=label == "validation"))
        fitting = curve_drawing.nice_range(every, within=(0, 1) if fraction else (-math.inf, math.inf))
        panels.append(
            curve_drawing.Panel(
                quantity=f"{name} {FRACTION}" if fraction else f"{name} (lower is better)" if name == "loss" else name,
                lines=lines,
                x_range=(first + 1, max(epochs, first + 2)),
                y_range=(ranges or {}).get(name, fitting),
                marks=marks,
            )
        )
    return curve_drawing.draw(panels)


def describe(history: History, first: int) -> str:
    """What :func:`picture` shows, in words; parameters as there."""
    done = epochs_in(history)
    if not done:
        return "No epoch has ended yet."
    name = metric_of(history) or "loss"
    last = history[name][-1]
    text = f"Epoch {first + done}: training {name} {last:.3f}"
    judged = np.asarray(history.get(f"val_{name}", []), dtype=float)
    if not np.isfinite(judged).any():
        return f"{text}; nothing was measured on validation photos."
    best = best_epoch(judged, lowest=name == "loss")
    if np.isfinite(judged[-1]):
        text += f", validation {name} {judged[-1]:.3f}, a gap of {last - judged[-1]:+.3f}"
    return f"{text}. Validation {name} is best at epoch {first + best} with {judged[best - 1]:.3f}."


def progress_line(history: History, first: int, epochs: int) -> str:
    """The last epoch in one line, for a terminal; parameters as in :func:`picture`."""
    name = metric_of(history) or "loss"
    shown = [("training", name), ("validation", f"val_{name}")]
    values = [f"{label} {history[key][-1]:.3f}" for label, key in shown if key in history]
    return f"epoch {first + epochs_in(history):3d} of {epochs}, {name}: {', '.join(values)}"


def status(epoch: int, epochs: int, batch: int, batches: int | None, left: float | None, doing: str = "") -> str:
    """Where a training stands, as HTML: epoch and batch from 1, and the seconds left if they are known."""
    bar = f'<progress value="{batch}" max="{batches}" aria-label="batches of this epoch"></progress> '
    doing = doing or f"batch {batch}" + (f" of {batches}" if batches else "")
    ends = "" if left is None else f"; about {in_words(left)} left"
    return f"{bar if batches else ''}Epoch {epoch} of {epochs}, {doing}{ends}."


def seconds_left(elapsed: float, done: float, wanted: float) -> float | None:
    """Time until a training ends, at its mean speed so far.

    Parameters
    ----------
    elapsed : float
        Seconds so far.
    done, wanted : float
        Epochs so far, with the part of the one that runs, and epochs in all.

    Returns
    -------
    float or None
        Seconds; None while a twentieth of an epoch is not yet done, for the first batches take far longer.
    """
    return None if done < 0.05 else max(0.0, elapsed / done * (wanted - done))


def in_words(seconds: float) -> str:
    """A duration as people say it.

    >>> in_words(7.2), in_words(250), in_words(7800)
    ('8 s', '4 min', '2 h 10 min')
    """
    if seconds < 90:
        return f"{math.ceil(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def metric_of(history: History) -> str | None:
    """The first curve that is neither a loss nor measured on validation photos; accuracy, before anything is known."""
    names = [name for name in history if name not in ("loss", "learning_rate") and not name.startswith("val_")]
    return next(iter(names), None if history else "accuracy")


def epochs_in(history: History) -> int:
    """Epochs that a history holds."""
    return max(map(len, history.values()), default=0)
