"""What one drawn hand keeps in all of its pictures, its outline and creases: fingers up, thumb to the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from helpers.sample.drawing.canvas import Mark
from helpers.sample.drawing.colours import CLOTH, SKIN, Colour, mix, pick, shade, vary
from helpers.sample.drawing.geometry import Points, curve, ellipse, limb

WEAR = ("sleeve", "cuffs", "bracelet", "none")

# Of little, ring, middle and index finger: where each begins, its full width and its length.
KNUCKLES = np.array([(-0.104, -0.085), (-0.036, -0.118), (0.034, -0.125), (0.103, -0.108)])
WIDTHS = np.array([0.063, 0.071, 0.074, 0.072])
LENGTHS = np.array([0.2, 0.262, 0.285, 0.255])

_GOLDEN = 0.618034
_POLISH: tuple[Colour, ...] = ((196, 58, 78), (232, 130, 150), (108, 70, 132), (66, 128, 150), (226, 160, 96))


@dataclass(frozen=True)
class Hand:
    """One individual: what stays the same in all of its pictures, whatever its gesture."""

    skin: Colour
    long: float
    thick: float
    wide: float
    nails: Colour
    wear: str
    cloth: Colour
    cuff: float
    left: bool

    @property
    def line(self) -> Colour:
        """A colour for creases that shows on this skin."""
        return shade(self.skin, 0.7)

    @property
    def widths(self) -> np.ndarray:
        """Full widths of the fingers, from the little one on: float (4,)."""
        return self.thick * WIDTHS

    @property
    def knuckles(self) -> Points:
        """Where the fingers begin, from the little one on: float (4, 2)."""
        return KNUCKLES * (self.wide, 1.0)


def new_hand(rng: np.random.Generator, number: int) -> Hand:
    """Draw an individual's proportions and what it wears.

    Parameters
    ----------
    rng : numpy.random.Generator
    number : int
        Of the individual, from 0. It decides the skin's tone, so that a few hands already
        cover the whole range from light to dark evenly.

    Returns
    -------
    Hand
    """
    place = (0.3 + number * _GOLDEN + rng.uniform(-0.03, 0.03)) % 1 * (len(SKIN) - 1)
    tone = int(place)
    skin = vary(rng, mix(SKIN[tone], SKIN[tone + 1], place - tone), 3)
    natural = mix(skin, (255, 214, 208), 0.5)
    polish = _POLISH[rng.integers(len(_POLISH))]
    return Hand(
        skin=skin,
        long=float(rng.uniform(0.9, 1.08)),
        thick=float(rng.uniform(0.9, 1.06)),
        wide=float(rng.uniform(0.98, 1.1)),
        nails=polish if rng.random() < 0.25 else natural,
        wear=WEAR[rng.choice(len(WEAR), p=[0.4, 0.2, 0.15, 0.25])],
        cloth=pick(rng, CLOTH, 8),
        cuff=float(rng.uniform(0.35, 0.46)),
        left=bool(rng.random() < 0.5),
    )


def outline(hand: Hand, angles: Sequence[float], lengths: Sequence[float], thumb: tuple[float, float] | None) -> Points:
    """The hand with its arm as one smooth shape.

    Parameters
    ----------
    hand : Hand
    angles : (4,)
        Degrees to which the fingers point, from the little one on: 0 up, 90 to the right.
    lengths : (4,)
        Of the fingers; a short one is a knuckle whose finger is folded.
    thumb : (float, float), optional
        Degrees and length of a thumb that stands off. By default the shape has none.

    Returns
    -------
    float array (m, 2)
    """
    wide, points = hand.wide, [(-0.138, 0.02), (-0.139, -0.045)]
    points = [(wide * x, y) for x, y in points]
    for number, (knuckle, width) in enumerate(zip(hand.knuckles, hand.widths, strict=True)):
        if number:
            between = (hand.knuckles[number - 1] + knuckle) / 2
            points.append(between - (0.0, 0.004 + 0.1 * min(lengths[number - 1 : number + 1])))
        points.extend(finger(knuckle, angles[number], lengths[number], width))
    if thumb is None:
        points += [(wide * 0.14, -0.05), (wide * 0.142, 0.03), (wide * 0.125, 0.115)]
    else:
        points.append((wide * 0.136, -0.055))
        points += list(finger((wide * 0.09, 0.06), *thumb, 0.078 * hand.thick))
        points += [(wide * 0.12, 0.14)]
    arm = [(0.094, 0.21), (0.092, 0.27), (0.1, 0.38), (0.112, 0.58), (0.128, 0.9), (0.14, 1.4)]
    points += arm + [(-x, y) for x, y in arm[::-1]] + [(wide * -0.122, 0.11)]
    return curve(points, steps=4)


def along(base: Sequence[float], degrees: float, forward: float, aside: float | Sequence[float] = 0.0) -> Points:
    """The place, or places, so far from a finger's base in its direction and to its right."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    forward, aside = np.asarray(forward, float)[..., None], np.asarray(aside, float)[..., None]
    return np.asarray(base, float) + forward * np.array([sine, -cosine]) + aside * np.array([cosine, sine])


def finger(base: Sequence[float], degrees: float, length: float, width: float) -> Points:
    """Both sides of a finger around its tip, left to right: float (n, 2)."""
    if length < 1.2 * width:
        return along(base, degrees, [0.55 * length, length, 0.55 * length], [-0.4 * width, 0.0, 0.4 * width])
    sides = [(0.34 * length, 0.5), (0.52 * length, 0.52), (0.76 * length, 0.49)]
    sides += [(length - 0.5 * width, 0.46), (length - 0.15 * width, 0.31)]
    forward, half = np.array(sides).T
    forward = np.concatenate([forward, [length], forward[::-1]])
    return along(base, degrees, forward, width * np.concatenate([-half, [0.0], half[::-1]]))


def stretched_marks(
    hand: Hand, angles: np.ndarray, lengths: np.ndarray, numbers: Iterable[int], back: bool
) -> list[Mark]:
    """Creases and nails of stretched fingers."""
    marks: list[Mark] = []
    for number in numbers:
        base, degrees, length, width = hand.knuckles[number], angles[number], lengths[number], hand.widths[number]
        for part, share in ((0.43, 0.56), (0.7, 0.46)):
            marks += crease(hand, base, degrees, part * length, share * width)
        if back:
            marks.append(nail(hand, along(base, degrees, length), degrees, width))
    return marks


def crease(hand: Hand, base: Sequence[float], degrees: float, forward: float, span: float) -> list[Mark]:
    """A short crease across a finger, so far from its base."""
    arc = along(base, degrees, [forward, forward + 0.005, forward], [-span / 2, 0.0, span / 2])
    return [(limb(arc, [0.004, 0.008, 0.004]), mix(hand.skin, hand.line, 0.75))]


def nail(hand: Hand, tip: Points, degrees: float, width: float) -> Mark:
    """The nail of a finger with its tip there."""
    middle = along(tip, degrees, -0.42 * width)
    return ellipse(*middle, 0.27 * width, 0.34 * width, degrees), hand.nails


def palm_lines(hand: Hand) -> list[Mark]:
    """The three long creases of an open palm."""
    lines = [
        [(-0.12, -0.03), (-0.03, -0.035), (0.05, -0.1)],
        [(0.125, -0.045), (0.02, -0.01), (-0.085, 0.04)],
        [(0.125, -0.045), (0.03, 0.02), (0.005, 0.15)],
    ]
    return [(limb(np.array(line) * (hand.wide, 1), [0.004, 0.009, 0.004]), hand.line) for line in lines]


def knuckle_lines(hand: Hand, numbers: Iterable[int]) -> list[Mark]:
    """Arcs where the fingers of a fist begin, seen from its back."""
    return [mark for number in numbers for mark in crease(hand, hand.knuckles[number], 0, -0.016, 0.045)]
