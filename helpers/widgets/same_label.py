"""Which turns, flips, shears and zooms leave a picture its label: four subjects, and how they read.

How far a turn may go was judged by eye on these pictures, not measured on readers: so there is a wide band
in which it is hard to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers.augmentation import transforms
from helpers.widgets import pictures

SAME, BROKEN, HARD = "same", "broken", "hard to tell"


class Reading(NamedTuple):
    """How a picture reads: SAME, BROKEN or HARD, and what one would say that it shows."""

    outcome: str
    shows: str


@dataclass(frozen=True)
class Subject:
    """Something with a label.

    Attributes
    ----------
    label : str
        With its article, such as ``'a 6'``.
    drawn : str
        The letter to draw; empty for the cat.
    upright, mirrored : dict of int to Reading
        By the angle in degrees, counter-clockwise: how it reads when turned by about this much; mirrored, when
        mirrored left to right after that turn.
    reach : float
        Degrees from each of these angles within which the reading is sure.
    least_zoom, most_shear : float
        Factor below which too little of it is left, and degrees beyond which it is too slanted, to tell.
    """

    label: str
    drawn: str
    upright: Mapping[int, Reading]
    mirrored: Mapping[int, Reading]
    reach: float
    least_zoom: float = 0.5
    most_shear: float = 45

    def picture(self) -> np.ndarray:
        """The subject as it is: uint8 (150, 150, 3)."""
        return pictures.letter(self.drawn) if self.drawn else pictures.drawn_cat()


_POINTS = {way: f"an arrow that points {way}" for way in ("right", "up", "left", "down")}
_CAT = {0: Reading(SAME, "a cat")}

SUBJECTS = {
    "6": Subject(
        "a 6",
        "6",
        {0: Reading(SAME, "a 6"), 180: Reading(BROKEN, "a 9")},
        {0: Reading(HARD, "a 6 in a mirror"), 180: Reading(BROKEN, "a 9 in a mirror")},
        reach=60,
    ),
    "b": Subject(
        "a b",
        "b",
        {0: Reading(SAME, "a b"), 180: Reading(BROKEN, "a q")},
        {0: Reading(BROKEN, "a d"), 180: Reading(BROKEN, "a p")},
        reach=60,
    ),
    "arrow to the right": Subject(
        "an arrow that points right",
        "→",
        {
            0: Reading(SAME, _POINTS["right"]),
            90: Reading(BROKEN, _POINTS["up"]),
            180: Reading(BROKEN, _POINTS["left"]),
            -90: Reading(BROKEN, _POINTS["down"]),
        },
        {
            0: Reading(BROKEN, _POINTS["left"]),
            90: Reading(BROKEN, _POINTS["up"]),
            180: Reading(SAME, _POINTS["right"]),
            -90: Reading(BROKEN, _POINTS["down"]),
        },
        reach=30,
    ),
    "drawn cat": Subject("a cat", "", _CAT, _CAT, reach=180, least_zoom=0.35, most_shear=60),
}


@dataclass(frozen=True)
class Change:
    """What is done to a subject: degrees counter-clockwise, flips after that, degrees of shear, a zoom factor.

    As in Keras, a zoom factor below 1 enlarges.
    """

    rotation: float = 0
    horizontal_flip: bool = False
    vertical_flip: bool = False
    shear: float = 0
    zoom: float = 1

    def parameters(self) -> dict:
        """The same for `transforms.transform`."""
        return {
            "theta": self.rotation,
            "shear": self.shear,
            "zx": self.zoom,
            "zy": self.zoom,
            "flip_horizontal": self.horizontal_flip,
            "flip_vertical": self.vertical_flip,
        }

    def in_words(self) -> str:
        """Such as ``'turned by 40 degrees clockwise, then mirrored left to right'``."""
        way = "counter-clockwise" if self.rotation > 0 else "clockwise"
        size = "enlarged" if self.zoom < 1 else "shrunk"
        done = [
            (self.rotation, f"turned by {abs(self.rotation):g} degrees {way}"),
            (self.shear, f"sheared by {self.shear:g} degrees"),
            (self.zoom != 1, f"{size} by a zoom factor of {self.zoom:g}"),
            (self.horizontal_flip, "mirrored left to right"),
            (self.vertical_flip, "mirrored top to bottom"),
        ]
        return ", then ".join(text for on, text in done if on) or "left as it was"


def changed(subject: Subject, change: Change) -> np.ndarray:
    """The subject after the change: uint8 (150, 150, 3); holes are white, or the nearest pixel of the cat's photo."""
    mode = "constant" if subject.drawn else "nearest"
    return np.rint(transforms.transform(subject.picture(), change.parameters(), mode, 255)).astype(np.uint8)


def reading(subject: Subject, change: Change) -> Reading:
    """How the changed subject reads."""
    if change.zoom < subject.least_zoom:
        return Reading(HARD, "only a part of it")
    if abs(change.shear) > subject.most_shear:
        return Reading(HARD, "something much slanted")
    # Mirroring top to bottom is mirroring left to right and half a turn.
    angle = change.rotation + 180 * change.vertical_flip
    readings = subject.mirrored if change.horizontal_flip != change.vertical_flip else subject.upright
    for centre, found in readings.items():
        if abs((angle - centre + 180) % 360 - 180) <= subject.reach:
            return found
    return Reading(HARD, "something in between")


def describe(subject: Subject, change: Change) -> str:
    """A sentence on the picture; it says how it reads only where flips and half turns are all that was done."""
    if change == Change():
        return f"This is {subject.label}, {change.in_words()}."
    sentence = f"This was {subject.label}; it is {change.in_words()}."
    found = reading(subject, change)
    if change.rotation % 180 == 0 and change.shear == 0 and change.zoom == 1:
        still = {SAME: "still reads as", BROKEN: "reads as", HARD: "looks like"}[found.outcome]
        return f"{sentence} It {still} {found.shows}."
    return f"{sentence} Does its label still hold? Decide, then press a button."


def judge(subject: Subject, change: Change, says_same: bool) -> str:
    """What to tell a learner who says that the label still holds, or that it broke."""
    outcome, shows = reading(subject, change)
    if outcome == HARD:
        return (
            f"Hard to tell: it shows {shows}. Neither answer is wrong, and that is reason enough to keep such "
            f"pictures out of training: the file would still be labelled {subject.label}."
        )
    if outcome == SAME:
        return f"{'Right' if says_same else 'No, the label holds'}: it is still {shows}."
    return (
        f"{'No, the label broke' if says_same else 'Right'}: it reads as {shows}, "
        f"while the file would still be labelled {subject.label}."
    )
