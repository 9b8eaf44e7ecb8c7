"""Two small widgets on recorded runs, which train nothing: where to stop, and how far a photo may be turned."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from helpers.evidence import records
from helpers.plotting.figures import COLOURS, FRACTION
from helpers.plotting.histories import best_epoch, curve, margin_of_error
from helpers.widgets import curve_drawing, shell, turned
from helpers.widgets.curve_drawing import Line, Panel
from helpers.widgets.picture_box import PictureBox, choice, slider

SHOWN_AT_FIRST = 3  # epochs
NEXT, TEN, STOP, AGAIN = "Next epoch", "Ten epochs", "Stop here", "Start again"
PHOTO, ANGLE = "photo", "turn (degrees)"
PHOTO_SIDE = 200  # pixels on the page


class StopGame(PictureBox):
    """The widget of :func:`where_would_you_stop`.

    Attributes
    ----------
    epoch : int
        Epochs that are shown.
    stopped : int or None
        The epoch after which the learner stopped; None before.
    """

    def __init__(self, record: Mapping[str, Any], photos: int = 1000) -> None:
        self._history, self._seconds, self._photos = record["history"], record.get("seconds", ()), photos
        self._last = len(curve(self._history, "val_accuracy"))
        self.epoch, self.stopped = min(SHOWN_AT_FIRST, self._last), None
        super().__init__({}, [NEXT, TEN, STOP, AGAIN])
        self.buttons[NEXT].on_click(lambda _: self._go(1))
        self.buttons[TEN].on_click(lambda _: self._go(10))
        self.buttons[STOP].on_click(self._stop)
        self.buttons[AGAIN].on_click(self._again)
        self._switch()

    def draw(self) -> tuple[str, str]:
        """The curves so far, or all of them with the verdict."""
        if self.stopped is None:
            text = so_far(self._history, self.epoch)
            return draw_stop(self._history, self.epoch, {}), text
        best = best_epoch(curve(self._history, "val_accuracy"))
        marks = {self.stopped: "you stop, and the best epoch" if best == self.stopped else "you stop"}
        marks.setdefault(best, "best epoch")
        text = verdict(self._history, self.stopped, photos=self._photos, seconds=self._seconds)
        return draw_stop(self._history, self._last, marks), text

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
        self.epoch, self.stopped = min(SHOWN_AT_FIRST, self._last), None
        self._switch()

    def _switch(self) -> None:
        for name in (NEXT, TEN):
            self.buttons[name].disabled = self.stopped is not None or self.epoch == self._last
        self.buttons[STOP].disabled = self.stopped is not None
        self.redraw()


def make_where_would_you_stop(record: Mapping[str, Any] | None = None, *, photos: int = 1000) -> StopGame:
    """The widget of :func:`where_would_you_stop`, not yet shown."""
    if record is None:
        (record, *_) = records.load("02_without")["without"]
    return StopGame(record, photos)


def where_would_you_stop(record: Mapping[str, Any] | None = None, *, photos: int = 1000) -> None:
    """Show a recorded training epoch by epoch, until the learner stops it; then show the rest.

    Parameters
    ----------
    record : mapping, optional
        With ``'history'`` (accuracy and loss, training and validation) and ``'seconds'`` per epoch, as from
        ``records.load``; by default the recorded run of lesson 2 on the real photos.
    photos : int
        How many validation photos the record was measured on.

    Raises
    ------
    ValueError
        If a curve is missing.
    """
    make_where_would_you_stop(record, photos=photos).show()


def so_far(history: Mapping[str, Sequence[float]], epoch: int) -> str:
    """What the first epochs of a training show, in words."""
    accuracy, validation = curve(history, "accuracy")[:epoch], curve(history, "val_accuracy")[:epoch]
    best = best_epoch(validation)
    where = "this epoch" if best == epoch else f"epoch {best} ({validation[best - 1]:.3f})"
    return (
        f"Epoch {epoch} of {len(curve(history, 'val_accuracy'))}: training accuracy {accuracy[-1]:.3f}, validation "
        f"accuracy {validation[-1]:.3f}; validation is best at {where} so far. Do you stop here?"
    )


def verdict(history: Mapping[str, Sequence[float]], stopped: int, *, photos: int, seconds: Sequence[float] = ()) -> str:
    """What it costs to stop a training after an epoch, in words.

    Parameters
    ----------
    history : mapping of str to sequence of float
        ``'accuracy'`` and ``'val_accuracy'``, each (epochs,).
    stopped : int
        The epoch, from 1.
    photos : int
        Validation photos.
    seconds : sequence of float
        Of each epoch; may be empty.

    Returns
    -------
    str
    """
    accuracy, validation = curve(history, "accuracy"), curve(history, "val_accuracy")
    last, best = len(validation), best_epoch(validation)
    mine, top = validation[stopped - 1], validation[best - 1]
    error = margin_of_error(mine, photos)
    text = (
        f"You stop after epoch {stopped} of {last}: validation accuracy {mine:.3f}, give or take {error:.3f} on "
        f"{photos:,} photos; the gap to training is {accuracy[stopped - 1] - mine:+.3f}. "
    )
    if best == stopped:
        text += "No epoch is better. "
    else:
        chance = "less than the error bar, so it may be chance" if top - mine <= error else "more than the error bar"
        text += f"The best epoch is {best} with {top:.3f}: {top - mine:.3f} better, which is {chance}. "
        text += "The best of many is picked with hindsight and a little too good. "
    if stopped == last:
        return f"{text}You waited to the end."
    waiting = f"Waiting to the end takes {last - stopped} more epochs"
    if len(seconds):
        waiting += f" of {np.median(seconds):.0f} s"
    return f"{text}{waiting} and ends at {validation[-1]:.3f}, {validation[-1] - mine:+.3f} against your stop."


def draw_stop(history: Mapping[str, Sequence[float]], epoch: int, marks: Mapping[int, str]) -> str:
    """The first epochs of a training as SVG, with words at some epochs of the left panel."""
    floor = 0.5 if min(*curve(history, "accuracy"), *curve(history, "val_accuracy")) >= 0.5 else 0.0
    panels = []
    for name, quantity in (("accuracy", f"accuracy {FRACTION}"), ("loss", "loss (lower is better)")):
        curves = [curve(history, key)[:epoch] for key in (name, f"val_{name}")]
        loss_range = curve_drawing.nice_range([0, *curves[0], *curves[1]], within=(0, math.inf))
        panels.append(
            Panel(
                quantity,
                [
                    Line(curves[0], "training", COLOURS[0]),
                    Line(curves[1], "validation", COLOURS[1], dashed=True),
                ],
                x_range=(1, max(2, len(curve(history, name)))),
                y_range=(floor, 1) if name == "accuracy" else loss_range,
                marks=list(marks.items()),
            )
        )
    return curve_drawing.draw(panels)


class TurnBox(PictureBox):
    """The widget of :func:`turn_the_photo`."""

    def __init__(self, record: turned.Turned) -> None:
        self._record = record
        self._photos = {
            f"{kind} {number + 1}": (kind, number) for kind in turned.KINDS for number in range(turned.SHOWN)
        }
        step = int(record.angles[1] - record.angles[0])
        ends = int(record.angles[0]), int(record.angles[-1])
        controls = {PHOTO: choice(list(self._photos), PHOTO), ANGLE: slider(0, *ends, step, ANGLE)}
        super().__init__(controls)

    def draw(self) -> tuple[Image.Image, str]:
        """The turned photo, and what the networks say of it."""
        kind, number = self._photos[self.controls[PHOTO].value]
        degrees = self.controls[ANGLE].value
        self.curves = draw_turned(self._record, kind, number, degrees)
        photo = turned.turn(turned.photo(kind, number), degrees).resize((PHOTO_SIDE, PHOTO_SIDE))
        return photo, turned.describe(self._record, kind, number, degrees)

    def redraw(self) -> None:
        """Show photo and curves above one sentence."""
        self.drawn, self.sentence = self.draw()
        self.picture.value = shell.as_figure(f"{_image(self.drawn)}<br>{self.curves}", self.sentence)

    def still(self) -> str:
        """HTML of photo, curves and their sentence."""
        return f"{_image(self.drawn)}{curve_drawing.as_still(self.curves, self.sentence)}"


def make_turn_the_photo(record: turned.Turned | None = None) -> TurnBox:
    """The widget of :func:`turn_the_photo`, not yet shown."""
    return TurnBox(turned.load() if record is None else record)


def turn_the_photo(record: turned.Turned | None = None) -> None:
    """Show a drawn photo that a slider turns, and what recorded networks say of it.

    Parameters
    ----------
    record : turned.Turned, optional
        By default the one that is kept with the lessons.
    """
    make_turn_the_photo(record).show()


def draw_turned(record: turned.Turned, kind: str, number: int, degrees: int) -> str:
    """Probability of a dog for one photo, and share of right answers for many, over the angle, as SVG.

    Lines are means over the seeds; bands reach from the lowest to the highest.
    """
    index = turned.KINDS.index(kind) * turned.SHOWN + number
    one = {name: values[:, index] for name, values in record.probabilities.items()}
    panels = []
    for quantity, curves in (
        (f"probability of a dog, {kind} {number + 1}", one),
        (f"right answers on {record.photos} photos (fraction)", record.accuracies),
    ):
        lines = []
        for colour, (name, values) in zip(COLOURS, curves.items(), strict=False):
            mean, low, high = turned.band(values)
            label = f"{name} augmentation"
            lines.append(Line(mean, label, colour, name == "with", record.angles, band=(low, high), markers=False))
        panels.append(
            Panel(
                quantity,
                lines,
                x_label="turned by (degrees, right is positive)",
                x_range=(float(record.angles[0]), float(record.angles[-1])),
                y_range=(0, 1),
                x_step=45,
                marks=[(degrees, f"{degrees}")],
            )
        )
    return curve_drawing.draw(panels)


def _image(picture: Image.Image) -> str:
    """An image element that the sentence below describes."""
    data = base64.b64encode(shell.as_jpeg(picture)).decode()
    return f'<img alt="the photo, turned as the sentence below says" src="data:image/jpeg;base64,{data}">'
