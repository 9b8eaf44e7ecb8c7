"""Colours as (red, green, blue) in 0..255: the natural palettes and a few ways to change a colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Colour = tuple[int, int, int]

FUR: dict[str, Colour] = {
    "black": (62, 58, 60),
    "charcoal": (92, 88, 92),
    "slate": (138, 142, 152),
    "silver": (186, 184, 182),
    "white": (244, 241, 235),
    "cream": (240, 220, 184),
    "sand": (222, 188, 138),
    "ginger": (228, 148, 72),
    "rust": (188, 104, 54),
    "brown": (146, 98, 62),
    "chocolate": (104, 70, 52),
    "taupe": (172, 148, 124),
}
HORSE: dict[str, Colour] = {
    "bay": (150, 88, 50),
    "chestnut": (178, 98, 52),
    "black": (64, 58, 58),
    "grey": (178, 178, 180),
    "white": (240, 237, 230),
    "palomino": (224, 178, 104),
    "dun": (196, 160, 112),
    "liver": (108, 70, 52),
    "buckskin": (212, 170, 110),
    "roan": (160, 134, 124),
}
SKIN: tuple[Colour, ...] = (
    (252, 222, 196), (244, 204, 170), (230, 182, 142), (206, 152, 110), (170, 116, 78), (132, 88, 60), (98, 64, 46),
)  # fmt: skip
HAIR: tuple[Colour, ...] = (
    (46, 38, 36), (70, 50, 40), (104, 70, 46), (150, 102, 58), (206, 164, 96), (236, 206, 140), (178, 86, 46),
    (196, 194, 192),
)  # fmt: skip
CLOTH: tuple[Colour, ...] = (
    (206, 62, 58), (232, 120, 64), (240, 196, 84), (118, 164, 92), (62, 122, 106), (76, 140, 190), (58, 82, 140),
    (120, 88, 150), (214, 120, 150), (240, 238, 232), (188, 188, 190), (84, 86, 94), (58, 60, 70), (172, 126, 84),
    (120, 86, 62), (214, 186, 142), (160, 196, 214), (236, 208, 206),
)  # fmt: skip


def pick(rng: np.random.Generator, palette: Sequence[Colour] | dict[str, Colour], spread: float = 8) -> Colour:
    """One colour of a palette, varied a little so that no two pictures hold quite the same."""
    colours = list(palette.values()) if isinstance(palette, dict) else palette
    return vary(rng, colours[rng.integers(len(colours))], spread)


def vary(rng: np.random.Generator, colour: Colour, spread: float) -> Colour:
    """The colour a little lighter or darker and warmer or cooler; `spread` is a standard deviation in 0..255."""
    warmth = rng.normal(0, spread * 0.35)
    return _colour(np.asarray(colour) + rng.normal(0, spread) + [warmth, 0.0, -warmth])


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`first` at share 0, `second` at share 1, in proportion between."""
    return _colour(np.asarray(first) * (1 - share) + np.asarray(second) * share)


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below factor 1, lighter above."""
    return _colour(np.asarray(colour) * factor)


def brightness(colour: Colour) -> float:
    """How light a colour looks to the eye, 0..255 (the weights of ITU-R BT.601)."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def _colour(values: np.ndarray) -> Colour:
    red, green, blue = np.clip(np.rint(values), 0, 255).astype(int).tolist()
    return red, green, blue
