"""A horse from the front."""

from __future__ import annotations

import numpy as np

from helpers.sample.drawing.canvas import Canvas, Mark
from helpers.sample.drawing.colours import mix, shade
from helpers.sample.drawing.geometry import Points, curve, ellipse, limb, symmetric, turn
from helpers.sample.drawing.horse_traits import HOOF, WHITE, Horse


def draw_front(rng: np.random.Generator, canvas: Canvas, horse: Horse) -> None:
    """Draw a horse that stands facing the camera."""
    wide, sway, step = horse.girth, rng.normal(0, 4), rng.normal(0, 0.02)
    for side in (-1, 1):
        hind = np.array([(side * 0.075 * wide, 0.1), (side * 0.07 * wide, 0.22), (side * 0.065 * wide, 0.34)])
        canvas.part(limb(hind, [0.08, 0.045, 0.04]), shade(horse.legs, 0.66))
        canvas.part(ellipse(*hind[-1], 0.03, 0.018), shade(HOOF, 0.7))
    canvas.part(ellipse(0.0, 0.03, 0.15 * wide, 0.135), shade(horse.coat, 0.82))
    tail = limb([(0.11 * wide, 0.02), (0.15 * wide, 0.12), (0.13 * wide, 0.22)], [0.02, 0.03, 0.01])
    canvas.part(tail, horse.mane)
    for side in (-1, 1):
        foot = 0.4 + side * step
        fore = [(side * 0.06 * wide, 0.05), (side * 0.066 * wide, 0.22), (side * 0.062 * wide, foot - 0.02)]
        sock = WHITE if side + 2 < horse.socks else horse.legs
        shin = limb(fore, [0.11, 0.052, 0.046])
        canvas.part(
            shin,
            horse.coat,
            [(ellipse(fore[2][0], foot, 0.06, 0.12), horse.legs), (ellipse(fore[2][0], foot, 0.05, 0.07), sock)],
        )
        x = fore[2][0]
        canvas.part(
            np.array(
                [
                    (x - 0.024, foot - 0.025),
                    (x + 0.024, foot - 0.025),
                    (x + 0.036, foot + 0.015),
                    (x - 0.036, foot + 0.015),
                ]
            ),
            HOOF,
        )
    marks: list[Mark] = [(ellipse(x * 0.5, y, rx, ry), horse.patch) for x, y, rx, ry in horse.patches]
    chest = [
        (-0.07, -0.16),
        (-0.125 * wide, -0.02),
        (-0.115 * wide, 0.1),
        (0, 0.14),
        (0.115 * wide, 0.1),
        (0.125 * wide, -0.02),
        (0.07, -0.16),
    ]
    canvas.part(curve(chest), horse.coat, marks, round_by=0.2)
    lock = limb([(0.02, -0.33), (0.082, -0.22), (0.075, -0.1)], [0.05, 0.04, 0.012])
    canvas.part(lock, horse.mane, depth=0.35)

    def face(points: Points) -> Points:
        return turn(points, sway, (0.0, -0.2))

    for side in (-1, 1):
        ear = np.array([(side * 0.02, -0.35), (side * 0.055, -0.44), (side * 0.068, -0.35)])
        canvas.part(face(ear), horse.coat)
    half = [(0.0, -0.385), (0.062, -0.36), (0.07, -0.28), (0.05, -0.17), (0.05, -0.1), (0.0, -0.075)]
    head = curve(symmetric(half))
    marks = [(face(ellipse(0, -0.09, 0.07, 0.045)), mix(horse.coat, horse.mane, 0.45))]
    if horse.blaze:
        marks.append((face(limb([(0, -0.34), (0, -0.22), (0, -0.13)], [0.03, 0.028, 0.035])), WHITE))
    canvas.part(face(head), horse.coat, marks, round_by=0.22)
    for side in (-1, 1):
        canvas.flat(face(ellipse(side * 0.052, -0.28, 0.012, 0.016)), (28, 22, 22))
        canvas.flat(face(ellipse(side * 0.024, -0.11, 0.009, 0.012)), shade(horse.coat, 0.35))
    canvas.flat(face(limb([(0.0, -0.4), (0.012, -0.35), (0.0, -0.3)], [0.05, 0.04, 0.008])), horse.mane)
