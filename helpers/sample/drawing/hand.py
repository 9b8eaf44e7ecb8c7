"""A hand that plays rock, paper, scissors, its arm reaching into the picture from the right."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PIL import Image

from helpers.sample.drawing.canvas import OVERSAMPLING, Canvas, Mark, finish, gradient
from helpers.sample.drawing.colours import Colour, mix, shade
from helpers.sample.drawing.geometry import Points, Pose, limb
from helpers.sample.drawing.hand_traits import (
    LENGTHS,
    Hand,
    along,
    crease,
    knuckle_lines,
    nail,
    new_hand,
    outline,
    palm_lines,
    stretched_marks,
)
from helpers.sample.drawing.indoors import surroundings

__all__ = ["BACKGROUNDS", "GESTURES", "Hand", "draw_hand", "hand_photo", "new_hand"]

GESTURES = ("paper", "rock", "scissors")
BACKGROUNDS = ("plain", "scene")

# How much each gesture is enlarged and moved towards the arm: all cover as much of the picture.
_FRAMING = {"paper": (1.2, 0.1), "rock": (1.34, 0.02), "scissors": (1.27, 0.095)}


def hand_photo(
    rng: np.random.Generator, hand: Hand, gesture: str, pose: Pose, size: int, background: str
) -> Image.Image:
    """Draw one picture of a hand.

    Parameters
    ----------
    rng : numpy.random.Generator
        Decides the side from which the hand is seen, the moment of the gesture, the background
        and the light, all independently of the gesture.
    hand : Hand
        From `new_hand`.
    gesture : str
        ``'paper'``, ``'rock'`` or ``'scissors'``.
    pose : Pose
        Of the hand; the background stays as it is. A mirrored hand reaches in from the left.
    size : int
        Pixels of the side.
    background : str
        ``'plain'``: near white with a soft shadow; ``'scene'``: rooms, floors and gardens.

    Returns
    -------
    PIL.Image.Image
        RGB, size x size.

    Raises
    ------
    ValueError
        If there is no such gesture or background.
    """
    if gesture not in GESTURES:
        raise ValueError(f"gesture is {gesture!r}; expected 'paper', 'rock' or 'scissors'.")
    if background not in BACKGROUNDS:
        raise ValueError(f"background is {background!r}; expected {' or '.join(map(repr, BACKGROUNDS))}.")
    light = float(rng.choice([-1, 1]) * rng.uniform(0.4, 0.9))
    white = background == "plain"
    behind = _white_ground(rng, size) if white else surroundings(rng, size, light)
    level = rng.uniform(0.95, 1.0) if white else rng.uniform(0.82, 1.0)
    warmth = rng.normal(0, 0.006 if white else 0.03)
    tint = tuple(np.clip(255 * level * np.array([1 + warmth, 1.0, 1 - warmth]), 0, 255).astype(int).tolist())
    shadow = rng.uniform(0.12, 0.24) if white else rng.uniform(0.3, 0.5)
    canvas = Canvas(size, pose, light)
    draw_hand(rng, canvas, hand, gesture)
    return finish(canvas.cast(behind, shadow, ground=False), rng, tint, grain=1.0 if white else 2.5)


def draw_hand(rng: np.random.Generator, canvas: Canvas, hand: Hand, gesture: str) -> None:
    """Draw a hand on a canvas (see `Canvas`), in a `gesture` of `GESTURES`."""
    back = bool(rng.random() < 0.4)
    pose, (scale, towards) = canvas.pose, _FRAMING[gesture]
    turned = pose.rotation + (90 if pose.mirrored else -90)
    canvas.pose = Pose(turned, pose.scale, pose.shift, pose.mirrored ^ hand.left ^ back).within(scale, (0.0, towards))
    _GESTURES[gesture](rng, canvas, hand, back)
    _wear(canvas, hand, (hand.cuff - towards) / scale)


def _paper(rng: np.random.Generator, canvas: Canvas, hand: Hand, back: bool) -> None:
    """An open hand, from its back or from its palm."""
    angles = rng.uniform(0.85, 1.15) * np.array([-25.0, -9.0, 5.0, 20.0]) + rng.normal(0, 1.5, 4)
    lengths = hand.long * LENGTHS
    thumb = (float(rng.uniform(50, 64)), 0.21 * hand.long)
    marks = stretched_marks(hand, angles, lengths, range(4), back)
    base = (hand.wide * 0.09, 0.06)
    marks += crease(hand, base, thumb[0], 0.6 * thumb[1], 0.05)
    if back:
        marks += [nail(hand, along(base, *thumb), thumb[0], 0.074 * hand.thick)]
    else:
        marks += palm_lines(hand)
    _skin(canvas, hand, outline(hand, angles, lengths, thumb), marks)


def _scissors(rng: np.random.Generator, canvas: Canvas, hand: Hand, back: bool) -> None:
    """Index and middle finger spread, the others folded."""
    angles = np.array([-7.0, -4.0, *(rng.uniform(0.9, 1.25) * np.array([-9.5, 19.0]))]) + rng.normal(0, 1.5, 4)
    lengths = hand.long * LENGTHS * (0, 0, 1, 1) + (0.03, 0.02, 0, 0)
    palm, marks = outline(hand, angles, lengths, None), stretched_marks(hand, angles, lengths, (2, 3), back)
    if back:
        _thumb(canvas, hand, [(0.092, 0.19), (0.14, 0.06), (0.13, -0.03), (0.06, -0.06)])
        _bent(canvas, hand, angles, (0, 1))
        _skin(canvas, hand, palm, marks + knuckle_lines(hand, (0, 1)))
    else:
        _skin(canvas, hand, palm, marks)
        for number in (0, 1):
            _folded(canvas, hand, number, rng.normal(0, 2))
        _thumb(canvas, hand, [(0.088, 0.19), (0.12, 0.065), (0.06, -0.012), (-0.045, -0.03)])


def _rock(rng: np.random.Generator, canvas: Canvas, hand: Hand, back: bool) -> None:
    """A fist."""
    angles, lengths = np.array([-6.0, -2.0, 2.0, 6.0]) + rng.normal(0, 1, 4), [0.035] * 4
    palm = outline(hand, angles, lengths, None)
    if back:
        _bent(canvas, hand, angles, range(4))
        _skin(canvas, hand, palm, knuckle_lines(hand, range(4)))
        _thumb(canvas, hand, [(0.088, 0.2), (0.148, 0.07), (0.15, -0.03), (0.125, -0.115)])
    else:
        _skin(canvas, hand, palm, [])
        for number in range(4):
            _folded(canvas, hand, number, rng.normal(0, 2))
        _thumb(canvas, hand, [(0.088, 0.19), (0.125, 0.068), (0.07, 0.0), (-0.04, -0.005)])


_GESTURES = {"paper": _paper, "rock": _rock, "scissors": _scissors}


def _skin(canvas: Canvas, hand: Hand, shape: Points, marks: list[Mark]) -> None:
    _round(canvas, shape, hand.skin, marks, 0.027)


def _round(canvas: Canvas, shape: Points, colour: Colour, marks: list[Mark], reach: float) -> None:
    """A part whose shadow reaches in so far from its edge, however far the part itself extends."""
    extent = float(np.ptp(canvas.pose.apply(shape), axis=0).min())
    canvas.part(shape, colour, marks, round_by=float(reach * canvas.pose.scale / extent), depth=0.37)


def _bent(canvas: Canvas, hand: Hand, angles: np.ndarray, numbers: Iterable[int]) -> None:
    """Fingers of a fist from its back: the first bones, foreshortened."""
    for number in numbers:
        width, reach = hand.widths[number], 0.02 + 0.22 * LENGTHS[number]
        line = along(hand.knuckles[number], angles[number], [-0.06, 0.3 * reach, reach])
        canvas.flat(limb(line, np.full(3, width + 0.008)), hand.line)
        _skin(canvas, hand, limb(line, [width, 1.02 * width, 0.92 * width]), [])


def _folded(canvas: Canvas, hand: Hand, number: int, lean: float) -> None:
    """A finger bent into the palm, its middle bone and nail towards the viewer."""
    base, width = hand.knuckles[number], 1.08 * hand.widths[number]
    line = along((base[0], base[1] - 0.03), 180 + lean, [0.0, 0.07, 0.135 - 0.012 * (number == 0)])
    canvas.flat(limb(line, [width + 0.008, width + 0.01, width]), hand.line)
    marks = crease(hand, line[0], 180 + lean, 0.075, 0.7 * width)
    if number == 0:  # the thumb hides the others
        marks.append(nail(hand, line[-1] + (0, 0.2 * width), 180 + lean, 0.85 * width))
    _skin(canvas, hand, limb(line, [0.96 * width, width, 0.86 * width]), marks)


def _thumb(canvas: Canvas, hand: Hand, joints: list[tuple[float, float]]) -> None:
    """A thumb folded over the fingers, from the ball of the hand on."""
    line = np.array(joints) * (hand.wide, 1.0)
    widths = hand.thick * np.array([0.02, 0.085, 0.08, 0.07])
    canvas.flat(limb(line, widths + 0.01), hand.line)
    degrees = float(np.degrees(np.arctan2(line[-1, 0] - line[-2, 0], line[-2, 1] - line[-1, 1])))
    marks = crease(hand, line[-2], degrees, 0.0, 0.05)
    marks.append(nail(hand, along(line[-1], degrees, 0.4 * widths[-1]), degrees, widths[-1]))
    _skin(canvas, hand, limb(line, widths), marks)


def _wear(canvas: Canvas, hand: Hand, top: float) -> None:
    """A sleeve with or without a turned-up cuff, or a bracelet, from `top` on."""
    if hand.wear == "bracelet":
        canvas.part(limb([(-0.1, top), (0.0, top + 0.012), (0.1, top)], [0.026] * 3), hand.cloth, depth=0.4)
    elif hand.wear != "none":
        half = np.array([(0.122, top), (0.128, top + 0.1), (0.145, top + 0.4), (0.17, 1.5)])
        _round(canvas, np.vstack([half, half[::-1] * (-1, 1)]), hand.cloth, [], 0.035)
    if hand.wear == "cuffs":
        band: Colour = mix(hand.cloth, (252, 248, 240), 0.55)
        canvas.part(limb([(-0.115, top), (0.0, top + 0.012), (0.115, top)], [0.06] * 3), band, depth=0.35)
    elif hand.wear == "sleeve":
        seam = limb([(-0.12, top + 0.05), (0.0, top + 0.06), (0.12, top + 0.05)], [0.008] * 3)
        canvas.flat(seam, shade(hand.cloth, 0.8))


def _white_ground(rng: np.random.Generator, size: int) -> Image.Image:
    """A white background of twice `size`, a little brighter on top."""
    level = int(rng.uniform(246, 256))
    return gradient(OVERSAMPLING * size, (level,) * 3, (level - 8,) * 3)
