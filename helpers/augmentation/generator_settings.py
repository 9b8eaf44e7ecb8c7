"""The random part of an `ImageDataGenerator` as a value: what it draws, as code, in words, and its extremes.

Keras draws from NumPy's global stream; here the random numbers are passed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from helpers.augmentation.transforms import DRAWS, draw_parameters

MOVING = ("rotation_range", "width_shift_range", "height_shift_range", "shear_range", "zoom_range")


@dataclass(frozen=True)
class Augmentation:
    """Arguments of ``ImageDataGenerator``; the defaults are Keras' and do nothing.

    Attributes
    ----------
    rotation_range : float
        Degrees, 0–180; drawn from minus to plus this. Positive turns counter-clockwise.
    width_shift_range, height_shift_range : float
        Fractions of the width and the height, 0–0.99; drawn from minus to plus this. Keras 3 swaps the
        two: width shifts up and down, height left and right. (It reads 1 or more as pixels: not here.)
    shear_range : float
        Degrees, 0–89; drawn from minus to plus this.
    zoom_range : float
        Fraction, 0–0.99; each axis draws a factor from 1 minus to 1 plus this. Factors below 1 enlarge.
    horizontal_flip, vertical_flip : bool
        Mirror half of the draws left to right, top to bottom.
    brightness_range : (float, float), optional
        Smallest and largest factor on every value, at least 0.
    channel_shift_range : float
        Levels, 0–255; one number from minus to plus this is added to all three channels.
    fill_mode : str
        ``'nearest'``, ``'reflect'``, ``'wrap'`` or ``'constant'``.
    cval : float
        Level, 0–255, that ``'constant'`` fills with.

    Examples
    --------
    >>> Augmentation(rotation_range=40, horizontal_flip=True).code()
    'ImageDataGenerator(rescale=1 / 255, rotation_range=40, horizontal_flip=True, fill_mode="nearest")'
    """

    rotation_range: float = 0
    width_shift_range: float = 0
    height_shift_range: float = 0
    shear_range: float = 0
    zoom_range: float = 0
    horizontal_flip: bool = False
    vertical_flip: bool = False
    brightness_range: tuple[float, float] | None = None
    channel_shift_range: float = 0
    fill_mode: str = "nearest"
    cval: float = 0

    @property
    def moves_pixels(self) -> bool:
        """True if holes can appear, which `fill_mode` fills."""
        return any(getattr(self, name) for name in MOVING)

    def keywords(self) -> dict[str, object]:
        """The arguments of ``ImageDataGenerator`` that say this: what is not default.

        ``fill_mode`` is among them wherever pixels move, since every hole then shows it.
        """
        kept = {field.name for field in fields(self) if getattr(self, field.name) != field.default}
        if self.moves_pixels:
            kept.add("fill_mode")
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name in kept}

    def code(self) -> str:
        """One line of Python that makes the generator, with the lessons' rescaling."""
        arguments = [f"{name}={_literal(value)}" for name, value in self.keywords().items()]
        return f"ImageDataGenerator({', '.join(['rescale=1 / 255', *arguments])})"

    def parameters(self, uniforms: Sequence[float], shape: tuple[int, ...]) -> dict[str, float | bool | None]:
        """:func:`~helpers.augmentation.transforms.draw_parameters` of numbers (10,) 0-1, for a photo of this shape."""
        return draw_parameters(self, dict(zip(DRAWS, map(float, uniforms), strict=True)), *shape[:2])


# What every notebook of the course has.
LESSON = Augmentation(
    rotation_range=40,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
    zoom_range=0.2,
    horizontal_flip=True,
)


def draw_uniforms(rng: np.random.Generator, count: int) -> np.ndarray:
    """Random numbers for `count` pictures: float64 (count, 10), from 0 to below 1; see `Augmentation.parameters`."""
    return rng.random((count, len(DRAWS)))


class Extreme(NamedTuple):
    """One parameter alone, at one of its ends: its name, the end in words, and what to transform with."""

    name: str
    end: str
    parameters: dict


def extremes(augmentation: Augmentation, shape: tuple[int, ...]) -> list[Extreme]:
    """The two ends of every parameter that is on, in Keras' order; a flip has one end only.

    Parameters
    ----------
    augmentation : Augmentation
    shape : tuple of int
        Height and width of the photo in pixels, and possibly more.
    """
    a = augmentation
    down, right = a.width_shift_range * shape[1], a.height_shift_range * shape[0]
    low, high = a.brightness_range or (1, 1)
    ends = [
        ("rotation", "theta", -a.rotation_range, a.rotation_range, "{:+g}°", "{:+g}°"),
        ("width shift", "ty", -down, down, "{:.0f} px down", "{:.0f} px up"),
        ("height shift", "tx", -right, right, "{:.0f} px right", "{:.0f} px left"),
        ("shear", "shear", -a.shear_range, a.shear_range, "{:+g}°", "{:+g}°"),
        ("zoom", "zx zy", 1 - a.zoom_range, 1 + a.zoom_range, "×{:g}", "×{:g}"),
        ("horizontal flip", "flip_horizontal", False, a.horizontal_flip, "", "mirrored"),
        ("vertical flip", "flip_vertical", False, a.vertical_flip, "", "mirrored"),
        ("channel shift", "channel_shift_intensity", -a.channel_shift_range, a.channel_shift_range, "{:+g}", "{:+g}"),
        ("brightness", "brightness", low, high, "×{:g}", "×{:g}"),
    ]
    found = []
    for name, keys, first, last, *texts in ends:
        if name == "brightness" and a.brightness_range is None or name != "brightness" and first == last:
            continue
        for value, text in zip((first, last), texts, strict=True):
            if text:
                shown = abs(value) if "px" in text else value
                found.append(Extreme(name, text.format(shown), dict.fromkeys(keys.split(), value)))
    return found


def in_words(augmentation: Augmentation, shape: tuple[int, ...]) -> list[str]:
    """What each parameter that is on does to a photo of this shape, with units; one phrase each."""
    a, (height, width) = augmentation, shape[:2]
    moved = "moved {} by up to {:.0f} pixels ({}_shift_range)"
    reach = np.sin(np.deg2rad(a.shear_range)) * height / 2
    low, high = a.brightness_range or (1, 1)
    phrases = [
        (a.rotation_range, f"turned by up to {a.rotation_range:g} degrees either way"),
        (a.width_shift_range, moved.format("up or down", a.width_shift_range * width, "width")),
        (a.height_shift_range, moved.format("left or right", a.height_shift_range * height, "height")),
        (
            a.shear_range,
            f"sheared by up to {a.shear_range:g} degrees either way, which moves the top and bottom rows by up to "
            f"{reach:.1f} pixels",
        ),
        (
            a.zoom_range,
            f"zoomed by factors from {1 - a.zoom_range:g} (larger) to {1 + a.zoom_range:g} (smaller), height and "
            "width drawn separately",
        ),
        (a.horizontal_flip, "mirrored left to right in about half of all draws"),
        (a.vertical_flip, "mirrored top to bottom in about half of all draws"),
        (
            a.channel_shift_range,
            f"made lighter or darker by up to {a.channel_shift_range:g} of 255 levels (Keras shifts the three channels "
            "alike)",
        ),
        (a.brightness_range, f"with its brightness times {low:g} to {high:g}"),
    ]
    return [phrase for on, phrase in phrases if on]


def _literal(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))})"
    return f'"{value}"' if isinstance(value, str) else str(value) if isinstance(value, bool) else f"{value:g}"
