"""What cats and dogs share: coats, the sitting body, and the frame of a drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from helpers.sample.drawing.canvas import Canvas, Mark
from helpers.sample.drawing.colours import CLOTH, FUR, Colour, brightness, mix, pick, shade
from helpers.sample.drawing.geometry import curve, ellipse, fluffy, limb, tufts

PATTERNS = ("solid", "tabby", "patches", "bib", "points", "saddle")


@dataclass(frozen=True)
class Coat:
    """Fur of one animal: the same choice for cats and dogs, so that colour does not tell them apart."""

    base: Colour
    second: Colour
    pale: Colour
    pattern: str
    fluff: float

    @property
    def line(self) -> Colour:
        """A colour for contours and mouth that shows on this coat."""
        return shade(self.base, 0.45)

    @property
    def tip(self) -> Colour:
        """Colour of ears and tail."""
        return self.second if self.pattern in ("points", "saddle") else self.base

    @property
    def paw(self) -> Colour:
        """Colour of the paws."""
        return {"bib": self.pale, "points": self.second}.get(self.pattern, mix(self.base, self.pale, 0.15))

    @property
    def muzzle(self) -> Colour:
        """Colour around the mouth."""
        return {"bib": self.pale, "points": self.second}.get(self.pattern, mix(self.base, self.pale, 0.55))


@dataclass(frozen=True)
class Build:
    """Proportions of one animal, as factors around 1, and where it looks (-1 left, 1 right)."""

    girth: float
    head: float
    ears: float
    tail: float
    gaze: float


def coat(rng: np.random.Generator) -> Coat:
    """Draw a natural coat."""
    base = pick(rng, FUR, 8)
    light = brightness(base)
    if light > 110:
        second = shade(base, rng.uniform(0.5, 0.68) + 0.12 * (light > 225))
    else:
        second = pick(rng, [FUR[name] for name in ("rust", "taupe", "sand")])
    pattern = PATTERNS[rng.choice(len(PATTERNS), p=[0.2, 0.22, 0.16, 0.2, 0.1, 0.12])]
    if pattern == "tabby" and light <= 110:
        second = mix(base, second, 0.45)
    if pattern == "patches":
        second = pick(rng, FUR, 6)
    if pattern == "points":
        base = pick(rng, [FUR[name] for name in ("cream", "sand", "taupe", "silver")])
        second = pick(rng, [FUR["chocolate"]])
    pale = mix(base, (250, 244, 234), rng.uniform(0.55, 0.95) if pattern == "bib" else rng.uniform(0.25, 0.6))
    return Coat(base, second, pale, pattern, rng.choice([0.0, 0.006, 0.012]))


def build(rng: np.random.Generator) -> Build:
    """Draw an animal's proportions."""
    girth, head, ears, tail = rng.normal(1, [0.08, 0.05, 0.08, 0.1]).clip(0.8, 1.2)
    return Build(girth, head, ears, tail, rng.uniform(-1, 0.3))


def fur_marks(rng: np.random.Generator, outline: np.ndarray, colour: Colour, count: int = 26) -> list[Mark]:
    """Hairs a little lighter and a little darker than the fur they lie on."""
    return [
        (tufts(rng, outline, count, 0.05), shade(colour, 0.88)),
        (tufts(rng, outline, count, 0.05), mix(colour, (255, 250, 240), 0.14)),
    ]


def sitting_body(rng: np.random.Generator, canvas: Canvas, fur: Coat, shape: Build, leg: float) -> None:
    """Draw the body of a sitting animal, all but head and tail.

    Parameters
    ----------
    rng : numpy.random.Generator
    canvas : Canvas
    fur : Coat
    shape : Build
    leg : float
        Width of the front legs in sides of the picture.
    """
    left = [(-0.08, -0.12), (-0.135, 0.02), (-0.15, 0.16), (-0.16, 0.32), (-0.11, 0.4)]
    right = [(0.12, 0.4), (0.19, 0.33), (0.17, 0.15), (0.12, 0.0), (0.075, -0.12)]
    torso = curve(np.array(left + right) * (shape.girth, 1.0))
    torso = fluffy(torso, rng, fur.fluff)
    canvas.part(torso, fur.base, fur_marks(rng, torso, fur.base) + _body_pattern(rng, fur, shape))
    for x, y, rx, ry in ((0.125, 0.29, 0.085, 0.12), (-0.12, 0.31, 0.06, 0.1)):
        haunch = ellipse(x * shape.girth, y, rx, ry, 12 * np.sign(x))
        marks = fur_marks(rng, haunch, fur.base, 10)
        if fur.pattern == "tabby":
            marks += _bars(x * shape.girth, y, rx * 1.2, fur.second)
        canvas.part(haunch, fur.base, marks)
    for x in (0.15, -0.15):
        canvas.part(ellipse(x * shape.girth, 0.395, 0.06, 0.03), fur.paw)
    for x in (0.045, -0.055):
        x *= shape.girth
        front = limb([(x * 0.8, 0.1), (x, 0.22), (x, 0.38)], [leg * 1.2, leg, leg * 0.95])
        marks = fur_marks(rng, front, fur.base, 8)
        if fur.pattern == "tabby":
            marks += _bars(x, 0.27, leg * 0.7, fur.second)
        if fur.pattern in ("bib", "points"):
            marks.append((ellipse(x, 0.39, leg, 0.09), fur.paw))
        canvas.part(front, fur.base, marks, depth=0.42)
        canvas.part(ellipse(x - 0.005, 0.392, leg * 0.68, 0.033), fur.paw)
        for toe in (-0.012, 0.012):
            canvas.line(np.array([(x - 0.005 + toe, 0.392), (x - 0.005 + toe, 0.415)]), 0.005, fur.line)
    if rng.random() < 0.34:
        _collar(rng, canvas, shape)


def tail(
    rng: np.random.Generator, canvas: Canvas, fur: Coat, shape: Build, points: Sequence, widths: Sequence[float]
) -> None:
    """Draw a tail along points (n, 2), of which those after the second stretch with the animal's build."""
    line = np.array(points)
    line[2:] = line[1] + (line[2:] - line[1]) * shape.tail
    outline = fluffy(limb(line, widths), rng, 0.5 * fur.fluff)
    marks = fur_marks(rng, outline, fur.tip, 10)
    if fur.pattern == "tabby":
        marks += [(limb([(x - 0.04, y), (x + 0.04, y + 0.01)], [0.02, 0.02]), fur.second) for x, y in line[2:]]
    if fur.pattern == "bib":
        marks.append((ellipse(*line[-1], 0.05, 0.05), fur.pale))
    canvas.part(outline, fur.tip, marks)


@contextmanager
def head_frame(canvas: Canvas, shape: Build) -> Iterator[None]:
    """Within it, shapes are drawn in the frame of the head: its middle at 0, 0."""
    outer = canvas.pose
    canvas.pose = outer.within(1.14 * shape.head, (0.012 * shape.gaze, -0.15))
    yield
    canvas.pose = outer


def face_pattern(fur: Coat) -> list[Mark]:
    """Markings of a head, in its frame."""
    if fur.pattern == "tabby":
        stripes = [limb([(x, -0.17), (x * 0.7, -0.07)], [0.02, 0.008]) for x in (-0.05, 0.0, 0.05)]
        for side in (-0.2, 0.2):
            stripes += [limb([(side, y), (side * 0.55, y - 0.01)], [0.018, 0.006]) for y in (0.03, 0.07)]
        return [(shape, fur.second) for shape in stripes]
    if fur.pattern == "patches":
        return [(ellipse(0.09, -0.05, 0.09, 0.1, 20), fur.second)]
    if fur.pattern == "bib":
        return [(curve([(0, -0.15), (-0.03, 0), (-0.11, 0.2), (0.11, 0.2), (0.03, 0)]), fur.pale)]
    if fur.pattern == "points":
        return [(ellipse(0, 0.05, 0.11, 0.1), fur.second)]
    if fur.pattern == "saddle":
        return [(ellipse(0, -0.15, 0.13, 0.09), fur.second)]
    return []


def eyes(
    canvas: Canvas,
    between: tuple[float, float],
    apart: float,
    outline: Callable[[tuple[float, float], int], np.ndarray],
    iris: Colour,
    pupil: tuple[float, float],
    rim: Colour,
) -> None:
    """Draw two eyes.

    Parameters
    ----------
    canvas : Canvas
    between : (float, float)
        Middle between the eyes.
    apart : float
        Half their distance.
    outline : callable
        From an eye's middle and its side (-1 left, 1 right) to its outline.
    iris, rim : (int, int, int)
    pupil : (float, float)
        Half width and half height.
    """
    for side in (-1, 1):
        middle = (between[0] + side * apart, between[1])
        shape = outline(middle, side)
        canvas.flat(middle + (shape - middle) * 1.3, rim)
        canvas.flat(shape, iris)
        canvas.flat(ellipse(*middle, *pupil), (24, 20, 22))
        canvas.dot(middle[0] - 0.008, middle[1] - 0.009, 0.007, (255, 255, 255))


def _body_pattern(rng: np.random.Generator, fur: Coat, shape: Build) -> list[Mark]:
    chest = ellipse(-0.005, 0.08, 0.075 * shape.girth, 0.15)
    if fur.pattern == "tabby":
        bars = [_bars(side * 0.13, y, 0.075, fur.second) for side in (-1, 1) for y in (0.02, 0.13)]
        return sum(bars, []) + [(chest, mix(fur.base, fur.pale, 0.6))]
    if fur.pattern == "patches":
        spots = rng.uniform([-0.16, -0.08], [0.18, 0.34], (4, 2))
        return [(ellipse(*spot, *rng.uniform(0.035, 0.08, 2), rng.uniform(0, 90)), fur.second) for spot in spots]
    if fur.pattern == "bib":
        return [(chest, fur.pale)]
    if fur.pattern == "saddle":
        flank = [(0.05, -0.12), (0.2, -0.1), (0.25, 0.2), (0.13, 0.2)]
        return [(curve(flank), fur.second), (curve(np.array(flank) * [-1, 1]), fur.second)]
    return [(chest, mix(fur.base, fur.pale, 0.5))]


def _bars(x: float, y: float, half: float, colour: Colour) -> list[Mark]:
    lean = 0.02 * np.sign(x)
    return [
        (limb([(x - half, y + dy), (x, y + dy - lean), (x + half, y + dy)], [0.006, 0.018, 0.006]), colour)
        for dy in (-0.045, 0.0, 0.045)
    ]


def _collar(rng: np.random.Generator, canvas: Canvas, shape: Build) -> None:
    half = 0.112 * shape.girth
    canvas.part(limb([(-half, -0.04), (0.0, 0.025), (half, -0.04)], [0.034] * 3), pick(rng, CLOTH), depth=0.3)
    canvas.part(ellipse(0.0, 0.05, 0.018, 0.02), (236, 200, 96))
