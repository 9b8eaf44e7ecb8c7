"""A sitting dog: hanging ears, round eyes, long muzzle with a big nose, short lifted tail."""

from __future__ import annotations

import numpy as np

from helpers.sample.drawing.canvas import Canvas
from helpers.sample.drawing.colours import Colour, mix, pick, shade
from helpers.sample.drawing.geometry import curve, ellipse, fluffy, limb, symmetric
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

IRIS: tuple[Colour, ...] = ((96, 62, 40), (70, 48, 38), (150, 104, 56), (140, 168, 190))
NOSE: Colour = (54, 46, 48)


def draw_dog(rng: np.random.Generator, canvas: Canvas) -> None:
    """Draw a dog with a coat and a build of its own on a canvas (see `Canvas`)."""
    fur, shape = coat(rng), build(rng)
    lift = rng.normal(0, 0.02)
    line = [(0.12, 0.33), (0.22, 0.3), (0.29, 0.22 + lift), (0.31, 0.14 + lift)]
    tail(rng, canvas, fur, shape, line, [0.075, 0.07, 0.03])
    sitting_body(rng, canvas, fur, shape, leg=0.074)
    with head_frame(canvas, shape):
        _head(rng, canvas, fur, shape)


def _head(rng: np.random.Generator, canvas: Canvas, fur: Coat, shape: Build) -> None:
    half = [(0, -0.165), (0.09, -0.15), (0.145, -0.07), (0.14, 0.02), (0.11, 0.1), (0.06, 0.165), (0, 0.175)]
    head = fluffy(curve(symmetric(half)), rng, fur.fluff)
    canvas.part(head, fur.base, fur_marks(rng, head, fur.base) + face_pattern(fur), depth=0.45)
    x = 0.03 * shape.gaze
    eyes(canvas, (x, -0.03), 0.06, _round, pick(rng, IRIS, 6), (0.014, 0.015), fur.line)
    for side in (-1, 1):
        brow = [(x + side * 0.04, -0.07), (x + side * 0.06, -0.08), (x + side * 0.085, -0.072)]
        canvas.line(curve(brow, closed=False), 0.008, fur.line)
    _muzzle(rng, canvas, fur, x)
    for side in (-1, 1):
        ear = np.array([(0.075, -0.16), (0.15, -0.14), (0.21, -0.04), (0.22, 0.08), (0.175, 0.13), (0.13, 0.06)])
        ear[2:] = ear[1] + (ear[2:] - ear[1]) * shape.ears
        flap = fluffy(curve(ear * [side, 1]), rng, fur.fluff * 0.7)
        tone = fur.tip if fur.tip != fur.base else shade(fur.base, 0.8)
        if fur.pattern in ("patches", "bib") and side > 0:
            tone = mix(tone, fur.second, 0.8)
        canvas.part(flap, tone, fur_marks(rng, flap, tone, 8), depth=0.45)


def _muzzle(rng: np.random.Generator, canvas: Canvas, fur: Coat, x: float) -> None:
    if rng.random() < 0.65:
        tongue = limb([(x, 0.13), (x + 0.01, 0.205 + rng.uniform(0, 0.03))], [0.055, 0.06])
        canvas.part(tongue, pick(rng, [(226, 120, 124)], 6), depth=0.3)
    snout = symmetric([(0, -0.01), (0.045, 0.005), (0.092, 0.08), (0.065, 0.15), (0, 0.16)])
    canvas.part(curve(snout) + (x, 0), fur.muzzle, depth=0.4)
    nose = symmetric([(0, 0.02), (0.046, 0.034), (0.026, 0.075), (0, 0.078)])
    canvas.part(curve(nose) + (x, 0), NOSE, depth=0.4)
    canvas.dot(x - 0.012, 0.038, 0.008, (190, 186, 188))
    canvas.line(np.array([(x, 0.075), (x, 0.115)]), 0.008, fur.line)
    for side in (-1, 1):
        lip = [(x, 0.115), (x + side * 0.035, 0.13), (x + side * 0.068, 0.108)]
        canvas.line(curve(lip, closed=False), 0.008, fur.line)


def _round(middle: tuple[float, float], side: int) -> np.ndarray:
    return ellipse(*middle, 0.027, 0.028)
