"""Points of shapes: smooth outlines, ellipses, tapered limbs, and the pose that moves them all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

Points = np.ndarray

_TURNS = np.linspace(0, 2 * np.pi, 24, endpoint=False)
_CIRCLE = np.column_stack([np.cos(_TURNS), np.sin(_TURNS)])
_BENDS = np.radians([60.0, 20.0, -20.0, -60.0])
_CAP = np.column_stack([np.cos(_BENDS), np.sin(_BENDS)])


@dataclass(frozen=True)
class Pose:
    """How one figure stands in its picture.

    Attributes
    ----------
    rotation : float
        Degrees, clockwise.
    scale : float
        Factor on the figure's size.
    shift : tuple of float
        Right and down, as fractions of the picture's side.
    mirrored : bool
        Whether left and right are exchanged.
    """

    rotation: float = 0.0
    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    mirrored: bool = False

    def apply(self, points: Points) -> Points:
        """Move points from the figure's frame to the picture's.

        Parameters
        ----------
        points : float array (..., 2)
            x to the right and y down in sides of the picture, the figure's middle at 0, 0.

        Returns
        -------
        float array (..., 2)
            The same unit, the picture's upper left corner at 0, 0.
        """
        return points @ self._matrix + self._middle

    def within(self, scale: float, offset: Sequence[float]) -> Pose:
        """The pose of a figure that is itself smaller by `scale` and moved by `offset` in this one's frame."""
        x, y = self.apply(np.asarray(offset, float)) - 0.5
        return Pose(self.rotation, self.scale * scale, (float(x), float(y)), self.mirrored)

    @cached_property
    def _matrix(self) -> np.ndarray:
        return self.scale * _rotation(self.rotation) * ([[-1.0], [1.0]] if self.mirrored else 1.0)

    @cached_property
    def _middle(self) -> np.ndarray:
        return np.array([0.5, 0.5]) + self.shift


def turn(points: Points, degrees: float, about: Sequence[float] = (0.0, 0.0)) -> Points:
    """Rotate points (..., 2) clockwise (y points down) around a centre."""
    return (np.asarray(points, float) - about) @ _rotation(degrees) + about


def curve(points: Sequence, closed: bool = True, steps: int = 6) -> Points:
    """A smooth line through points (n, 2) by Catmull-Rom splines: float (m, 2)."""
    corners = np.asarray(points, float)
    near, weights = _spline(len(corners), closed, steps)
    line = (weights @ corners[near]).reshape(-1, 2)
    return line if closed else np.concatenate([line, corners[-1:]])


def symmetric(half: Sequence) -> Points:
    """An outline from its right half, top to bottom, whose ends lie on the axis x = 0: float (2 n - 2, 2)."""
    right = np.asarray(half, float)
    return np.concatenate([right, right[-2:0:-1] * [-1.0, 1.0]])


def ellipse(x: float, y: float, rx: float, ry: float, degrees: float = 0.0) -> Points:
    """The outline of an ellipse: float (24, 2)."""
    outline = _CIRCLE * (rx, ry)
    if degrees:
        outline = outline @ _rotation(degrees)
    return outline + (x, y)


def limb(points: Sequence, widths: Sequence[float]) -> Points:
    """The outline of a bent, tapered, round-ended stroke.

    Parameters
    ----------
    points : (n, 2)
        The middle line, smoothed before use.
    widths : (n,)
        Full widths at these points.

    Returns
    -------
    float array (m, 2)
    """
    line = curve(points, closed=False, steps=5)
    half = np.interp(np.arange(len(line)), np.linspace(0, len(line) - 1, len(widths)), widths)[:, None] / 2
    along = np.empty_like(line)
    along[1:-1] = line[2:] - line[:-2]
    along[0], along[-1] = line[1] - line[0], line[-1] - line[-2]
    along /= np.sqrt((along**2).sum(1, keepdims=True)) + 1e-9
    across = along[:, ::-1] * [-1.0, 1.0]
    head = line[-1] + half[-1] * (_CAP @ [along[-1], across[-1]])
    foot = line[0] - half[0] * (_CAP @ [along[0], across[0]])
    return np.concatenate([line + half * across, head, (line - half * across)[::-1], foot])


def chain(start: Sequence[float], lengths: Sequence[float], degrees: Sequence[float]) -> Points:
    """Joints of a limb that hangs from `start`: each bone's length and its angle.

    An angle of 0 hangs straight down, 90 points to the right. Returns float (bones + 1, 2).
    """
    angles = np.radians(degrees)
    bones = np.column_stack([np.sin(angles), np.cos(angles)]) * np.asarray(lengths, float)[:, None]
    return np.vstack([[start], np.asarray(start, float) + np.cumsum(bones, axis=0)])


def fluffy(outline: Points, rng: np.random.Generator, amount: float) -> Points:
    """An outline whose every other point stands out a little, like fur.

    Parameters
    ----------
    outline : float array (n, 2)
    rng : numpy.random.Generator
    amount : float
        How far the tufts stand out, in sides of the picture.
    """
    along = np.roll(outline, -1, 0) - np.roll(outline, 1, 0)
    across = along[:, ::-1] * [1.0, -1.0]
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
    away = np.sign(((outline - outline.mean(0)) * across).sum(1, keepdims=True))
    out = np.where(np.arange(len(outline)) % 2, 1.0, -0.3) * rng.uniform(0.4, 1.0, len(outline))
    return outline + across * away * (amount * out)[:, None]


def tufts(rng: np.random.Generator, outline: Points, count: int, length: float) -> Points:
    """Short hairs that hang inside the box around an outline: float (count, 3, 2), thin triangles."""
    low, high = outline.min(0), outline.max(0)
    root = rng.uniform(low, high, (count, 2))
    lean = (root[:, 0] - (low[0] + high[0]) / 2) / (high[0] - low[0] + 1e-9)
    tip = root + length * np.column_stack([lean + rng.normal(0, 0.25, count), np.ones(count)])
    side = [length * 0.14, 0.0]
    return np.stack([root - side, tip, root + side], axis=1)


def _rotation(degrees: float) -> np.ndarray:
    """The matrix that turns row vectors clockwise (y points down): float (2, 2)."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[cosine, sine], [-sine, cosine]])


@cache
def _spline(count: int, closed: bool, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """For every stretch between two points the four points around it (m, 4), and their weights (steps, 4)."""
    if closed:
        near = (np.arange(count)[:, None] + [-1, 0, 1, 2]) % count
    else:
        near = np.clip(np.arange(count - 1)[:, None] + [-1, 0, 1, 2], 0, count - 1)
    t = np.linspace(0, 1, steps, endpoint=False)
    cubes = np.column_stack([2 * t**2 - t - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2])
    return near, cubes / 2
