"""The overfitting lab: change what a small network is trained on, train it, compare the curves."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path

import ipywidgets
import numpy as np
from PIL import Image

from helpers.plotting.figures import COLOURS, FRACTION
from helpers.widgets import curve_drawing, pictures, shell, tiny_training
from helpers.widgets.picture_box import checkbox, choice, fitting, wide
from helpers.widgets.tiny_training import Knobs, Run

PHOTOS = (40, 100, 200)
KEPT = len(COLOURS)  # runs that are shown at once
CELL, GAP = 80, 4  # pixels of a photo in the strips, and between photos
NO_RUN = "No run yet. Choose, and press Train."


class OverfittingLab(ipywidgets.VBox):
    """The widget of :func:`overfitting_lab`.

    Parameters
    ----------
    data : pathlib.Path
        The drawn photos are kept in ``data/sample``.
    seed : int
        At least 0: of the drawings and of every training.

    Attributes
    ----------
    controls : dict of str to ipywidgets.Widget
        ``'training photos'``, ``'validation poses'``, ``'augmentation'``.
    buttons : dict of str to ipywidgets.Button
        ``'Train'``, ``'Clear'``.
    message, photos, curves : ipywidgets.HTML
        What goes on; photos of the chosen kind; the curves of the runs with their sentence.
    runs : dict of int to Run
        By their number, counted from 1; the last four.
    """

    def __init__(self, data: Path, seed: int = 0) -> None:
        self._data, self._seed = data, seed
        self.controls = {
            "training photos": ipywidgets.Dropdown(options=PHOTOS, description="training photos", **wide()),
            "validation poses": choice(list(tiny_training.POSES), "validation poses"),
            "augmentation": checkbox("augmentation"),
        }
        self.controls["validation poses"].value = "reclining"
        self.buttons = {name: ipywidgets.Button(description=name, layout=fitting()) for name in ("Train", "Clear")}
        self.buttons["Train"].on_click(self._train)
        self.buttons["Clear"].on_click(self._clear)
        self.message, self.photos, self.curves = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.runs: dict[int, Run] = {}
        self._count = 0
        row = ipywidgets.HBox(list(self.buttons.values()))
        super().__init__([*self.controls.values(), self.photos, row, self.message, self.curves])
        for control in self.controls.values():
            control.observe(self._chosen, names="value")
        self._chosen()
        self.say(NO_RUN)

    @property
    def knobs(self) -> Knobs:
        """What is chosen."""
        return Knobs(*(control.value for control in self.controls.values()))

    def say(self, text: str) -> None:
        """Show `text`, plain, between the buttons and the curves."""
        self.message.value = f'<span role="status" aria-live="polite">{html.escape(text)}</span>'

    def show(self) -> None:
        """Show the widget, with photos of the first choice for pages where it cannot run."""
        shell.show(self, shell.as_figure(pictures.small_jpeg(self.drawn), self.sentence), self.sentence)

    def _chosen(self, _: object = None) -> None:
        self.drawn, self.sentence = photo_strips(self._data, self.knobs, self._seed)
        self.photos.value = shell.as_figure(self.drawn, self.sentence)

    def _train(self, button: ipywidgets.Button) -> None:
        knobs = self.knobs
        before = [number for number, run in self.runs.items() if run.knobs == knobs]
        if before:
            self.say(f"That is run {before[0]}: the same choice with the same seed gives the same curves again.")
            return
        button.disabled = True
        try:
            self.say("Preparing the photos.")
            run = tiny_training.train(self._data, knobs, seed=self._seed, watch=self._watch)
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


def make_overfitting_lab(data: Path, seed: int = 0) -> OverfittingLab:
    """The widget of :func:`overfitting_lab`, not yet shown."""
    return OverfittingLab(data, seed)


def overfitting_lab(data: Path, seed: int = 0) -> None:
    """Show the lab: choose number of photos, poses and augmentation, train in seconds, compare up to four runs.

    Parameters
    ----------
    data : pathlib.Path
        The drawn photos are kept in ``data/sample``; the first run of a kind draws them, which takes some seconds.
    seed : int
        At least 0.

    Raises
    ------
    ValueError
        If the seed is negative.
    """
    make_overfitting_lab(data, seed).show()


def photo_strips(data: Path, knobs: Knobs, seed: int = 0) -> tuple[Image.Image, str]:
    """Some training photos above some validation photos of a choice, and what they are in words."""
    strips = tiny_training.example_photos(data, knobs, seed=seed)
    count = len(strips[0])
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
        lines.append(curve_drawing.Line(run.training, "", colour, x=run.steps))
        lines.append(curve_drawing.Line(run.validation, f"{number}: {run.knobs}", colour, dashed=True, x=run.steps))
    panel = curve_drawing.Panel(
        f"accuracy {FRACTION}; solid: training, dashed: validation",
        lines,
        x_label=f"steps (batches of {tiny_training.BATCH} photos)",
        x_range=(0, tiny_training.STEPS),
        y_range=curve_drawing.nice_range(
            [value for run in runs.values() for value in (*run.training, *run.validation)], within=(0, 1)
        ),
    )
    return curve_drawing.draw([panel], height=330)
