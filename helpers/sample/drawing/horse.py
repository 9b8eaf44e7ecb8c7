"""A horse standing, walking, galloping, rearing or grazing, from the side; or from the front."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.sample.drawing.canvas import Canvas, Mark
from helpers.sample.drawing.colours import mix, shade
from helpers.sample.drawing.geometry import Points, chain, curve, ellipse, limb, turn
from helpers.sample.drawing.horse_front import draw_front
from helpers.sample.drawing.horse_traits import HOOF, WHITE, Horse

HIP, SHOULDER, WITHERS = np.array([(-0.19, 0.0), (0.14, 0.02), (0.13, -0.05)])

Frame = Callable[[Points], Points]


def draw_horse(rng: np.random.Generator, canvas: Canvas, horse: Horse) -> None:
    """Draw a horse at a random moment of its habitual gait, looking to the right before mirroring."""
    if horse.gait == "front":
        draw_front(rng, canvas, horse)
    else:
        _side(rng, canvas, horse)


def _side(rng: np.random.Generator, canvas: Canvas, horse: Horse) -> None:
    lift, nod = 0.0, rng.normal(0, 5)
    if horse.gait == "rear":
        lift = -rng.uniform(30, 46)
        canvas.pose = canvas.pose.within(0.82, (0.0, 0.08))
    elif horse.gait == "gallop":
        lift, nod = rng.normal(0, 4), nod + 10
    elif horse.gait == "graze":
        nod = rng.uniform(74, 88)

    def placed(points: Points) -> Points:
        return turn(np.asarray(points, float), lift, HIP)

    angles = _gait(rng, horse)
    hip, shoulder = HIP, placed(SHOULDER)
    _leg(canvas, horse, hip + (0.045, 0.0), angles[0], 0, far=True)
    _leg(canvas, horse, shoulder + (0.035, 0.0), angles[1], 1, far=True)
    _tail(rng, canvas, horse, placed)
    neck, face = _turned(placed, nod)
    _crest(rng, canvas, horse, neck, far=True)
    canvas.part(
        neck(
            curve(
                [(0.06, -0.09), (0.16, -0.21), (0.235, -0.31), (0.3, -0.25), (0.245, -0.12), (0.215, 0.05), (0.1, 0.06)]
            )
        ),
        horse.coat,
    )
    _trunk(rng, canvas, horse, placed)
    _leg(canvas, horse, hip, angles[2], 2, far=False)
    _leg(canvas, horse, shoulder, angles[3], 3, far=False)
    _crest(rng, canvas, horse, neck, far=False)
    _profile(canvas, horse, face)


def _turned(placed: Frame, nod: float) -> tuple[Frame, Frame]:
    """The frames of neck and head: both bend down from the withers by `nod` degrees, the head half as far back up."""

    def neck(points: Points) -> Points:
        return placed(turn(points, nod, WITHERS))

    def face(points: Points) -> Points:
        return neck(turn(points, -0.3 * nod, (0.26, -0.3)))

    return neck, face


def _gait(rng: np.random.Generator, horse: Horse) -> list[tuple[float, float]]:
    """Degrees of the upper and lower bone of the far hind, far fore, near hind and near fore leg."""
    if horse.gait == "rear":
        hind = [(rng.normal(22, 4), rng.normal(-6, 4)) for _ in range(2)]
        fore = [(rng.normal(74, 9), rng.normal(-12, 16)) for _ in range(2)]
        return [hind[0], fore[0], hind[1], fore[1]]
    phase = rng.uniform(0, 2 * np.pi)
    if horse.gait == "gallop":
        swing, fold, offsets = 40 * horse.stride, 62, (0.5, 0.5 + np.pi * 0.9, 0.0, np.pi * 0.9)
    elif horse.gait == "walk":
        swing, fold, offsets = 22 * horse.stride, 30, (np.pi, np.pi * 1.5, 0.0, np.pi / 2)
    else:
        swing, fold, offsets = 5, 0, rng.uniform(0, 6, 4)
    legs = []
    for offset in offsets:
        upper = swing * np.sin(phase + offset)
        legs.append((upper, upper * 0.8 - fold * max(0.0, np.cos(phase + offset))))
    return legs


def _leg(canvas: Canvas, horse: Horse, start: np.ndarray, angles: tuple[float, float], number: int, far: bool) -> None:
    """Draw a leg with its hoof; even numbers are hind legs, whose hocks stand back."""
    upper, lower = angles
    hind = number % 2 == 0
    lean = (8, -8) if hind else (0, 0)
    joints = chain(start, np.array([0.16, 0.17]) * horse.leg, (upper + lean[0], lower + lean[1]))
    dim = 0.72 if far else 1.0
    thick = 0.12 if hind else 0.095
    skin, lower_skin = shade(horse.coat, dim), shade(horse.legs, dim)
    sock = WHITE if number < horse.socks else horse.legs
    shin = limb(
        [joints[0] * 0.35 + joints[1] * 0.65, joints[1], joints[1] * 0.4 + joints[2] * 0.6, joints[2]],
        [0.062, 0.05, 0.04, 0.045],
    )
    end = joints[2] * 0.72 + joints[1] * 0.28
    canvas.part(shin, lower_skin, [(limb([end, joints[2] + (joints[2] - end) * 0.3], [0.07, 0.07]), shade(sock, dim))])
    canvas.part(
        limb([joints[0], joints[0] * 0.5 + joints[1] * 0.5, joints[1]], [thick * 1.15, thick * 0.85, 0.052]),
        skin,
        round_by=0.22,
    )
    across = np.array([(-0.022, -0.012), (0.022, -0.012), (0.036, 0.028), (-0.026, 0.028)])
    canvas.part(turn(across, -0.6 * lower) + joints[2], shade(HOOF, dim))


def _trunk(rng: np.random.Generator, canvas: Canvas, horse: Horse, placed: Frame) -> None:
    outline = np.array(
        [
            (-0.25, -0.08),
            (-0.17, -0.115),
            (-0.05, -0.085),
            (0.07, -0.105),
            (0.15, -0.1),
            (0.225, -0.02),
            (0.21, 0.06),
            (0.13, 0.105),
            (0.0, 0.115),
            (-0.12, 0.08),
            (-0.2, 0.09),
            (-0.275, 0.02),
        ]
    ) * (1, horse.girth)
    marks: list[Mark] = [(placed(ellipse(x, y, rx, ry, 30)), horse.patch) for x, y, rx, ry in horse.patches]
    gloss = mix(horse.coat, WHITE, 0.18)
    marks.insert(0, (placed(ellipse(-0.17, -0.06, 0.07, 0.03, 10)), gloss))
    marks.insert(0, (placed(ellipse(0.02, -0.055, 0.1, 0.022)), gloss))
    canvas.part(placed(curve(outline)), horse.coat, marks, round_by=0.22, depth=0.55)


def _tail(rng: np.random.Generator, canvas: Canvas, horse: Horse, placed: Frame) -> None:
    blown = {"gallop": 0.16, "rear": 0.08, "walk": 0.04}.get(horse.gait, 0.01) + rng.normal(0, 0.015)
    root = placed((-0.255, -0.06))
    for strand, tone in ((0.025, 0.8), (0.0, 1.0), (-0.02, 1.12)):
        tip = root + (-0.05 - blown - strand, 0.3 - blown * 0.9 + rng.normal(0, 0.015))
        middle = root + (-0.065 - blown * 0.6 - strand * 0.5, 0.09 - blown * 0.3)
        canvas.part(limb([root, middle, tip], [0.035, 0.06, 0.012]), shade(horse.mane, tone), depth=0.35)


def _crest(rng: np.random.Generator, canvas: Canvas, horse: Horse, neck: Frame, far: bool) -> None:
    """The mane: locks along the neck; the far ones show above its edge."""
    line = curve([(0.07, -0.1), (0.15, -0.215), (0.225, -0.31)], closed=False, steps=4)
    for point in line:
        length = rng.uniform(0.05, 0.075)
        tip = point + ((-0.045, -0.012) if far else (0.012, length))
        tone = shade(horse.mane, rng.uniform(0.85, 1.1))
        canvas.flat(neck(limb([point + (0.015, -0.005), point * 0.5 + tip * 0.5, tip], [0.045, 0.035, 0.01])), tone)


def _profile(canvas: Canvas, horse: Horse, face: Frame) -> None:
    for x, tone in ((0.262, 0.75), (0.245, 1.0)):
        canvas.part(
            face(np.array([(x - 0.02, -0.32), (x - 0.008, -0.395), (x + 0.022, -0.325)])), shade(horse.coat, tone)
        )
    head = [
        (0.225, -0.32),
        (0.26, -0.345),
        (0.31, -0.33),
        (0.37, -0.265),
        (0.425, -0.2),
        (0.425, -0.165),
        (0.385, -0.15),
        (0.335, -0.185),
        (0.285, -0.215),
        (0.235, -0.25),
    ]
    marks: list[Mark] = [(face(ellipse(0.415, -0.17, 0.05, 0.04)), mix(horse.coat, horse.mane, 0.45))]
    if horse.blaze:
        marks.append((face(limb([(0.285, -0.35), (0.35, -0.295), (0.43, -0.205)], [0.035, 0.03, 0.03])), WHITE))
    canvas.part(face(curve(head)), horse.coat, marks, round_by=0.2)
    canvas.flat(face(ellipse(0.3, -0.3, 0.014, 0.012)), (28, 22, 22))
    canvas.flat(face(ellipse(0.412, -0.182, 0.009, 0.007)), shade(horse.coat, 0.35))
    canvas.line(face(np.array([(0.425, -0.165), (0.395, -0.172)])), 0.006, shade(horse.coat, 0.45))
    canvas.flat(face(limb([(0.245, -0.345), (0.285, -0.33), (0.3, -0.315)], [0.03, 0.025, 0.008])), horse.mane)
