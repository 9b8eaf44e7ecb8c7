"""What a drawn face wears: ears and hair behind it, hair, hats, glasses. Each function draws on a `Canvas`."""

from __future__ import annotations

import numpy as np

from helpers.sample.drawing.canvas import Canvas
from helpers.sample.drawing.colours import Colour, mix, shade
from helpers.sample.drawing.face_traits import Face, outline
from helpers.sample.drawing.geometry import curve, ellipse, limb

_PALE: Colour = (252, 248, 240)


def behind(canvas: Canvas, face: Face) -> None:
    """Draw what the head hides in part: long hair, a bun, ears."""
    wide, tall = face.wide, face.tall
    if face.cut == "long":
        half = [(0, -tall * 1.12), (wide * 0.8, -tall * 0.98), (wide * 1.16, -0.1), (wide * 1.14, tall * 0.8)]
        canvas.part(curve(half + [(-x, y) for x, y in half[:0:-1]]), shade(face.hair, 0.92))
    if face.cut == "bun":
        canvas.part(ellipse(0, -tall * 1.16, 0.09, 0.08), face.hair)
    if face.cut in ("none", "tuft", "short", "bun", "party hat"):
        for side in (-1, 1):
            canvas.part(ellipse(side * wide, 0.0, 0.035, 0.05), shade(face.skin, 0.96))


def hair(canvas: Canvas, face: Face) -> None:
    """Draw the hair above the forehead, if there is any."""
    wide, tall = face.wide, face.tall
    if face.cut == "tuft":
        for lean in (-0.06, 0.0, 0.06):
            line = [(lean / 3, -tall * 0.93), (lean, -tall * 1.1), (lean * 1.6, -tall * 1.2)]
            canvas.part(limb(line, [0.045, 0.035, 0.012]), face.hair, depth=0.35)
    elif face.cut == "curly":
        for turn in np.radians(range(195, 350, 22)):
            x, y = 0.94 * wide * np.cos(turn), 0.98 * tall * np.sin(turn)
            canvas.part(ellipse(x, y, 0.075, 0.07), face.hair, depth=0.35)
    elif face.cut in ("short", "long", "bun"):
        top = outline(face, 1.03)
        fringe = np.array([(0.86, -0.42), (0.5, -0.74), (-0.3, -0.66), (-0.86, -0.4)]) * (wide, tall)
        shape = np.vstack([top[top[:, 1] < -0.28 * tall], curve(fringe, closed=False)])
        canvas.part(shape, face.hair, depth=0.35)


def hat(canvas: Canvas, face: Face) -> None:
    """Draw the hat, if there is one."""
    wide, tall = face.wide, face.tall
    band = mix(face.cloth, _PALE, 0.6)
    if face.cut == "party hat":
        cone = np.array([(-0.11, -tall * 0.86), (0.11, -tall * 0.86), (0.01, -tall * 1.5)])
        zigzag = np.array([(-0.2, 0.0), (0.2, -0.03), (0.2, 0.0), (-0.2, 0.03)]) - (0, tall)
        canvas.part(cone, face.cloth, [(zigzag, band), (zigzag - (0, 0.07), band)], depth=0.35)
        canvas.part(ellipse(0.01, -tall * 1.5, 0.03, 0.03), band, depth=0.3)
    elif face.cut in ("beanie", "cap"):
        half = [(0, -tall * 1.18), (wide * 0.62, -tall * 1.05), (wide * 1.02, -tall * 0.52)]
        crown = [*half, (0, -tall * 0.62), *((-x, y) for x, y in half[:0:-1])]
        canvas.part(curve(crown), face.cloth)
    if face.cut == "beanie":
        brim = [(-wide * 0.98, -tall * 0.52), (0, -tall * 0.64), (wide * 0.98, -tall * 0.52)]
        canvas.part(limb(brim, [0.075] * 3), band, depth=0.35)
        canvas.part(ellipse(0, -tall * 1.2, 0.05, 0.05), band, depth=0.35)
    elif face.cut == "cap":
        peak = [(-wide * 0.2, -tall * 0.66), (wide * 0.7, -tall * 0.62), (wide * 1.35, -tall * 0.46)]
        canvas.part(limb(peak, [0.05, 0.065, 0.03]), shade(face.cloth, 0.78), depth=0.35)


def glasses(canvas: Canvas, face: Face) -> None:
    """Draw round glasses, if the face wears them."""
    if not face.glasses:
        return
    frame = shade(face.cloth, 0.5)
    for side in (-1, 1):
        ring = ellipse(side * face.apart, -0.068, 0.078, 0.072)
        canvas.line(np.vstack([ring, ring[:2]]), 0.012, frame)
    canvas.line(np.array([(0.078 - face.apart, -0.075), (face.apart - 0.078, -0.075)]), 0.012, frame)
