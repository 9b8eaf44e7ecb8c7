"""A simple face, as emoticons have them, that smiles or frowns before a coloured ground."""

from __future__ import annotations

import numpy as np
from PIL import Image

from helpers.sample.drawing.canvas import Backdrop, Canvas, Mark, finish, gradient, unfocused
from helpers.sample.drawing.colours import CLOTH, Colour, brightness, mix, pick, shade, vary
from helpers.sample.drawing.face_traits import Face, outline
from helpers.sample.drawing.face_wear import behind, glasses, hair, hat
from helpers.sample.drawing.geometry import Points, Pose, curve, ellipse, limb, turn

MOODS = ("happy", "sad")
GROUNDS = ("plain", "dots", "stripes", "rays", "lights")

EYE_LEVEL = -0.07
WHITES = {"round": (1.0, 1.0), "oval": (0.85, 1.35), "wide": (1.3, 1.25)}  # width and height of the eye's white

_DARK: Colour = (58, 40, 40)


def face_photo(rng: np.random.Generator, face: Face, mood: str, pose: Pose, size: int) -> Image.Image:
    """Draw one picture of a face.

    Parameters
    ----------
    rng : numpy.random.Generator
        Decides how strong the mood is and how it shows, the background and the light, all but
        the mouth, the brows and the lids independently of the mood.
    face : Face
        From `face_traits.new_face`.
    mood : str
        ``'happy'`` or ``'sad'``.
    pose : Pose
        Of the face; the background stays as it is.
    size : int
        Pixels of the side.

    Returns
    -------
    PIL.Image.Image
        RGB, size x size.

    Raises
    ------
    ValueError
        If there is no such mood.
    """
    if mood not in MOODS:
        raise ValueError(f"mood is {mood!r}; expected {' or '.join(map(repr, MOODS))}.")
    light = float(rng.choice([-1, 1]) * rng.uniform(0.3, 0.8))
    background = _ground(rng, size, light)
    level = int(rng.uniform(226, 256))
    canvas = Canvas(size, pose, light)
    draw_face(rng, canvas, face, mood)
    return finish(canvas.cast(background, rng.uniform(0.2, 0.45), ground=False), rng, (level,) * 3, grain=2.0)


def draw_face(rng: np.random.Generator, canvas: Canvas, face: Face, mood: str) -> None:
    """Draw a face on a canvas (see `Canvas`), in a `mood` of `MOODS`."""
    strength = rng.uniform(0.4, 1.0) * (1 if mood == "happy" else -1)
    behind(canvas, face)
    canvas.part(outline(face), face.skin, _blush(face), round_by=0.2, depth=0.34)
    hair(canvas, face)
    _eyes(rng, canvas, face, strength)
    _nose(canvas, face)
    _mouth(rng, canvas, face, strength)
    glasses(canvas, face)
    hat(canvas, face)
    if rng.random() < 0.25 and mood == "sad":
        side = rng.choice([-1, 1])
        drop = [(0, -0.03), (0.018, 0.01), (0, 0.03), (-0.018, 0.01)]
        canvas.part(curve(np.array(drop) + (side * face.apart * 1.15, 0.045)), (150, 206, 246), depth=0.3)


def _blush(face: Face) -> list[Mark]:
    if not face.blush:
        return []
    rosy = mix(face.skin, (240, 104, 104), 0.42)
    return [(ellipse(side * face.wide * 0.66, 0.06, 0.05, 0.036), rosy) for side in (-1, 1)]


def _eyes(rng: np.random.Generator, canvas: Canvas, face: Face, strength: float) -> None:
    """Eyes, lids and brows: a frown lifts the inner ends of the brows and may lower the lids."""
    gaze = rng.uniform(-0.012, 0.012, 2)
    shut, heavy = rng.random() < 0.12, rng.random() < 0.4 and strength < 0
    slant = 0.03 * min(strength, 0.0) - 0.006 + rng.normal(0, 0.006)
    height = 0.062 + 0.02 * max(strength, 0.0) + 0.02 * face.eye
    for side in (-1, 1):
        x, half = side * face.apart, 0.04 * face.eye
        if shut:
            arc = [(x - half, EYE_LEVEL), (x, EYE_LEVEL - 0.035 * np.sign(strength)), (x + half, EYE_LEVEL)]
            canvas.flat(limb(arc, [0.012, 0.016, 0.012]), _DARK)
        elif face.eyes == "dots":
            _pupil(canvas, (x, EYE_LEVEL), (0.6 * half, 0.78 * half))
        else:
            _white_eye(canvas, face, x, gaze, heavy)
        top = EYE_LEVEL - height
        brow = [(x - side * 0.045, top + slant), (x, top - 0.014), (x + side * 0.05, top - slant)]
        canvas.flat(limb(brow, [face.brow, 1.15 * face.brow, 0.7 * face.brow]), face.hairline)


def _white_eye(canvas: Canvas, face: Face, x: float, gaze: np.ndarray, heavy: bool) -> None:
    half = 0.04 * face.eye
    wide, tall = half * np.array(WHITES[face.eyes])
    canvas.part(ellipse(x, EYE_LEVEL, wide, tall), (252, 252, 250), depth=0.2)
    _pupil(canvas, (x + gaze[0], EYE_LEVEL + gaze[1]), (0.5 * half, 0.56 * half))
    if heavy:
        lid = ellipse(x, EYE_LEVEL, 1.12 * wide, 1.1 * tall)
        canvas.flat(lid[lid[:, 1] < EYE_LEVEL - 0.12 * tall], shade(face.skin, 0.88))


def _pupil(canvas: Canvas, middle: tuple[float, float], reach: tuple[float, float]) -> None:
    canvas.flat(ellipse(*middle, *reach), _DARK)
    canvas.dot(middle[0] - 0.3 * reach[0], middle[1] - 0.4 * reach[1], 0.006, (255, 255, 255))


def _nose(canvas: Canvas, face: Face) -> None:
    if face.nose == "button":
        canvas.part(ellipse(0, 0.015, 0.032, 0.027), mix(face.skin, (232, 110, 96), 0.3), depth=0.35)
    elif face.nose == "line":
        canvas.flat(limb([(0.0, -0.02), (0.018, 0.022), (-0.008, 0.028)], [0.009] * 3), shade(face.skin, 0.66))


def _mouth(rng: np.random.Generator, canvas: Canvas, face: Face, strength: float) -> None:
    """An arc whose ends turn up or down with the mood; open or shut as often in both."""
    half, depth = rng.uniform(0.36, 0.56) * face.wide, 0.105 * strength
    x = np.linspace(-1, 1, 13)
    arc = np.column_stack([half * x, 0.145 + rng.uniform(-0.012, 0.012) + depth * (0.5 - x**2)])
    if rng.random() > 0.45:
        canvas.flat(limb(arc[::2], [0.016, 0.022, 0.016]), face.line)
        return
    gape = np.sign(strength) * (0.045 + 0.4 * abs(depth)) * rng.uniform(0.8, 1.2)
    if strength < 0:
        arc = arc - (0, gape / 3)
    opening = np.vstack([arc, (arc + np.column_stack([0 * x, gape * (1 - x**2)]))[::-1]])
    marks: list[Mark] = [(ellipse(0, opening[:, 1].max(), 0.5 * half, 0.3 * abs(gape) + 0.012), (232, 110, 112))]
    if rng.random() < 0.6 and strength > 0:
        marks.append((np.vstack([arc + (0, -0.05), (arc + (0, 0.018))[::-1]]), (252, 250, 244)))
    canvas.part(opening, (132, 42, 48), marks, depth=0.2)


def _ground(rng: np.random.Generator, size: int, light: float) -> Image.Image:
    """A background of twice `size`: two shades of a colour with a pattern, out of focus."""
    base = pick(rng, CLOTH, 10)
    other = (252, 248, 240) if brightness(base) < 150 else pick(rng, CLOTH, 10)
    second = mix(base, other, rng.uniform(0.2, 0.5))
    image = gradient(size, mix(base, second, 0.15), mix(base, second, 0.6))
    canvas = Backdrop(image, light)
    for shape in _pattern(rng, GROUNDS[rng.integers(len(GROUNDS))]):
        canvas.flat(shape, vary(rng, second, 6))
    return unfocused(rng, image)


def _pattern(rng: np.random.Generator, kind: str) -> list[Points]:
    """The shapes of one of `GROUNDS`, in the picture's own frame."""
    if kind == "dots":
        step, radius = rng.uniform(0.16, 0.26), rng.uniform(0.03, 0.06)
        rows = enumerate(np.arange(0.05, 1.1, step))
        places = [(x, y) for row, y in rows for x in np.arange(0.05 + step / 2 * (row % 2), 1.1, step)]
        return [ellipse(x, y, radius, radius) for x, y in places]
    if kind == "stripes":
        step, lean = rng.uniform(0.14, 0.28), rng.uniform(-0.5, 0.5)
        starts = np.arange(-0.6, 1.6, step)
        return [np.array([(x, 0), (x + step / 2, 0), (x + step / 2 + lean, 1), (x + lean, 1)]) for x in starts]
    if kind == "rays":
        middle, first = rng.uniform(0.3, 0.7, 2), rng.uniform(0, 30)
        wedge = np.array([(0.0, 0.0), (1.5, -0.18), (1.5, 0.18)])
        return [turn(wedge, degrees) + middle for degrees in np.arange(first, 360 + first, 30)]
    if kind == "lights":
        spots = rng.uniform((0, 0, 0.03), (1, 1, 0.11), (12, 3))
        return [ellipse(x, y, radius, radius) for x, y, radius in spots]
    return []
