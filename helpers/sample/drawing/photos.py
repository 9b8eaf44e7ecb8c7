"""Whole pictures: a pet or a figure before its background, in one light."""

from __future__ import annotations

import numpy as np
from PIL import Image

from helpers.sample.drawing.canvas import Canvas, finish
from helpers.sample.drawing.cat import draw_cat
from helpers.sample.drawing.dog import draw_dog
from helpers.sample.drawing.geometry import Pose
from helpers.sample.drawing.horse import draw_horse
from helpers.sample.drawing.horse_traits import Horse, new_horse
from helpers.sample.drawing.human import Human, draw_human, new_human
from helpers.sample.drawing.indoors import surroundings
from helpers.sample.drawing.outdoors import landscape, plain

BACKGROUNDS = ("scene", "plain")
_PETS = {"cat": draw_cat, "dog": draw_dog}
_FIGURES = {"horse": new_horse, "human": new_human}


def pet_photo(rng: np.random.Generator, kind: str, pose: Pose, size: int) -> Image.Image:
    """Draw a new cat or dog in a room, on a floor or in a garden.

    Parameters
    ----------
    rng : numpy.random.Generator
    kind : str
        ``'cat'`` or ``'dog'``. Coats, backgrounds and light are distributed alike for both.
    pose : Pose
        Of the animal; the background stays as it is.
    size : int
        Pixels of the side.

    Returns
    -------
    PIL.Image.Image
        RGB, size x size.
    """
    light = _light(rng)
    background = surroundings(rng, size, light)
    tint = _tint(rng)
    canvas = Canvas(size, pose, light)
    _PETS[kind](rng, canvas)
    return finish(canvas.cast(background, rng.uniform(0.3, 0.6), ground=False), rng, tint, grain=3.0)


def new_individual(rng: np.random.Generator, kind: str, number: int) -> Horse | Human:
    """Draw the traits that one individual keeps from photo to photo.

    Parameters
    ----------
    rng : numpy.random.Generator
        Decides build and colours.
    kind : str
        ``'horse'`` or ``'human'``.
    number : int
        Of the individual, from 0. It decides view and gait, see `horse_traits.GAITS` and `human.HABITS`:
        the first horse faces the camera and the second rears. Both are easily taken for a human.

    Returns
    -------
    Horse or Human
    """
    return _FIGURES[kind](rng, number)


def individual_photo(
    rng: np.random.Generator, figure: Horse | Human, pose: Pose, size: int, background: str
) -> Image.Image:
    """Draw one picture of a horse or human.

    Parameters
    ----------
    rng : numpy.random.Generator
        Decides the moment of the movement, the background and the light.
    figure : Horse or Human
        From `new_individual`.
    pose : Pose
    size : int
        Pixels of the side.
    background : str
        ``'scene'``: a landscape; ``'plain'``: white with a soft shadow.

    Returns
    -------
    PIL.Image.Image
        RGB, size x size.
    """
    light = _light(rng)
    white = background == "plain"
    behind = plain(size) if white else landscape(rng, size, light)
    tint = (255, 255, 255) if white else _tint(rng)
    canvas = Canvas(size, pose, light)
    (draw_horse if isinstance(figure, Horse) else draw_human)(rng, canvas, figure)
    shadow = 0.2 if white else rng.uniform(0.3, 0.55)
    return finish(canvas.cast(behind, shadow, ground=True), rng, tint, grain=1.0 if white else 3.0)


def _light(rng: np.random.Generator) -> float:
    """Where the light comes from: clearly from one side."""
    return float(rng.choice([-1, 1]) * rng.uniform(0.4, 0.9))


def _tint(rng: np.random.Generator) -> tuple[int, int, int]:
    """The colour of the light: warm to cool, bright to dim."""
    warmth, level = rng.normal(0, 0.035), rng.uniform(0.8, 1.0)
    red, green, blue = np.clip(255 * level * np.array([1 + warmth, 1.0, 1 - warmth]), 0, 255).astype(int).tolist()
    return red, green, blue
