"""Turn the photo: a drawn photo that a slider turns, and what recorded networks say of it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from PIL import Image

from helpers.augmentation.transforms import transform
from helpers.evidence import records
from helpers.plotting.figures import COLOURS
from helpers.sample.drawing import pet_photo
from helpers.sample.sets import UPRIGHT
from helpers.sample.store import generator
from helpers.widgets import curve_drawing, shell
from helpers.widgets.curve_drawing import Line, Panel
from helpers.widgets.picture_box import PictureBox, choice, slider

ANGLES = tuple(range(-90, 91, 5))  # degrees, clockwise
KINDS = ("cat", "dog")
SHOWN = 3  # photos per class that the widget shows
JUDGED = 50  # photos per class that the accuracies are measured on
DRAWING_SEED = 1000  # of the photos; no training draws from it
PIXELS = 128  # side of the photos, as in lessons 2 and 3
PHOTO, ANGLE = "photo", "turn (degrees)"
PHOTO_SIDE = 200  # pixels on the page


@dataclass(frozen=True)
class Turned:
    """What networks say of photos that are turned by each of `ANGLES`.

    Attributes
    ----------
    probabilities : dict of str to numpy.ndarray
        For ``'without'`` and ``'with'`` augmentation: float (seeds, photos, angles), 0-1, the probability of a dog;
        the photos are those of :func:`photo`, cats before dogs.
    accuracies : dict of str to numpy.ndarray
        As above: float (seeds, angles), the share of right answers on many photos.
    photos : int
        How many photos the accuracies were measured on.
    """

    probabilities: Mapping[str, np.ndarray]
    accuracies: Mapping[str, np.ndarray]
    photos: int


def load() -> Turned:
    """The record of lesson 3's two networks; see :func:`answers`."""
    runs = records.load("03_turned_photos")
    kept = {
        name: [run["turned"] for run in runs[part]] for name, part in (("without", "without"), ("with", "augmented"))
    }
    return Turned(
        probabilities={name: np.array([run["probabilities"] for run in found]) for name, found in kept.items()},
        accuracies={name: np.array([run["accuracies"] for run in found]) for name, found in kept.items()},
        photos=kept["with"][0]["photos"],
    )


def answers(network: keras.Model, size: tuple[int, int]) -> dict[str, Any]:
    """Ask a network about turned photos that it was not trained on.

    Parameters
    ----------
    network : keras.Model
        Gets float32 (photos, height, width, 3), 0-1, and answers with the probability of a dog.
    size : (int, int)
        Height and width that it wants.

    Returns
    -------
    dict
        ``turned`` : ``probabilities`` (photos, angles) of the shown ones, cats before dogs; ``accuracies`` (angles,);
        ``photos``, how many those were measured on.
    """
    photos = [photo(kind, number) for kind in KINDS for number in range(JUDGED)]
    shown = [kind * JUDGED + number for kind in range(len(KINDS)) for number in range(SHOWN)]
    asked = []
    for angle in ANGLES:
        # Resized as load_img and the generators do.
        small = [turn(one, angle).resize(size[::-1], Image.Resampling.NEAREST) for one in photos]
        batch = np.stack([np.asarray(one, dtype="float32") for one in small]) / 255
        asked.append(network.predict(batch, batch_size=64, verbose=0)[:, 0].astype(float))
    said = np.stack(asked, axis=1)
    right = (said > 0.5) == np.repeat([0, 1], JUDGED)[:, np.newaxis]
    found = {"probabilities": said[shown].round(3).tolist(), "accuracies": right.mean(axis=0).round(3).tolist()}
    return {"turned": {**found, "photos": len(photos)}}


def photo(kind: str, number: int) -> Image.Image:
    """An upright drawn photo, RGB, 128 x 128, of a ``'cat'`` or ``'dog'`` that no network was trained on.

    The same for the same arguments, on every machine.
    """
    rng = generator("photo", DRAWING_SEED, "turned", kind, number)
    return pet_photo(rng, kind, UPRIGHT.draw(rng), PIXELS)


def turn(picture: Image.Image, degrees: float) -> Image.Image:
    """A square photo, turned clockwise about its middle; corners have the pixels of the edge."""
    return Image.fromarray(transform(np.asarray(picture), {"theta": -degrees}).round().astype(np.uint8))


class TurnBox(PictureBox):
    """The widget of :func:`turn_the_photo`."""

    def __init__(self, record: Turned) -> None:
        self._record = record
        self._photos = {f"{kind} {number + 1}": (kind, number) for kind in KINDS for number in range(SHOWN)}
        step = ANGLES[1] - ANGLES[0]
        super().__init__(
            {PHOTO: choice(list(self._photos), PHOTO), ANGLE: slider(0, ANGLES[0], ANGLES[-1], step, ANGLE)}
        )

    def draw(self) -> tuple[Image.Image, str]:
        """The turned photo, and what the networks say of it."""
        kind, number = self._photos[self.controls[PHOTO].value]
        degrees = self.controls[ANGLE].value
        self.curves = draw_turned(self._record, kind, number, degrees)
        turned = turn(photo(kind, number), degrees).resize((PHOTO_SIDE, PHOTO_SIDE))
        return turned, describe(self._record, kind, number, degrees)

    def redraw(self) -> None:
        """Show photo and curves above one sentence."""
        self.drawn, self.sentence = self.draw()
        self.picture.value = shell.as_figure(f"{self._image()}<br>{self.curves}", self.sentence)

    def still(self) -> str:
        """HTML of photo, curves and their sentence."""
        return f"{self._image()}{curve_drawing.as_still(self.curves, self.sentence)}"

    def _image(self) -> str:
        data = base64.b64encode(shell.as_jpeg(self.drawn)).decode()
        return f'<img alt="the photo, turned as the sentence below says" src="data:image/jpeg;base64,{data}">'


def turn_the_photo() -> None:
    """Show a drawn photo that a slider turns, and what recorded networks say of it."""
    TurnBox(load()).show()


def describe(record: Turned, kind: str, number: int, degrees: int) -> str:
    """What the networks say of one photo at one angle, and how often they are right at that angle."""
    place = ANGLES.index(degrees)
    parts = []
    for name, values in record.probabilities.items():
        said = values[:, KINDS.index(kind) * SHOWN + number, place]
        right = int(((said > 0.5) == (kind == "dog")).sum())
        parts.append(
            f"{name} augmentation {said.mean():.2f} ({said.min():.2f} to {said.max():.2f}), right in {right} of "
            f"{len(said)} networks"
        )
    shares = [f"{values[:, place].mean():.2f} {name}" for name, values in record.accuracies.items()]
    turned = f"turned {abs(degrees)} degrees {'right' if degrees > 0 else 'left'}" if degrees else "upright"
    return (
        f"{kind} {number + 1}, {turned}. Probability of a dog: {'; '.join(parts)}. "
        f"Of {record.photos} such photos at this angle, the networks get right {' and '.join(shares)} augmentation."
    )


def draw_turned(record: Turned, kind: str, number: int, degrees: int) -> str:
    """Probability of a dog for one photo, and share of right answers for many, over the angle, as SVG.

    Lines are means over the seeds; bands reach from the lowest to the highest.
    """
    one = {name: values[:, KINDS.index(kind) * SHOWN + number] for name, values in record.probabilities.items()}
    panels = []
    for quantity, curves in (
        (f"probability of a dog, {kind} {number + 1}", one),
        (f"right answers on {record.photos} photos (fraction)", record.accuracies),
    ):
        lines = [
            Line(
                ANGLES,
                values.mean(axis=0),
                f"{name} augmentation",
                colour,
                dashed=name == "with",
                band=(values.min(axis=0), values.max(axis=0)),
                markers=False,
            )
            for colour, (name, values) in zip(COLOURS, curves.items(), strict=False)
        ]
        panels.append(
            Panel(
                quantity,
                lines,
                x_range=(ANGLES[0], ANGLES[-1]),
                y_range=(0, 1),
                x_label="turned by (degrees, right is positive)",
                x_step=45,
                marks=[(degrees, f"{degrees}")],
            )
        )
    return curve_drawing.draw(panels)
