"""The overfitting lab: change what a small network is trained on, train it, compare the curves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import ipywidgets
import numpy as np
from PIL import Image

from helpers.plotting.figures import COLOURS, FRACTION
from helpers.widgets import curve_drawing, shell, tiny_training
from helpers.widgets.picture_box import PictureBox, checkbox, choice
from helpers.widgets.tiny_training import Knobs, Run

PHOTOS = (40, 100, 200)
KEPT = len(COLOURS)  # runs that are shown at once
CELL, GAP = 80, 4  # pixels of a photo in the strips, and between photos
NO_RUN = "No run yet. Choose, and press Train."


class OverfittingLab(PictureBox):
    """The widget of :func:`overfitting_lab`, which has the parameters.

    Attributes
    ----------
    curves : ipywidgets.HTML
        The curves of the runs with their sentence.
    runs : dict of int to Run
        By their number, counted from 1; the last four.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self.curves = ipywidgets.HTML()
        self.runs: dict[int, Run] = {}
        self._count = 0
        controls = {
            "training photos": choice(PHOTOS, "training photos"),
            "validation poses": choice(list(tiny_training.POSES), "validation poses"),
            "augmentation": checkbox("augmentation"),
        }
        controls["validation poses"].value = "reclining"
        super().__init__(controls, ["Train", "Clear"])
        self.children = [*controls.values(), self.picture, self.row, self.message, self.curves]
        self.buttons["Train"].on_click(self._train)
        self.buttons["Clear"].on_click(self._clear)
        self.say(NO_RUN)

    @property
    def knobs(self) -> Knobs:
        """What is chosen."""
        return Knobs(*(control.value for control in self.controls.values()))

    def draw(self) -> tuple[Image.Image, str]:
        """Photos of the chosen kind, and what they are."""
        return photo_strips(self._data, self.knobs)

    def _changed(self, _: object) -> None:
        self.redraw()  # the message speaks of the runs: it stays

    def _train(self, button: ipywidgets.Button) -> None:
        knobs = self.knobs
        before = [number for number, run in self.runs.items() if run.knobs == knobs]
        if before:
            self.say(f"That is run {before[0]}: the same choice with the same seed gives the same curves again.")
            return
        button.disabled = True
        try:
            self.say("Preparing the photos.")
            run = tiny_training.train(self._data, knobs, watch=self._watch)
        except Exception as error:  # in a callback, an exception would be lost
            self.say(f"The training failed: {error}")
            return
        finally:
            button.disabled = False
        self._count += 1
        self.runs = dict([*self.runs.items(), (self._count, run)][-KEPT:])
        self.curves.value = shell.as_figure(draw_runs(self.runs), tiny_training.describe_runs(self.runs))
        self.say(f"Run {self._count} is trained." + (f" The last {KEPT} runs are shown." if self._count > KEPT else ""))

    def _watch(self, step: int) -> None:
        self.say(f"Training: step {step} of {tiny_training.STEPS}.")

    def _clear(self, _: ipywidgets.Button) -> None:
        self.runs, self._count, self.curves.value = {}, 0, ""
        self.say(NO_RUN)


def overfitting_lab(data: Path) -> None:
    """Show the lab: choose number of photos, poses and augmentation, train in seconds, compare up to four runs.

    Parameters
    ----------
    data : pathlib.Path
        The drawn photos are kept in ``data/sample``; the first run of a kind draws them, which takes some seconds.
    """
    OverfittingLab(data).show()


def photo_strips(data: Path, knobs: Knobs) -> tuple[Image.Image, str]:
    """Some training photos above some validation photos of a choice, and what they are in words."""
    strips = tiny_training.example_photos(data, knobs)
    count = tiny_training.EXAMPLES
    sheet = Image.new("RGB", (count * (CELL + GAP) - GAP, 2 * CELL + 3 * GAP), "white")
    for row, strip in enumerate(strips):
        for column, photo in enumerate(strip):
            small = Image.fromarray(np.uint8(np.clip(photo, 0, 1) * 255)).resize((CELL, CELL), Image.Resampling.BICUBIC)
            sheet.paste(small, (column * (CELL + GAP), row * (CELL + 3 * GAP)))
    changed = "each is changed at random whenever it is used" if knobs.augment else "unchanged whenever they are used"
    return sheet, (
        f"Above: {count} of the {knobs.photos} training photos, upright; {changed}. "
        f"Below: {count} of the {2 * tiny_training.VALIDATION} validation photos, {knobs.poses}. Cats before dogs."
    )


def draw_runs(runs: Mapping[int, Run]) -> str:
    """The curves of numbered runs as SVG: training solid, validation dashed, one colour for each run."""
    lines = []
    for number, run in runs.items():
        colour = COLOURS[(number - 1) % len(COLOURS)]
        lines.append(curve_drawing.Line(run.steps, run.training, "", colour))
        lines.append(curve_drawing.Line(run.steps, run.validation, f"{number}: {run.knobs}", colour, dashed=True))
    panel = curve_drawing.Panel(
        f"accuracy {FRACTION}; solid: training, dashed: validation",
        lines,
        x_range=(0, tiny_training.STEPS),
        y_range=curve_drawing.nice_range([value for line in lines for value in line.y], within=(0, 1)),
        x_label=f"steps (batches of {tiny_training.BATCH} photos)",
    )
    return curve_drawing.draw([panel], height=330)
