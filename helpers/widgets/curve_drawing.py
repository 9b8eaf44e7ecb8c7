"""Curves as SVG text, for widgets that redraw them often: a drawing takes about a millisecond."""

from __future__ import annotations

import base64
import html
import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from helpers.plotting.figures import COLOURS, EPOCHS

WIDTH = 780  # pixels of a whole drawing
INK, GRID = "#333333", "#DDDDDD"
_LETTER, _ROW = 6.9, 14  # pixels of a letter and of a row of text, both on the generous side
_GAP = 3  # pixels between two names
_WRAP = 18  # letters in a row of a line's name
_MARKERS = 12  # as many on a line at most


@dataclass(frozen=True)
class Line:
    """One curve.

    Attributes
    ----------
    x, y : sequence of float
        (points,) each. A `y` that is not finite leaves a gap.
    label : str
        Written beside the last point; '' for none.
    colour : str
        An SVG colour, best of ``figures.COLOURS``.
    dashed : bool
        False: solid with round markers (training); True: dashed with square ones (validation).
    band : (sequence of float, sequence of float), optional
        Lower and upper edge of a shaded band, each (points,).
    markers : bool
        False leaves the markers out, for curves of many points.
    """

    x: Sequence[float]
    y: Sequence[float]
    label: str = ""
    colour: str = COLOURS[0]
    dashed: bool = False
    band: tuple[Sequence[float], Sequence[float]] | None = None
    markers: bool = True


@dataclass(frozen=True)
class Panel:
    """One pair of axes with its curves.

    Attributes
    ----------
    quantity : str
        What the vertical axis shows, with its unit; written above it.
    lines : sequence of Line
    x_range, y_range : (float, float)
        Ends of the axes; what lies outside is drawn at the edge.
    x_label : str
    x_step : float, optional
        Distance of the numbers on the horizontal axis; by default whole numbers, as many as there is room for.
    marks : sequence of (float, str)
        Vertical lines, each at a place on the horizontal axis and with a word at its top.
    """

    quantity: str
    lines: Sequence[Line]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_label: str = EPOCHS
    x_step: float | None = None
    marks: Sequence[tuple[float, str]] = ()


def draw(panels: Sequence[Panel], height: int = 270) -> str:
    """Panels side by side, as an ``<svg>`` element of so many pixels' height.

    It has no text alternative; ``shell.as_figure`` and :func:`as_still` add one.
    """
    each = WIDTH / len(panels)
    drawn = "".join(
        f'<g transform="translate({_short(index * each)} 0)">{_panel(panel, each, height)}</g>'
        for index, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'style="max-width: 100%" font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" fill="{INK}">'
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>{drawn}</svg>'
    )


def as_still(svg: str, sentence: str) -> str:
    """HTML of a drawing that stays in a saved notebook, with `sentence` as its caption and text alternative.

    The drawing stands in an ``<img>``: JupyterLab and GitHub take ``<svg>`` out of notebooks that they do not trust.
    """
    text = html.escape(sentence)
    data = base64.b64encode(svg.encode()).decode()
    return (
        f'<figure style="margin: 0"><img alt="{text}" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption>{text}</figcaption></figure>"
    )


def nice_range(values: Sequence[float], *, within: tuple[float, float] = (-math.inf, math.inf)) -> tuple[float, float]:
    """A range of round numbers that holds all finite `values`, and none outside `within`.

    >>> nice_range([0.52, 0.97])
    (0.4, 1.0)
    >>> nice_range([])
    (0.0, 1.0)
    """
    finite = [value for value in map(float, values) if math.isfinite(value)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    step = _step(max(high - low, 1e-3 * max(abs(high), 1e-3)), 4)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if low == high:
        low, high = low - step, high + step
    return max(low, within[0]), min(high, within[1])


def _panel(panel: Panel, width: float, height: float) -> str:
    names = {line.label: textwrap.wrap(line.label, _WRAP) for line in panel.lines if line.label}
    longest = max((len(row) for rows in names.values() for row in rows), default=0)
    left, right = 46, width - 16 - longest * _LETTER
    top, bottom = 44 + _ROW * max(0, len(panel.marks) - 1), height - 40
    to_x, to_y = _scale(panel.x_range, (left, right)), _scale(panel.y_range, (bottom, top))
    parts = [_axes(panel, (left, right, top, bottom), to_x, to_y)]
    ends = []
    for line in panel.lines:
        x, y = to_x(line.x), to_y(line.y)
        if line.band is not None:
            low, high = ([_point(*at) for at in zip(x, to_y(edge), strict=True)] for edge in line.band)
            parts.append(f'<path d="M{"L".join(high + low[::-1])}Z" fill="{line.colour}" fill-opacity="0.18"/>')
        parts.append(_line(line, x, y))
        there = np.flatnonzero(np.isfinite(y))
        if line.label and len(there):
            ends.append((x[there[-1]], y[there[-1]], names[line.label], line.colour))
    for row, (place, word) in enumerate(panel.marks):
        tip, at = top - 8 - row * _ROW, float(to_x(place))
        anchor = "end" if at > (left + right) / 2 else "start"
        parts.append(
            f'<path d="M{_short(at)} {bottom}V{tip}" stroke="{INK}" stroke-width="1.5" stroke-dasharray="2 3"/>'
            f'<text x="{_short(at)}" y="{tip - 4}" text-anchor="{anchor}">{html.escape(word)}</text>'
        )
    parts.append(_names(ends, top, bottom))
    return "".join(parts)


def _axes(panel: Panel, box: tuple[float, float, float, float], to_x: Callable, to_y: Callable) -> str:
    left, right, top, bottom = box
    parts = [f'<text x="4" y="15" font-size="12">{html.escape(panel.quantity)}</text>']
    for tick in _ticks(panel.y_range, _step(panel.y_range[1] - panel.y_range[0], 4)):
        y = _short(to_y(tick))
        parts.append(f'<path d="M{left} {y}H{_short(right)}" stroke="{GRID}"/>')
        parts.append(f'<text x="{left - 6}" y="{y}" dy="4" text-anchor="end">{tick:.6g}</text>')
    room = max(2, int((right - left) / 45))
    for tick in _ticks(panel.x_range, panel.x_step or max(1.0, _step(panel.x_range[1] - panel.x_range[0], room))):
        x = _short(to_x(tick))
        parts.append(f'<path d="M{x} {bottom}v4" stroke="{INK}"/>')
        parts.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{tick:.6g}</text>')
    parts.append(f'<path d="M{left} {top}V{bottom}H{_short(right)}" fill="none" stroke="{INK}"/>')
    middle = _short((left + right) / 2)
    parts.append(f'<text x="{middle}" y="{bottom + 33}" text-anchor="middle">{html.escape(panel.x_label)}</text>')
    return "".join(parts)


def _line(line: Line, x: np.ndarray, y: np.ndarray) -> str:
    """The curve and its markers at pixels `x`, `y`, float (points,) each."""
    path, pen, there = "", "M", []
    for point in zip(x, y, strict=True):
        if math.isfinite(point[1]):
            path += f"{pen}{_point(*point)}"
            there.append(point)
        pen = "L" if math.isfinite(point[1]) else "M"
    dashes = ' stroke-dasharray="6 4"' if line.dashed else ""
    parts = [f'<path d="{path}" fill="none" stroke="{line.colour}" stroke-width="1.8"{dashes}/>'] if path else []
    for x, y in there[:: max(1, math.ceil(len(there) / _MARKERS))] if line.markers else ():
        if line.dashed:
            parts.append(f'<rect x="{_short(x - 3)}" y="{_short(y - 3)}" width="6" height="6" fill="{line.colour}"/>')
        else:
            parts.append(f'<circle cx="{_short(x)}" cy="{_short(y)}" r="3" fill="{line.colour}"/>')
    return "".join(parts)


def _names(ends: list[tuple[float, float, list[str], str]], top: float, bottom: float) -> str:
    """Write the names beside the ends of their lines, one below the other, none out of the picture."""
    parts, lowest = [], top - _ROW
    remaining = sum(len(rows) * _ROW + _GAP for _, _, rows, _ in ends)
    for x, y, rows, colour in sorted(ends, key=lambda end: end[1]):
        block = len(rows) * _ROW
        first = min(max(y - block / 2, lowest), bottom + _ROW - remaining)
        lowest, remaining = first + block + _GAP, remaining - block - _GAP
        parts.append(f'<path d="M{_point(x + 4, y)}L{_point(x + 11, first + block / 2)}" stroke="{colour}"/>')
        for row, text in enumerate(rows):
            at = _short(first + (row + 0.8) * _ROW)
            parts.append(f'<text x="{_short(x + 14)}" y="{at}" fill="{colour}">{html.escape(text)}</text>')
    return "".join(parts)


def _scale(values: tuple[float, float], pixels: tuple[float, float]) -> Callable:
    """The function from values to pixels; what lies outside stays at the edge."""
    (low, high), (first, last) = values, pixels

    def to_pixels(value: float | Sequence[float]) -> np.ndarray:
        value = np.asarray(value, dtype=float)
        inside = np.clip((value - low) / (high - low), 0.0, 1.0)
        return np.where(np.isfinite(value), first + (last - first) * inside, np.nan)

    return to_pixels


def _step(span: float, count: int) -> float:
    """The round step, 1, 2 or 5 times a power of ten, that divides `span` into `count` parts or fewer."""
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _ticks(ends: tuple[float, float], step: float) -> list[float]:
    first, last = math.ceil(ends[0] / step - 1e-6), math.floor(ends[1] / step + 1e-6)
    return [number * step for number in range(first, last + 1)]


def _point(x: float, y: float) -> str:
    return f"{_short(x)} {_short(y)}"


def _short(pixels: float) -> str:
    return f"{pixels:.1f}".removesuffix(".0")
