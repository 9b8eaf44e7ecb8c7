"""Backgrounds under the open sky: meadow, forest, beach, desert, mountains, snow; and plain white."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from helpers.sample.drawing.canvas import OVERSAMPLING, Backdrop, gradient, unfocused
from helpers.sample.drawing.colours import Colour, mix, pick, shade, vary
from helpers.sample.drawing.geometry import curve, ellipse, limb

SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((96, 158, 222), (206, 228, 242)),
    ((136, 188, 230), (238, 240, 232)),
    ((150, 160, 178), (218, 218, 216)),
    ((88, 110, 168), (248, 196, 150)),
    ((124, 120, 168), (250, 214, 180)),
    ((64, 84, 122), (150, 166, 186)),
)
LEAVES: tuple[Colour, ...] = (
    (86, 130, 70),
    (112, 150, 74),
    (62, 102, 68),
    (150, 156, 80),
    (196, 140, 66),
    (76, 116, 96),
)
TRUNKS: tuple[Colour, ...] = ((104, 78, 58), (132, 106, 84), (84, 68, 58), (196, 186, 172))
FLOWERS: tuple[Colour, ...] = ((240, 210, 90), (240, 240, 236), (214, 96, 110), (170, 130, 196), (236, 140, 80))


@dataclass(frozen=True)
class Land:
    """The ground of a landscape: its colours from far to near and what stands on it."""

    far: Colour
    near: Colour
    hills: Colour
    trees: float
    stones: float
    blades: bool


LANDS: tuple[Land, ...] = (
    Land((150, 186, 96), (96, 146, 66), (112, 148, 122), 0.6, 0.1, True),
    Land((190, 190, 110), (146, 150, 74), (140, 150, 116), 0.4, 0.2, True),
    Land((112, 134, 84), (84, 96, 58), (78, 110, 86), 1.0, 0.2, True),
    Land((236, 214, 166), (220, 188, 132), (98, 160, 184), 0.15, 0.2, False),
    Land((226, 180, 126), (196, 136, 86), (188, 130, 100), 0.1, 0.7, False),
    Land((176, 164, 142), (142, 126, 104), (134, 140, 158), 0.3, 0.8, False),
    Land((236, 240, 246), (208, 218, 232), (166, 182, 204), 0.5, 0.2, False),
)


def landscape(rng: np.random.Generator, size: int, light: float, horizon: tuple[float, float] = (0.42, 0.66)):
    """Paint a landscape: a PIL RGB picture of twice `size`.

    Parameters
    ----------
    rng : numpy.random.Generator
    size : int
        Pixels of the finished picture's side.
    light : float
        Where the light comes from, -1 left to 1 right.
    horizon : (float, float)
        Range of the height at which sky and ground meet, in sides from the top.
    """
    level = rng.uniform(*horizon)
    land = LANDS[rng.integers(len(LANDS))]
    top, low = SKIES[rng.integers(len(SKIES))]
    image = gradient(size, vary(rng, top, 6), vary(rng, low, 6))
    canvas = Backdrop(image, light)
    _clouds(rng, canvas, level)
    _hills(rng, canvas, level, mix(vary(rng, land.hills, 8), low, 0.45))
    _hills(rng, canvas, level, vary(rng, land.hills, 8), height=0.07)
    ground = gradient(size, vary(rng, land.far, 7), vary(rng, land.near, 7))
    image.paste(ground.resize((size, size - int(level * size))), (0, int(level * size)))
    for _ in range(rng.binomial(5, land.trees)):
        _tree(rng, canvas, rng.uniform(-0.05, 1.05), level + rng.uniform(0.0, 0.06))
    for _ in range(rng.poisson(3 * land.stones + 1)):
        _stone(rng, canvas, level)
    if rng.random() < 0.25:
        _fence(rng, canvas, level + 0.03)
    _ground_texture(rng, canvas, level, land)
    return unfocused(rng, image)


def plain(size: int) -> Image.Image:
    """A white ground, twice `size`, as in the real horses-or-humans validation set."""
    return Image.new("RGB", (OVERSAMPLING * size,) * 2, (254, 254, 254))


def _clouds(rng: np.random.Generator, canvas: Backdrop, level: float) -> None:
    for _ in range(rng.integers(0, 4)):
        x, y, reach = rng.uniform(0, 1), rng.uniform(0.03, level * 0.6), rng.uniform(0.06, 0.14)
        tone = int(rng.integers(228, 250))
        for offset in (-0.9, 0.0, 0.8):
            height = reach * rng.uniform(0.22, 0.42)
            canvas.flat(ellipse(x + offset * reach, y - height * (offset == 0) * 0.4, reach, height), (tone,) * 3)


def _hills(rng: np.random.Generator, canvas: Backdrop, level: float, colour: Colour, height: float = 0.16) -> None:
    xs = np.linspace(-0.2, 1.2, 7)
    ridge = np.column_stack([xs, level - rng.uniform(0.15, 1.0, 7) * height])
    canvas.flat(np.vstack([curve(ridge, closed=False), [[1.2, level + 0.02], [-0.2, level + 0.02]]]), colour)


def _tree(rng: np.random.Generator, canvas: Backdrop, x: float, foot: float) -> None:
    height, leaf = rng.uniform(0.2, 0.55), pick(rng, LEAVES, 10)
    trunk = pick(rng, TRUNKS, 8)
    canvas.part(limb([(x, foot), (x + 0.01, foot - height)], [0.045, 0.025]), trunk)
    if rng.random() < 0.35:
        for step in range(3):
            y, half = foot - height * (0.35 + 0.3 * step), 0.14 - 0.035 * step
            canvas.part(np.array([(x - half, y), (x + half, y), (x + 0.005, y - height * 0.45)]), leaf, depth=0.6)
        return
    for _ in range(5):
        dx, dy = rng.normal(0, 0.06), rng.normal(0, 0.05)
        radius = rng.uniform(0.06, 0.1)
        canvas.part(ellipse(x + dx, foot - height + dy, radius, radius * 0.85), vary(rng, leaf, 7), depth=0.6)


def _stone(rng: np.random.Generator, canvas: Backdrop, level: float) -> None:
    y = rng.uniform(level + 0.02, 1.0)
    radius = rng.uniform(0.02, 0.05) * (0.5 + 1.5 * (y - level))
    tone = vary(rng, (158, 150, 142), 18) if rng.random() < 0.5 else pick(rng, LEAVES, 10)
    x = rng.uniform(0, 1)
    for dx in rng.uniform(-1.2, 1.2, 2):
        canvas.part(ellipse(x + dx * radius, y, radius * 1.3, radius), vary(rng, tone, 6), depth=0.6)


def _fence(rng: np.random.Generator, canvas: Backdrop, y: float) -> None:
    wood = vary(rng, (206, 196, 180) if rng.random() < 0.5 else (132, 104, 80), 10)
    for rail in (0.03, 0.08):
        canvas.flat(
            np.array([(-0.1, y - rail), (1.1, y - rail), (1.1, y - rail + 0.02), (-0.1, y - rail + 0.02)]), wood
        )
    for x in np.arange(rng.uniform(0, 0.15), 1.1, 0.17):
        canvas.part(limb([(x, y + 0.02), (x, y - 0.12)], [0.03, 0.03]), shade(wood, 0.92))


def _ground_texture(rng: np.random.Generator, canvas: Backdrop, level: float, land: Land) -> None:
    for _ in range(10):
        y = rng.uniform(level + 0.02, 1.02)
        near = (y - level) / (1 - level)
        tone = vary(rng, mix(land.far, land.near, near), 11)
        canvas.flat(ellipse(rng.uniform(0, 1), y, 0.05 + 0.16 * near, 0.006 + 0.025 * near), tone)
    if not land.blades:
        return
    flower = pick(rng, FLOWERS)
    for x, depth in rng.uniform(0, 1, (40, 2)):
        y, tall = level + (1 - level) * depth, 0.015 + 0.05 * depth
        tone = shade(mix(land.far, land.near, depth), rng.uniform(0.78, 1.12))
        canvas.flat(
            np.array([(x - tall * 0.15, y), (x + rng.normal(0, 0.3) * tall, y - tall), (x + tall * 0.15, y)]), tone
        )
    for x, depth in rng.uniform(0, 1, (rng.integers(0, 14), 2)):
        canvas.flat(ellipse(x, level + (1 - level) * depth, 0.004 + 0.009 * depth, 0.004 + 0.007 * depth), flower)
