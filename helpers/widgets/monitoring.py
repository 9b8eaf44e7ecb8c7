"""How a training that runs is described: curves, a sentence, a line, where it stands and how long it will take."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plotting.figures import COLOURS, FRACTION
from helpers.plotting.histories import best_epoch
from helpers.widgets import curve_drawing


def picture(history: Mapping[str, Sequence[float]], first: int, epochs: int) -> str:
    """The curves of a training so far, on an axis that has room for all its epochs.

    Parameters
    ----------
    history : mapping of str to sequence of float
        ``'loss'``, the metrics, and ``'val_...'``, each (epochs so far,).
    first : int
        Epochs that were trained before these curves begin.
    epochs : int
        Epochs in all.

    Returns
    -------
    str
        SVG.
    """
    panels = []
    for name in filter(None, (metric_of(history), "loss")):
        curves = [("training", history.get(name, [])), ("validation", history.get(f"val_{name}", []))]
        lines = [
            curve_drawing.Line(
                values, label, COLOURS[index], dashed=bool(index), x=range(first + 1, first + 1 + len(values))
            )
            for index, (label, values) in enumerate(curves)
            if len(values)
        ]
        fraction = "acc" in name
        every = [value for _, values in curves for value in values]
        panels.append(
            curve_drawing.Panel(
                quantity=f"{name} {FRACTION}" if fraction else f"{name} (lower is better)" if name == "loss" else name,
                lines=lines,
                x_range=(first + 1, max(epochs, first + 2)),
                y_range=curve_drawing.nice_range(every, within=(0, 1) if fraction else (-math.inf, math.inf)),
            )
        )
    return curve_drawing.draw(panels)


def describe(history: Mapping[str, Sequence[float]], first: int) -> str:
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


def progress_line(history: Mapping[str, Sequence[float]], first: int, epochs: int) -> str:
    """The last epoch in one line, for a terminal; parameters as in :func:`picture`."""
    name = metric_of(history) or "loss"
    shown = [("training", name), ("validation", f"val_{name}")]
    values = [f"{label} {history[key][-1]:.3f}" for label, key in shown if key in history]
    return f"epoch {first + epochs_in(history):3d} of {epochs}, {name}: {', '.join(values)}"


def status(epoch: int, epochs: int, batch: int, batches: int | None, left: float | None, doing: str = "") -> str:
    """Where a training stands, as HTML: epoch and batch from 1, and the seconds left if they are known."""
    text = f"Epoch {epoch} of {epochs}, " + (doing or f"batch {batch}" + (f" of {batches}" if batches else ""))
    text += "" if left is None else f"; about {in_words(left)} left"
    bar = (
        f'<progress value="{batch}" max="{batches}" aria-label="batches of this epoch"></progress> ' if batches else ""
    )
    return f"{bar}{text}."


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
    """A duration as people say it: ``'8 s'``, ``'4 min'``, ``'2 h 10 min'``."""
    if seconds < 90:
        return f"{math.ceil(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def metric_of(history: Mapping[str, Sequence[float]]) -> str | None:
    """The first curve that is neither a loss nor measured on validation photos; accuracy, before anything is known."""
    names = [name for name in history if name not in ("loss", "learning_rate") and not name.startswith("val_")]
    return next(iter(names), None if history else "accuracy")


def epochs_in(history: Mapping[str, Sequence[float]]) -> int:
    """Epochs that a history holds."""
    return max(map(len, history.values()), default=0)
