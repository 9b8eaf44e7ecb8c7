"""Where would you stop: a recorded training, shown epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from helpers.evidence import records
from helpers.plotting.training_curves import best_epoch, curve, margin_of_error
from helpers.widgets import curve_drawing, training_view
from helpers.widgets.picture_box import PictureBox

PHOTOS = 1000  # validation photos that the record was measured on
SHOWN_AT_FIRST = 3  # epochs
NEXT, TEN, STOP, AGAIN = "Next epoch", "Ten epochs", "Stop here", "Start again"


class StopGame(PictureBox):
    """The widget of :func:`where_would_you_stop`.

    Parameters
    ----------
    record : mapping
        With ``'history'`` (accuracy and loss, training and validation) and ``'seconds'`` per epoch, as from
        ``records.load``.

    Attributes
    ----------
    epoch : int
        Epochs that are shown.
    stopped : int or None
        The epoch after which the learner stopped; None before.
    """

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._history = {
            name: curve(record["history"], name) for name in ("accuracy", "val_accuracy", "loss", "val_loss")
        }
        self._seconds = record["seconds"]
        self._last = len(self._history["val_accuracy"])
        self.epoch, self.stopped = SHOWN_AT_FIRST, None
        super().__init__({}, [NEXT, TEN, STOP, AGAIN])
        self.buttons[NEXT].on_click(lambda _: self._go(1))
        self.buttons[TEN].on_click(lambda _: self._go(10))
        self.buttons[STOP].on_click(self._stop)
        self.buttons[AGAIN].on_click(self._again)

    def draw(self) -> tuple[str, str]:
        """The curves so far, or all of them with the verdict."""
        if self.stopped is None:
            return draw_stop(self._history, self.epoch, {}), so_far(self._history, self.epoch)
        best = best_epoch(self._history["val_accuracy"])
        marks = {self.stopped: "you stop, and the best epoch" if best == self.stopped else "you stop"}
        marks.setdefault(best, "best epoch")
        return draw_stop(self._history, self._last, marks), verdict(self._history, self.stopped, self._seconds)

    def still(self) -> str:
        """HTML of the curves and their sentence."""
        return curve_drawing.as_still(self.drawn, self.sentence)

    def _go(self, epochs: int) -> None:
        if self.stopped is None:
            self.epoch = min(self.epoch + epochs, self._last)
        self._switch()

    def _stop(self, _: object) -> None:
        if self.stopped is None:
            self.stopped = self.epoch
        self._switch()

    def _again(self, _: object) -> None:
        self.epoch, self.stopped = SHOWN_AT_FIRST, None
        self._switch()

    def _switch(self) -> None:
        for name in (NEXT, TEN):
            self.buttons[name].disabled = self.stopped is not None or self.epoch == self._last
        self.buttons[STOP].disabled = self.stopped is not None
        self.redraw()


def where_would_you_stop() -> None:
    """Show the recorded run of lesson 2 epoch by epoch, until the learner stops it; then show the rest."""
    StopGame(records.load("02_without")["without"][0]).show()


def so_far(history: Mapping[str, np.ndarray], epoch: int) -> str:
    """What the first epochs of a training show, in words."""
    accuracy, validation = history["accuracy"][:epoch], history["val_accuracy"][:epoch]
    best = best_epoch(validation)
    where = "this epoch" if best == epoch else f"epoch {best} ({validation[best - 1]:.3f})"
    return (
        f"Epoch {epoch} of {len(history['val_accuracy'])}: training accuracy {accuracy[-1]:.3f}, validation "
        f"accuracy {validation[-1]:.3f}; validation is best at {where} so far. Do you stop here?"
    )


def verdict(history: Mapping[str, np.ndarray], stopped: int, seconds: Sequence[float]) -> str:
    """What it costs to stop a training after an epoch, in words.

    Parameters
    ----------
    history : mapping of str to numpy.ndarray
        ``'accuracy'`` and ``'val_accuracy'``, each (epochs,).
    stopped : int
        The epoch, from 1.
    seconds : sequence of float
        Of each epoch.
    """
    validation = history["val_accuracy"]
    last, best = len(validation), best_epoch(validation)
    mine, top = validation[stopped - 1], validation[best - 1]
    error = margin_of_error(mine, PHOTOS)
    text = (
        f"You stop after epoch {stopped} of {last}: validation accuracy {mine:.3f}, give or take {error:.3f} on "
        f"{PHOTOS:,} photos; the gap to training is {history['accuracy'][stopped - 1] - mine:+.3f}. "
    )
    if best == stopped:
        text += "No epoch is better. "
    else:
        chance = "less than the error bar, so it may be chance" if top - mine <= error else "more than the error bar"
        text += f"The best epoch is {best} with {top:.3f}: {top - mine:.3f} better, which is {chance}. "
        text += "The best of many is picked with hindsight and a little too good. "
    if stopped == last:
        return f"{text}You waited to the end."
    return (
        f"{text}Waiting to the end takes {last - stopped} more epochs of {np.median(seconds):.0f} s and ends at "
        f"{validation[-1]:.3f}, {validation[-1] - mine:+.3f} against your stop."
    )


def draw_stop(history: Mapping[str, np.ndarray], epoch: int, marks: Mapping[int, str]) -> str:
    """The first epochs of a training as SVG, with words at some epochs."""
    shown = {name: values[:epoch] for name, values in history.items()}
    # Of all epochs: this axis stays as it is while more are shown.
    floor = 0.5 if min(*history["accuracy"], *history["val_accuracy"]) >= 0.5 else 0.0
    losses = curve_drawing.nice_range([0, *shown["loss"], *shown["val_loss"]])
    ranges = {"accuracy": (floor, 1), "loss": losses}
    last = len(history["val_accuracy"])
    return training_view.picture(shown, 0, last, ranges=ranges, marks=list(marks.items()))
