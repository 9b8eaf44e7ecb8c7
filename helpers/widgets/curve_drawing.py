"""Curves as SVG text, for widgets that redraw them often: a drawing takes about a millisecond."""

from __future__ import annotations

import base64
import html
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpers.plotting.figures import COLOURS, EPOCHS

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
    values : sequence of float
        (points,). A value that is not finite leaves a gap.
    label : str
        Written beside the last point; '' for none.
    colour : str
        An SVG colour, best of ``figures.COLOURS``.
    dashed : bool
        False: solid with round markers (training); True: dashed with square ones (validation).
    x : sequence of float, optional
        (points,); by default 1, 2, 3 and so on, the epochs.
    band : (sequence of float, sequence of float), optional
        Lower and upper edge of a shaded band, each (points,).
    markers : bool
        False leaves the markers out, for curves of many points.
    """

    values: Sequence[float]
    label: str = ""
    colour: str = COLOURS[0]
    dashed: bool = False
    x: Sequence[float] | None = None
    band: tuple[Sequence[float], Sequence[float]] | None = None
    markers: bool = True

    @property
    def places(self) -> np.ndarray:
        """The points' places on the horizontal axis, float (points,)."""
        return np.arange(1, len(self.values) + 1, dtype=float) if self.x is None else np.asarray(self.x, dtype=float)


@dataclass(frozen=True)
class Panel:
    """One pair of axes with its curves.

    Attributes
    ----------
    quantity : str
        What the vertical axis shows, with its unit; written above it.
    lines : sequence of Line
    x_label : str
    x_range, y_range : (float, float), optional
        By default as wide as the curves.
    x_step : float, optional
        Distance of the numbers on the horizontal axis; by default whole numbers, ten at most.
    marks : sequence of (float, str)
        Vertical lines, each at a place on the horizontal axis and with a word at its top.
    """

    quantity: str
    lines: Sequence[Line]
    x_label: str = EPOCHS
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    x_step: float | None = None
    marks: Sequence[tuple[float, str]] = ()


def draw(panels: Sequence[Panel], *, width: int = 780, height: int = 270) -> str:
    """Draw panels side by side.

    Parameters
    ----------
    panels : sequence of Panel
        At least one.
    width, height : int
        Pixels of the whole drawing.

    Returns
    -------
    str
        An ``<svg>`` element without text alternative; ``shell.as_figure`` and :func:`as_still` add one.

    Raises
    ------
    ValueError
        If there is no panel, or a line has another number of places than of values.
    """
    if not panels:
        raise ValueError("there are no panels; expected at least one curve_drawing.Panel.")
    each = width / len(panels)
    drawn = "".join(
        f'<g transform="translate({_short(index * each)} 0)">{_panel(panel, each, height)}</g>'
        for index, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'style="max-width: 100%" font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" fill="{INK}">'
        f'<rect width="{width}" height="{height}" fill="white"/>{drawn}</svg>'
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

    Parameters
    ----------
    values : sequence of float
        May be empty.
    within : (float, float)
        The lowest and highest number that the range may hold.

    Returns
    -------
    (float, float)
        ``(0.0, 1.0)`` if no value is finite.
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
    for line in panel.lines:
        if len(line.places) != len(line.values):
            raise ValueError(f"line {line.label!r} has {len(line.places)} places for {len(line.values)} values.")
    names = {line.label: textwrap.wrap(line.label, _WRAP) for line in panel.lines if line.label}
    longest = max((len(row) for rows in names.values() for row in rows), default=0)
    above = 44 + _ROW * max(0, len(panel.marks) - 1)
    left, right, top, bottom = 46, width - 16 - longest * _LETTER, above, height - 40
    x_range = panel.x_range or _x_range(panel.lines)
    y_range = panel.y_range or nice_range([value for line in panel.lines for value in line.values])
    to_x, to_y = _scale(x_range, (left, right)), _scale(y_range, (bottom, top))
    parts = [_axes(panel, (left, right, top, bottom), x_range, y_range, to_x, to_y)]
    ends = []
    for line in panel.lines:
        points = _points(line, to_x, to_y)
        parts.append(_line(line, points, to_x, to_y))
        last = [point for point in points if point is not None]
        if line.label and last:
            ends.append((last[-1], names[line.label], line.colour))
    for row, (place, word) in enumerate(panel.marks):
        tip = top - 8 - row * _ROW
        at = _short(to_x(place))
        anchor = "end" if to_x(place) > (left + right) / 2 else "start"
        parts.append(
            f'<path d="M{at} {bottom}V{tip}" stroke="{INK}" stroke-width="1.5" stroke-dasharray="2 3"/>'
            f'<text x="{at}" y="{tip - 4}" text-anchor="{anchor}">{html.escape(word)}</text>'
        )
    parts.append(_names(ends, top, bottom))
    return "".join(parts)


def _axes(panel: Panel, box: tuple, x_range: tuple, y_range: tuple, to_x, to_y) -> str:
    left, right, top, bottom = box
    parts = [f'<text x="4" y="15" font-size="12">{html.escape(panel.quantity)}</text>']
    for tick in _ticks(y_range, _step(y_range[1] - y_range[0], 4)):
        y = _short(to_y(tick))
        parts.append(f'<path d="M{left} {y}H{_short(right)}" stroke="{GRID}"/>')
        parts.append(f'<text x="{left - 6}" y="{y}" dy="4" text-anchor="end">{_number(tick)}</text>')
    step = panel.x_step or max(1.0, _step(x_range[1] - x_range[0], max(2, int((right - left) / 45))))
    for tick in _ticks(x_range, step):
        x = _short(to_x(tick))
        parts.append(f'<path d="M{x} {bottom}v4" stroke="{INK}"/>')
        parts.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{_number(tick)}</text>')
    parts.append(f'<path d="M{left} {top}V{bottom}H{_short(right)}" fill="none" stroke="{INK}"/>')
    middle = _short((left + right) / 2)
    parts.append(f'<text x="{middle}" y="{bottom + 33}" text-anchor="middle">{html.escape(panel.x_label)}</text>')
    return "".join(parts)


def _line(line: Line, points: list, to_x, to_y) -> str:
    parts = []
    if line.band is not None:
        low, high = (
            [f"{_short(to_x(x))} {_short(to_y(y))}" for x, y in zip(line.places, edge, strict=True) if np.isfinite(y)]
            for edge in line.band
        )
        if low:
            parts.append(f'<path d="M{"L".join(high + low[::-1])}Z" fill="{line.colour}" fill-opacity="0.18"/>')
    path, pen = "", "M"
    for point in points:
        if point is not None:
            path += f"{pen}{_short(point[0])} {_short(point[1])}"
        pen = "M" if point is None else "L"
    dashes = ' stroke-dasharray="6 4"' if line.dashed else ""
    if path:
        parts.append(f'<path d="{path}" fill="none" stroke="{line.colour}" stroke-width="1.8"{dashes}/>')
    there = [point for point in points if point is not None]
    for x, y in there[:: max(1, math.ceil(len(there) / _MARKERS))] if line.markers else ():
        if line.dashed:
            parts.append(f'<rect x="{_short(x - 3)}" y="{_short(y - 3)}" width="6" height="6" fill="{line.colour}"/>')
        else:
            parts.append(f'<circle cx="{_short(x)}" cy="{_short(y)}" r="3" fill="{line.colour}"/>')
    return "".join(parts)


def _names(ends: list, top: float, bottom: float) -> str:
    """Write the names beside the ends of their lines, one below the other, none out of the picture."""
    parts, lowest = [], top - _ROW
    remaining = sum(len(rows) * _ROW + _GAP for _, rows, _ in ends)
    for (x, y), rows, colour in sorted(ends, key=lambda end: end[0][1]):
        block = len(rows) * _ROW
        first = min(max(y - block / 2, lowest), bottom + _ROW - remaining)
        lowest, remaining = first + block + _GAP, remaining - block - _GAP
        middle = _short(first + block / 2)
        parts.append(f'<path d="M{_short(x + 4)} {_short(y)}L{_short(x + 11)} {middle}" stroke="{colour}"/>')
        for row, text in enumerate(rows):
            at = _short(first + (row + 0.8) * _ROW)
            parts.append(f'<text x="{_short(x + 14)}" y="{at}" fill="{colour}">{html.escape(text)}</text>')
    return "".join(parts)


def _points(line: Line, to_x, to_y) -> list[tuple[float, float] | None]:
    values = np.asarray(line.values, dtype=float)
    return [
        (to_x(x), to_y(y)) if math.isfinite(y) else None
        for x, y in zip(line.places.tolist(), values.tolist(), strict=True)
    ]


def _x_range(lines: Sequence[Line]) -> tuple[float, float]:
    places = [place for line in lines for place in line.places]
    low, high = (min(places), max(places)) if places else (1.0, 2.0)
    return low, max(high, low + 1)


def _scale(values: tuple[float, float], pixels: tuple[float, float]):
    """The function from a value to its pixel; what lies outside stays at the edge."""
    (low, high), (first, last) = values, pixels
    span = (high - low) or 1.0
    return lambda value: first + (last - first) * min(max((value - low) / span, 0.0), 1.0)


def _step(span: float, count: int) -> float:
    """The round step, 1, 2 or 5 times a power of ten, that divides `span` into `count` parts or fewer."""
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _ticks(ends: tuple[float, float], step: float) -> list[float]:
    first, last = math.ceil(ends[0] / step - 1e-6), math.floor(ends[1] / step + 1e-6)
    return [number * step for number in range(first, last + 1)]


def _number(value: float) -> str:
    return f"{value:.6g}"


def _short(pixels: float) -> str:
    return f"{pixels:.1f}".removesuffix(".0")
