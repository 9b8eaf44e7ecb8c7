"""Backgrounds where pets are photographed: rooms, floors and rugs seen from above, gardens; and toys lying about."""

from __future__ import annotations

import numpy as np
from PIL import Image

from helpers.sample.drawing.canvas import Backdrop, gradient, unfocused
from helpers.sample.drawing.colours import CLOTH, Colour, mix, pick, shade, vary
from helpers.sample.drawing.geometry import curve, ellipse, limb
from helpers.sample.drawing.outdoors import LEAVES, landscape

WALLS: tuple[Colour, ...] = (
    (222, 208, 186), (200, 212, 206), (176, 196, 210), (228, 200, 190), (188, 178, 196), (206, 204, 200),
    (138, 156, 150), (160, 122, 108), (96, 108, 128), (232, 222, 176), (120, 132, 104), (86, 82, 88),
)  # fmt: skip
WOODS: tuple[Colour, ...] = ((188, 142, 96), (156, 108, 72), (212, 180, 138), (112, 82, 64), (170, 160, 150))


def surroundings(rng: np.random.Generator, size: int, light: float) -> Image.Image:
    """Paint what is behind a pet: a PIL RGB picture of twice `size`.

    Parameters
    ----------
    rng : numpy.random.Generator
    size : int
        Pixels of the finished picture's side.
    light : float
        Where the light comes from, -1 left to 1 right.
    """
    place = rng.choice(4, p=[0.45, 0.2, 0.15, 0.2])
    if place == 3:
        image = landscape(rng, size, light, horizon=(0.2, 0.5))
    else:
        image = unfocused(rng, [_room, _floor, _cloth][place](rng, size, light))
    canvas = Backdrop(image, light)
    for _ in range(rng.integers(0, 3)):
        _toy(rng, canvas)
    return image


def _room(rng: np.random.Generator, size: int, light: float) -> Image.Image:
    level = rng.uniform(0.5, 0.78)
    wall, wood = pick(rng, WALLS, 8), pick(rng, WOODS, 8)
    image = gradient(size, shade(wall, 1.04), shade(wall, 0.84))
    canvas = Backdrop(image, light)
    if rng.random() < 0.4:
        stripe, width = shade(wall, rng.choice([0.9, 1.1])), rng.uniform(0.03, 0.08)
        for x in np.arange(0, 1, 2 * width):
            canvas.flat(_box(x, 0, x + width, level), stripe)
    image.paste(gradient(size, shade(wood, 0.82), shade(wood, 1.08)), (0, int(level * size)))
    for y in level + (1 - level) * np.linspace(0, 1, 5)[1:] ** 1.5:
        canvas.flat(_box(0, y, 1, y + 0.006), shade(wood, 0.75))
    canvas.flat(_box(0, level - 0.03, 1, level), mix(wall, (250, 248, 244), 0.5))
    for x in rng.permutation([0.12, 0.42, 0.72, 0.98])[: rng.integers(1, 4)]:
        _FURNITURE[rng.integers(len(_FURNITURE))](rng, canvas, x, level)
    if rng.random() < 0.6:
        rug = pick(rng, CLOTH)
        middle = rng.uniform(0.3, 0.7)
        for share, tone in ((1.0, rug), (0.82, pick(rng, CLOTH)), (0.7, rug)):
            canvas.flat(ellipse(middle, 0.93, 0.5 * share, 0.13 * share), tone)
    return image


def _floor(rng: np.random.Generator, size: int, light: float) -> Image.Image:
    """Boards or tiles from above."""
    tone = pick(rng, WOODS if rng.random() < 0.7 else WALLS, 8)
    image = gradient(size, shade(tone, 1.05), shade(tone, 0.9))
    canvas = Backdrop(image, light)
    width, lean = rng.uniform(0.12, 0.22), rng.uniform(-0.3, 0.3)
    for x in np.arange(-0.5, 1.5, width):
        board = np.array([(x, 0), (x + width, 0), (x + width + lean, 1), (x + lean, 1)])
        canvas.flat(board, vary(rng, tone, 7))
        canvas.line(board[[0, 3]], 0.008, shade(tone, 0.7))
    return image


def _cloth(rng: np.random.Generator, size: int, light: float) -> Image.Image:
    """A blanket or carpet from above: stripes, checks, dots or folds."""
    tone, other = pick(rng, CLOTH), pick(rng, CLOTH)
    image = gradient(size, shade(tone, 1.04), shade(tone, 0.86))
    canvas = Backdrop(image, light)
    step = rng.uniform(0.1, 0.25)
    pattern, accent = rng.integers(4), mix(tone, other, rng.uniform(0.15, 0.5))
    for x in np.arange(rng.uniform(-step, 0), 1.1, step):
        if pattern == 0:
            canvas.flat(_box(x, 0, x + step * 0.45, 1), accent)
        elif pattern == 1:
            canvas.flat(_box(0, x, 1, x + step * 0.3), accent)
            canvas.flat(_box(x, 0, x + step * 0.3, 1), mix(accent, tone, 0.4))
        elif pattern == 2:
            for y in np.arange(0, 1.1, step):
                canvas.flat(ellipse(x, y, step * 0.2, step * 0.2), accent)
        else:
            canvas.part(limb([(x, -0.1), (x + rng.normal(0, 0.1), 0.5), (x, 1.1)], [step] * 3), tone, depth=0.25)
    return image


def _box(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _window(rng, canvas, x, level):
    half, top, bottom = rng.uniform(0.12, 0.18), rng.uniform(0.0, 0.1), level - rng.uniform(0.15, 0.25)
    canvas.flat(_box(x - half, top, x + half, bottom), (244, 242, 236))
    pane = pick(rng, [(170, 210, 238), (232, 238, 240), (196, 214, 176), (60, 76, 112)], 6)
    canvas.flat(_box(x - half + 0.02, top + 0.02, x - 0.008, bottom - 0.02), pane)
    canvas.flat(_box(x + 0.008, top + 0.02, x + half - 0.02, bottom - 0.02), pane)
    curtain = pick(rng, CLOTH)
    for edge in (-half, half):
        canvas.part(_box(x + edge - 0.045, top - 0.03, x + edge + 0.045, level - 0.05), curtain, depth=0.35)


def _picture(rng, canvas, x, level):
    half, y = rng.uniform(0.06, 0.11), rng.uniform(0.14, 0.26)
    canvas.flat(_box(x - half, y - half, x + half, y + half), pick(rng, WOODS))
    canvas.flat(_box(x - half * 0.8, y - half * 0.8, x + half * 0.8, y + half * 0.8), pick(rng, CLOTH))
    canvas.flat(ellipse(x, y + half * 0.2, half * 0.5, half * 0.4), pick(rng, CLOTH))


def _shelf(rng, canvas, x, level):
    wood = pick(rng, WOODS)
    canvas.flat(_box(x - 0.16, 0.06, x + 0.16, level), shade(wood, 0.8))
    for y in np.arange(0.08, level - 0.1, 0.17):
        for book in np.arange(x - 0.145, x + 0.12, 0.032):
            canvas.flat(_box(book, y + rng.uniform(0.01, 0.05), book + 0.028, y + 0.14), pick(rng, CLOTH))
        canvas.flat(_box(x - 0.16, y + 0.14, x + 0.16, y + 0.165), wood)


def _sofa(rng, canvas, x, level):
    cloth = pick(rng, CLOTH)
    back = [(x - 0.26, level + 0.1), (x - 0.25, level - 0.2), (x, level - 0.23), (x + 0.25, level - 0.2)]
    canvas.part(curve(back + [(x + 0.26, level + 0.1)]), cloth, depth=0.35)
    canvas.part(curve(_box(x - 0.24, level - 0.02, x + 0.24, level + 0.12)), shade(cloth, 1.08), depth=0.35)
    for cushion in (-0.13, 0.13):
        canvas.part(curve(_box(x + cushion - 0.06, level - 0.13, x + cushion + 0.06, level)), pick(rng, CLOTH))


def _plant(rng, canvas, x, level):
    leaf = pick(rng, LEAVES, 10)
    for lean in np.linspace(-0.13, 0.13, 7):
        tip = (x + lean, level - rng.uniform(0.28, 0.42))
        canvas.part(
            limb([(x, level - 0.06), (x + lean * 0.6, level - 0.2), tip], [0.02, 0.05, 0.01]), vary(rng, leaf, 8)
        )
    pot = [(x - 0.07, level - 0.08), (x + 0.07, level - 0.08), (x + 0.05, level + 0.06), (x - 0.05, level + 0.06)]
    canvas.part(np.array(pot), pick(rng, CLOTH))


def _lamp(rng, canvas, x, level):
    canvas.part(limb([(x, level + 0.04), (x, level - 0.4)], [0.015, 0.015]), (90, 80, 74))
    canvas.flat(
        np.array([(x - 0.05, level - 0.5), (x + 0.05, level - 0.5), (x + 0.1, level - 0.34), (x - 0.1, level - 0.34)]),
        (252, 232, 178),
    )


_FURNITURE = (_window, _picture, _shelf, _sofa, _plant, _lamp)


def _toy(rng: np.random.Generator, canvas: Backdrop) -> None:
    """A ball, cushion, bowl, bone or block near the picture's edge."""
    x = rng.choice([rng.uniform(0.02, 0.2), rng.uniform(0.8, 0.98)])
    y, radius = rng.uniform(0.62, 0.97), rng.uniform(0.035, 0.085)
    tone, other = pick(rng, CLOTH), pick(rng, CLOTH)
    kind = rng.integers(5)
    canvas.flat(ellipse(x, y + radius * 0.9, radius * 1.1, radius * 0.22), (92, 84, 78))
    if kind == 0:
        stripe = limb([(x - radius, y), (x, y + radius * 0.3), (x + radius, y)], [radius * 0.4] * 3)
        canvas.part(ellipse(x, y, radius, radius), tone, [(stripe, other)], round_by=0.3)
    elif kind == 1:
        corners = (
            radius * 1.3 * np.array([(-1, -1), (0, -0.8), (1, -1), (0.85, 0), (1, 1), (0, 0.85), (-1, 1), (-0.85, 0)])
        )
        canvas.part(curve(corners + (x, y)), tone, [(ellipse(x, y, radius * 0.5, radius * 0.5), other)])
    elif kind == 2:
        bowl = radius * np.array([(-1.2, -0.3), (1.2, -0.3), (0.85, 0.9), (-0.85, 0.9)]) + (x, y)
        canvas.part(bowl, tone)
        canvas.flat(ellipse(x, y - radius * 0.3, radius * 1.15, radius * 0.3), shade(other, 0.7))
    elif kind == 3:
        for end in (-1, 1):
            canvas.part(ellipse(x + end * radius, y, radius * 0.5, radius * 0.5), (238, 230, 212))
        canvas.part(limb([(x - radius, y), (x + radius, y)], [radius * 0.6] * 2), (238, 230, 212))
    else:
        canvas.part(
            _box(x - radius, y - radius, x + radius, y + radius),
            tone,
            [(ellipse(x, y, radius * 0.5, radius * 0.5), other)],
        )
