"""A sitting cat: pointed ears, slanted eyes, small muzzle with whiskers, long curled tail."""

from __future__ import annotations

import numpy as np

from helpers.sample.drawing.canvas import Canvas
from helpers.sample.drawing.colours import Colour, mix, pick
from helpers.sample.drawing.geometry import curve, ellipse, fluffy, symmetric
from helpers.sample.drawing.pets import (
    Build,
    Coat,
    build,
    coat,
    eyes,
    face_pattern,
    fur_marks,
    head_frame,
    sitting_body,
    tail,
)

IRIS: tuple[Colour, ...] = ((176, 190, 92), (216, 172, 70), (132, 174, 120), (150, 184, 208), (190, 130, 62))
NOSES: tuple[Colour, ...] = ((214, 130, 126), (150, 92, 84), (70, 56, 56))


def draw_cat(rng: np.random.Generator, canvas: Canvas) -> None:
    """Draw a cat with a coat and a build of its own on a canvas (see `Canvas`)."""
    fur, shape = coat(rng), build(rng)
    sway = rng.normal(0, 0.02)
    line = [(0.12, 0.36), (0.24, 0.36), (0.32, 0.26), (0.31, 0.12), (0.33 + sway, 0.02), (0.4 + sway, 0.0)]
    tail(rng, canvas, fur, shape, line, [0.055, 0.055, 0.05, 0.045])
    sitting_body(rng, canvas, fur, shape, leg=0.066)
    with head_frame(canvas, shape):
        _head(rng, canvas, fur, shape)


def _head(rng: np.random.Generator, canvas: Canvas, fur: Coat, shape: Build) -> None:
    pink = mix(fur.base, (232, 156, 148), 0.75)
    for side in (-1, 1):
        reach = np.array([side, shape.ears])
        ear = [(0.03, -0.12), (0.07, -0.2), (0.155, -0.275), (0.178, -0.16), (0.175, -0.04), (0.1, -0.06)]
        inner = [(0.08, -0.12), (0.1, -0.17), (0.147, -0.235), (0.158, -0.14), (0.15, -0.08)]
        canvas.part(curve(ear * reach, steps=3), fur.tip, [(inner * reach, pink)], depth=0.4)
    half = [(0, -0.15), (0.1, -0.135), (0.165, -0.05), (0.19, 0.04), (0.135, 0.12), (0.05, 0.15), (0, 0.155)]
    head = fluffy(curve(symmetric(half)), rng, fur.fluff)
    canvas.part(head, fur.base, fur_marks(rng, head, fur.base) + face_pattern(fur), depth=0.45)
    x = 0.022 * shape.gaze
    eyes(canvas, (x, -0.005), 0.08, _almond, pick(rng, IRIS, 8), (rng.uniform(0.007, 0.018), 0.026), fur.line)
    for side in (-1, 1):
        canvas.part(ellipse(x + side * 0.032, 0.085, 0.043, 0.034), fur.muzzle, depth=0.3)
    canvas.part(ellipse(x, 0.123, 0.025, 0.016), mix(fur.muzzle, fur.base, 0.3), depth=0.3)
    nose = [(x - 0.024, 0.05), (x, 0.046), (x + 0.024, 0.05), (x, 0.075)]
    canvas.flat(curve(nose, steps=3), pick(rng, NOSES, 6))
    for side in (-1, 1):
        mouth = [(x, 0.075), (x + side * 0.008, 0.1), (x + side * 0.035, 0.107)]
        canvas.line(curve(mouth, closed=False), 0.007, fur.line)
        for y, lift in ((0.079, -0.045), (0.093, -0.01), (0.107, 0.03)):
            canvas.line(np.array([(x + side * 0.05, y), (x + side * 0.24, y + lift)]), 0.004, (250, 248, 244))


def _almond(middle: tuple[float, float], side: int) -> np.ndarray:
    corners = np.array([(-0.044, 0.013), (-0.01, -0.028), (0.044, -0.02), (0.014, 0.027)]) * [side, 1]
    return curve(corners + middle, steps=4)
