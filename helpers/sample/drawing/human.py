"""A person, from the front or in profile, standing, walking or with raised arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.sample.drawing.canvas import Canvas, Mark
from helpers.sample.drawing.colours import CLOTH, HAIR, SKIN, Colour, mix, pick, shade
from helpers.sample.drawing.geometry import chain, curve, ellipse, limb

# The habits of one individual after the other, again and again.
HABITS = (
    "profile", "stand", "walk", "wave", "stand", "cheer", "walk", "point", "stand", "profile", "wave", "walk",
)  # fmt: skip
CUTS = ("short", "long", "bob", "bun", "curly", "cap", "bald")
Angles = tuple[float, float]

GARMENTS = ("trousers", "shorts", "skirt", "dress")


@dataclass(frozen=True)
class Human:
    """One individual: what stays the same in all of its pictures."""

    skin: Colour
    hair: Colour
    cut: str
    shirt: Colour
    pattern: str
    sleeves: bool
    legs: Colour
    garment: str
    shoes: Colour
    build: float
    height: float
    habit: str
    stride: float


def new_human(rng: np.random.Generator, number: int) -> Human:
    """Draw an individual's build, hair and clothes; its number in the crowd, from 0, decides its habitual pose."""
    return Human(
        skin=pick(rng, SKIN, 5),
        hair=pick(rng, HAIR, 6),
        cut=CUTS[rng.choice(len(CUTS), p=[0.26, 0.2, 0.16, 0.1, 0.13, 0.09, 0.06])],
        shirt=pick(rng, CLOTH),
        pattern=("none", "stripes", "jacket")[rng.choice(3, p=[0.55, 0.25, 0.2])],
        sleeves=bool(rng.random() < 0.5),
        legs=pick(rng, CLOTH),
        garment=GARMENTS[rng.choice(4, p=[0.6, 0.16, 0.12, 0.12])],
        shoes=pick(rng, [(52, 46, 46), (236, 234, 230), (132, 90, 62), (176, 60, 56)]),
        build=float(np.clip(rng.normal(1, 0.1), 0.8, 1.3)),
        height=float(rng.uniform(0.86, 1.03)),
        habit=HABITS[number % len(HABITS)],
        stride=float(rng.uniform(0.7, 1.2)),
    )


def draw_human(rng: np.random.Generator, canvas: Canvas, human: Human) -> None:
    """Draw a person at a random moment of the habitual pose, turned to the right before mirroring."""
    canvas.pose = canvas.pose.within(human.height, (0.0, 0.4 * (1 - human.height)))
    profile = human.habit == "profile"
    arms, legs = _limbs(rng, human)
    shoulder = (0.02 if profile else 0.1) * human.build
    hip = (0.012 if profile else 0.045) * human.build
    if human.cut in ("long", "bob"):
        _back_hair(canvas, human, profile)
    _arm(canvas, human, (-shoulder if not profile else shoulder, -0.215), arms[0], dim=0.8 if profile else 1.0)
    _leg(canvas, human, (-hip, 0.04), legs[0], profile, dim=0.78 if profile else 1.0)
    _leg(canvas, human, (hip, 0.04), legs[1], profile, dim=1.0)
    canvas.part(limb([(0.0, -0.29), (0.0, -0.21)], [0.058, 0.064]), shade(human.skin, 0.88))
    _torso(canvas, human, profile)
    _head(canvas, human, profile)
    _arm(canvas, human, (shoulder if not profile else -0.01, -0.215), arms[1], dim=1.0)


def _limbs(rng: np.random.Generator, human: Human) -> tuple[list[Angles], list[Angles]]:
    """Degrees of (upper, lower) for the left and right arm and the left and right leg."""
    jitter = rng.normal(0, 6, 8)
    phase = rng.uniform(0, 2 * np.pi)
    swing = np.sin(phase) * human.stride
    arms = [(-14, -6), (14, 6)]
    legs = [(-3, -2), (3, 2)]
    if human.habit == "walk":
        arms = [(-16 - 10 * swing, -4 + 16 * swing), (16 - 10 * swing, 4 + 16 * swing)]
        legs = [(-10 * abs(swing) - 2, -2), (10 * abs(swing) + 2, 2)]
    elif human.habit == "wave":
        arms[1] = (100 + 15 * np.sin(phase), 165 + 20 * np.cos(phase))
    elif human.habit == "cheer":
        arms = [(-125 - 18 * swing, -165), (125 + 18 * swing, 165)]
        legs = [(-9, -6), (9, 6)]
    elif human.habit == "point":
        arms = [(-40, 30), (85 + 10 * swing, 88 + 8 * swing)]
    elif human.habit == "profile":
        arms = [(28 * swing, 28 * swing + 22), (-28 * swing, -28 * swing + 22)]
        legs = [(-25 * swing, -25 * swing - 14 * (swing > 0)), (25 * swing, 25 * swing - 14 * (swing < 0))]
    arms = [(upper + j, lower + k) for (upper, lower), j, k in zip(arms, jitter[:2], jitter[2:4], strict=True)]
    legs = [(upper + j / 3, lower + k / 3) for (upper, lower), j, k in zip(legs, jitter[4:6], jitter[6:], strict=True)]
    return arms, legs


def _arm(canvas: Canvas, human: Human, start: tuple[float, float], angles: tuple[float, float], dim: float) -> None:
    joints = chain(start, (0.13, 0.125), angles)
    thick = 0.052 * human.build
    canvas.part(
        limb(joints[1:], [thick * 0.85, thick * 0.62]), shade(human.shirt if human.sleeves else human.skin, dim)
    )
    canvas.part(ellipse(*(joints[2] + (joints[2] - joints[1]) * 0.08), 0.026, 0.028), shade(human.skin, dim))
    canvas.part(limb(joints[:2], [thick * 1.15, thick * 0.9]), shade(human.shirt, dim), depth=0.45)


def _leg(
    canvas: Canvas, human: Human, start: tuple[float, float], angles: tuple[float, float], profile: bool, dim: float
) -> None:
    joints = chain(start, (0.175, 0.175), angles)
    thick = 0.085 * human.build
    bare = human.garment != "trousers"
    toe = joints[2] + ((0.035, 0.018) if profile else (0.012 * np.sign(start[0]), 0.022))
    canvas.part(limb([joints[2] + (-0.012 * profile, 0.012), toe], [0.045, 0.04]), shade(human.shoes, dim))
    shin, thigh = (human.skin, human.legs) if bare else (human.legs, human.legs)
    canvas.part(limb(joints[1:], [thick * 0.8, thick * 0.52]), shade(shin, dim))
    if human.garment in ("skirt", "dress"):
        thigh = human.skin
    canvas.part(limb(joints[:2], [thick * 1.15, thick * 0.84]), shade(thigh, dim))


def _torso(canvas: Canvas, human: Human, profile: bool) -> None:
    wide = human.build * (0.62 if profile else 1.0)
    marks: list[Mark] = []
    if human.pattern == "stripes":
        tone = mix(human.shirt, (250, 248, 244) if sum(human.shirt) < 480 else human.legs, 0.7)
        marks = [
            (np.array([(-0.2, y), (0.2, y), (0.2, y + 0.022), (-0.2, y + 0.022)]), tone)
            for y in np.arange(-0.2, 0.1, 0.05)
        ]
    elif human.pattern == "jacket":
        marks = [
            (
                np.array([(-0.028, -0.26), (0.028, -0.26), (0.016, 0.1), (-0.016, 0.1)]),
                mix(human.shirt, (250, 248, 244), 0.7),
            )
        ]
    if human.garment == "dress":
        hem = [(-0.1, -0.245), (0.1, -0.245), (0.075, -0.08), (0.135, 0.16), (-0.135, 0.16), (-0.075, -0.08)]
        canvas.part(curve(np.array(hem) * (wide, 1.0), steps=4), human.shirt, marks)
        return
    if human.garment == "skirt":
        hem = [(-0.07, 0.0), (0.07, 0.0), (0.125, 0.17), (-0.125, 0.17)]
        canvas.part(curve(np.array(hem) * (wide, 1.0), steps=3), human.legs)
    half = [(0.03, -0.258), (0.095, -0.24), (0.105, -0.18), (0.083, -0.06), (0.088, 0.055), (0.0, 0.065)]
    outline = np.array(half + [(-x, y) for x, y in half[-2::-1]]) * (wide, 1.0)
    canvas.part(curve(outline, steps=4), human.shirt, marks)


def _head(canvas: Canvas, human: Human, profile: bool) -> None:
    y, ahead = -0.345, 0.022 if profile else 0.0
    skin, dark = human.skin, shade(human.skin, 0.5)
    if profile:
        outline = [
            (-0.05, y - 0.06),
            (0.02, y - 0.08),
            (0.055, y - 0.04),
            (0.06, y - 0.005),
            (0.078, y + 0.018),
            (0.058, y + 0.03),
            (0.055, y + 0.06),
            (0.02, y + 0.078),
            (-0.03, y + 0.05),
            (-0.06, y),
        ]
    else:
        outline = [
            (0, y - 0.082),
            (0.055, y - 0.055),
            (0.062, y),
            (0.045, y + 0.055),
            (0, y + 0.082),
            (-0.045, y + 0.055),
            (-0.062, y),
            (-0.055, y - 0.055),
        ]
        for side in (-1, 1):
            canvas.part(ellipse(side * 0.062, y + 0.005, 0.012, 0.018), skin)
    canvas.part(curve(outline), skin, round_by=0.2, depth=0.4)
    for side in (1,) if profile else (-1, 1):
        x = ahead + side * (0.022 if profile else 0.025)
        canvas.flat(ellipse(x, y + 0.002, 0.011, 0.008), (250, 248, 246))
        canvas.dot(x + 0.002, y + 0.002, 0.006, (40, 32, 32))
        canvas.line(np.array([(x - 0.013, y - 0.02), (x + 0.013, y - 0.021)]), 0.007, shade(human.hair, 0.7))
    if not profile:
        canvas.line(np.array([(0.002, y + 0.008), (0.009, y + 0.026), (0.0, y + 0.028)]), 0.006, mix(skin, dark, 0.5))
    mouth = curve(
        [(ahead - 0.018 + 0.015 * profile, y + 0.045), (ahead + 0.006 * profile, y + 0.053), (ahead + 0.02, y + 0.045)],
        closed=False,
    )
    canvas.line(mouth, 0.009, mix(skin, (168, 50, 56), 0.6))
    _hair(canvas, human, y, profile)


def _hair(canvas: Canvas, human: Human, y: float, profile: bool) -> None:
    back = 0.014 if profile else 0.0
    if human.cut == "bald":
        return
    if human.cut == "bun":
        canvas.part(ellipse(-3 * back, y - 0.1, 0.034, 0.03), human.hair)
    if human.cut == "curly":
        for degrees in range(100, 310, 25) if profile else range(160, 390, 25):
            x, up = 0.062 * np.cos(np.radians(degrees)), 0.062 * np.sin(np.radians(degrees))
            canvas.part(ellipse(x - back, y - 0.022 + up, 0.032, 0.032), human.hair, depth=0.35)
        return
    fringe = -0.03 if not profile else -0.045
    cap = [
        (-0.072, y + 0.02),
        (-0.07, y - 0.05),
        (-0.03, y - 0.096),
        (0.03, y - 0.096),
        (0.068, y - 0.05),
        (0.066, y - 0.01),
    ]
    front = [(0.05, y + fringe), (0.005, y + fringe - 0.012), (-0.045, y + fringe + 0.008)]
    if profile:
        cap = [(-0.06, y + 0.045), (-0.078, y - 0.02), (-0.05, y - 0.085), (0.015, y - 0.098), (0.062, y - 0.055)]
        front = [(0.03, y - 0.05), (0.0, y - 0.02), (-0.02, y + 0.02)]
    if human.cut == "cap":
        canvas.part(curve(np.array(cap + front)), human.hair)
        peak = (
            [(0.02, y - 0.05), (0.11, y - 0.035)]
            if profile
            else [(-0.062, y - 0.04), (0.0, y - 0.03), (0.062, y - 0.04)]
        )
        crown = [
            (-0.07, y - 0.035),
            (-0.06, y - 0.085),
            (0, y - 0.112),
            (0.06, y - 0.085),
            (0.07, y - 0.035),
            (0, y - 0.045),
        ]
        canvas.part(curve(np.array(crown)), human.shirt)
        canvas.part(limb(peak, [0.026] * len(peak)), shade(human.shirt, 0.8))
        return
    canvas.part(curve(np.array(cap + front)), human.hair, depth=0.4)


def _back_hair(canvas: Canvas, human: Human, profile: bool) -> None:
    long = 0.17 if human.cut == "long" else 0.07
    y, x, half = -0.36, -0.03 if profile else 0.0, 0.055 if profile else 0.08
    outline = [
        (x - half * 0.7, y - 0.07),
        (x + half * 0.7, y - 0.07),
        (x + half, y),
        (x + half * 1.05, y + long),
        (x, y + long + 0.015),
        (x - half * 1.05, y + long),
        (x - half, y),
    ]
    canvas.part(curve(outline), shade(human.hair, 0.9))
