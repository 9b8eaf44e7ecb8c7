"""Figures of photos, and of what a network gets right and wrong with them.

Every function returns a figure and shows nothing; ``helpers.plotting.figures.show`` puts it into a notebook.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

from helpers.plotting.figures import COLOURS, EPOCHS, WIDTH, fractions, new_figure


def photo_grid(
    images: Iterable, titles: Sequence[str] | None = None, *, columns: int = 6, title: str | None = None
) -> Figure:
    """Photos side by side in rows.

    Parameters
    ----------
    images : iterable of array or path
        Each uint8 0–255 or float 0–1, of shape (height, width, 3), (height, width, 4),
        (height, width, 1) or (height, width), or the path of an image file. Sizes may differ.
    titles : sequence of str, optional
        One for each photo, drawn above it.
    columns : int
        Photos in a row.
    title : str, optional
        Title of the whole figure.

    Raises
    ------
    ValueError
        If there is no photo, one has the wrong shape or value range (no ``rescale``?), or
        there are not as many titles as photos.
    """
    pictures = _pictures(images)
    titles = [""] * len(pictures) if titles is None else [str(text) for text in titles]
    if not pictures or len(titles) != len(pictures):
        raise ValueError(f"there are {len(pictures)} photos and {len(titles)} titles; expected a title for each photo.")
    if columns < 1:
        raise ValueError(f"columns is {columns}; expected at least 1.")
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    side = WIDTH / max(columns, 4)
    titles = [textwrap.fill(text, int(side * 12)) for text in titles]
    lines = max((1 + text.count("\n") for text in titles if text), default=0)
    figure = new_figure(rows * (side + 0.17 * lines) + (0.4 if title else 0), side * columns)
    cells = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in cells:
        axes.set_axis_off()
    for axes, picture, text in zip(cells, pictures, titles, strict=False):
        axes.imshow(picture)
        axes.set_anchor("N")
        axes.set_title(text, fontsize=9, pad=3)
    if title:
        figure.suptitle(title)
    return figure


def before_after(
    original: object,
    changed: Iterable,
    *,
    titles: Sequence[str] | None = None,
    columns: int = 6,
) -> Figure:
    """A photo, framed and labelled "original", followed by changed versions of it.

    Parameters
    ----------
    original : array or path
        As one of the images of :func:`photo_grid`.
    changed : iterable of array or path
        As the images of :func:`photo_grid`.
    titles : sequence of str, optional
        One for each changed version; by default they are numbered.
    columns : int
        As in :func:`photo_grid`; the original takes the first place.

    Raises
    ------
    ValueError
        As :func:`photo_grid`.
    """
    versions = _pictures(changed)
    names = [f"version {number}" for number in range(1, len(versions) + 1)] if titles is None else list(titles)
    figure = photo_grid([*_pictures([original]), *versions], ["original", *names], columns=columns)
    first = figure.axes[0]
    first.set_axis_on()
    first.set(xticks=[], yticks=[])
    first.title.set(color=COLOURS[0], fontweight="bold")
    first.spines[:].set(color=COLOURS[0], linewidth=4)
    return figure


def most_wrong(
    images: Sequence,
    labels: Sequence[int],
    probabilities: Sequence[float],
    class_names: Sequence[str],
) -> Figure:
    """The eight photos that a network with one sigmoid output gets wrong most surely, the surest first.

    Parameters
    ----------
    images : sequence of array or path
        As in :func:`photo_grid`.
    labels : sequence of int
        True classes, 0 or 1.
    probabilities : sequence of float
        Output of the network, the probability of class 1: 0–1, of shape (photos,) or
        (photos, 1). Above 0.5 counts as class 1.
    class_names : sequence of str
        Names of class 0 and class 1.

    Returns
    -------
    matplotlib.figure.Figure
        If no photo is wrong, the figure says so.

    Raises
    ------
    ValueError
        If the lengths differ, `class_names` are not two, or values are out of range.
    """
    if len(class_names) != 2:
        raise ValueError(f"class_names is {list(class_names)}; expected two, for a network with one sigmoid output.")
    labels = class_numbers(labels, "labels", class_names)
    probabilities = fractions(probabilities, "probabilities").ravel()
    if not len(images) == len(labels) == len(probabilities):
        raise ValueError(
            f"there are {len(images)} images, {len(labels)} labels and {len(probabilities)} probabilities; "
            "expected the same number of each."
        )
    predicted = (probabilities > 0.5).astype(int)
    wrong = np.flatnonzero(predicted != labels)
    if not len(wrong):
        figure = new_figure(1.2)
        text = f"Nothing is wrong: all {len(labels)} photos are right."
        figure.text(0.5, 0.5, text, ha="center", va="center", size=14)
        return figure
    worst = sorted(wrong, key=lambda index: -abs(probabilities[index] - labels[index]))[:8]
    sure = np.where(predicted == 1, probabilities, 1 - probabilities)
    titles = [f"{class_names[labels[i]]}, taken for {class_names[predicted[i]]} ({sure[i]:.0%})" for i in worst]
    title = f"{len(wrong)} of {len(labels)} photos are wrong; the most confident mistakes first"
    return photo_grid([images[index] for index in worst], titles, columns=4, title=title)


def plot_individuals(accuracy: np.ndarray, names: Sequence[str], *, title: str | None = None) -> Figure:
    """Heat map of the accuracy on each individual, epoch by epoch.

    Rows are grouped by class, which is the name without its number (``'horse1'``: ``'horse'``),
    and sorted by number.

    Parameters
    ----------
    accuracy : numpy.ndarray
        float (epochs, individuals), 0–1: fraction of an individual's photos that were right.
    names : sequence of str
        The individuals, in the order of the columns of `accuracy`.
    title : str, optional

    Raises
    ------
    ValueError
        If the shapes do not fit, or a value lies outside 0–1.
    """
    accuracy = fractions(accuracy, "accuracy")
    if accuracy.ndim != 2 or accuracy.shape[1] != len(names):
        raise ValueError(
            f"accuracy has the shape {accuracy.shape}; expected (epochs, {len(names)}), a column for each name."
        )
    order = sorted(range(len(names)), key=lambda column: _class_and_number(names[column]))
    epochs, rows = accuracy.shape
    figure = new_figure(max(3.2, 1.6 + 0.26 * rows))  # room for the colour bar's label
    axes = figure.subplots()
    image = axes.imshow(
        accuracy[:, order].T,
        cmap="cividis",
        vmin=0,
        vmax=1,
        aspect="auto",
        interpolation="nearest",
        extent=(0.5, epochs + 0.5, rows - 0.5, -0.5),
    )
    axes.set_yticks(range(rows), [names[column] for column in order])
    classes = [_class_and_number(names[column])[0] for column in order]
    for row in range(1, rows):
        if classes[row] != classes[row - 1]:
            axes.axhline(row - 0.5, color="white", linewidth=4)
    axes.tick_params(length=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.set(xlabel=EPOCHS, ylabel="individual", title=title or "Accuracy on each individual")
    figure.colorbar(image, ax=axes, label="accuracy (fraction of its photos)", pad=0.02)
    return figure


def plot_confusion(labels: np.ndarray, predicted: np.ndarray, class_names: Sequence[str]) -> Figure:
    """Table of true against predicted classes: counts, and percentages of each row.

    Parameters
    ----------
    labels, predicted : array
        int (photos,) or (photos, 1); class numbers from 0, not probabilities.
    class_names : sequence of str
        By class number.

    Raises
    ------
    ValueError
        If lengths differ, there is no photo, or a value is no class number.
    """
    labels = class_numbers(labels, "labels", class_names)
    predicted = class_numbers(predicted, "predicted", class_names)
    if len(labels) != len(predicted):
        raise ValueError(f"there are {len(labels)} labels and {len(predicted)} predictions; expected the same number.")
    size = len(class_names)
    counts = np.bincount(labels * size + predicted, minlength=size * size).reshape(size, size)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = new_figure(1.6 + 1.1 * size, 2.6 + 1.5 * size)
    axes = figure.subplots()
    image = axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, column in np.ndindex(size, size):
        axes.text(
            column,
            row,
            f"{counts[row, column]}\n{share[row, column]:.1%}",
            ha="center",
            va="center",
            size=13,
            color="white" if share[row, column] > 0.6 else "black",
        )
    axes.set_xticks(range(size), class_names)
    axes.set_yticks(range(size), class_names)
    right = np.mean(labels == predicted)
    axes.set(xlabel="predicted class", ylabel="true class", title=f"{right:.1%} of {len(labels)} photos right")
    figure.colorbar(image, ax=axes, label="fraction of the row, 0–1")
    return figure


def class_numbers(values: object, name: str, class_names: Sequence[str]) -> np.ndarray:
    """`values` as int (photos,); ValueError, which calls them `name`, if one is no class number."""
    values = np.asarray(values).ravel()
    whole = values.astype(int) if values.size and np.all(np.isfinite(values)) else values
    if not values.size or np.any(whole != values) or whole.min() < 0 or whole.max() >= len(class_names):
        raise ValueError(
            f"{name} holds {np.unique(values)[:5].tolist()}; expected class numbers from 0 to {len(class_names) - 1}. "
            "Turn probabilities p into class numbers with (p > 0.5).astype(int)."
        )
    return whole


def _class_and_number(name: str) -> tuple[str, int]:
    stem, number = re.fullmatch(r"(.*?)(\d*)", name, re.DOTALL).groups()
    return stem, int(number or 0)


def _pictures(images: Iterable) -> list[np.ndarray]:
    one = isinstance(images, np.ndarray) and images.ndim < 4 and images.dtype != object
    if one or isinstance(images, (str, Path)):
        raise ValueError("this is one photo; expected several: put it into a list, as in [photo].")
    return [_picture(image, f"photo {number}") for number, image in enumerate(images, start=1)]


def _picture(image: object, name: str) -> np.ndarray:
    """The photo as uint8 (height, width, 3 or 4)."""
    if isinstance(image, (str, Path)):
        with Image.open(image) as opened:
            return np.asarray(opened.convert("RGB"))
    pixels = np.asarray(image)
    if pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 3, 4) or not pixels.size:
        raise ValueError(
            f"{name} has the shape {pixels.shape}; expected (height, width, channels) with 1, 3 or 4 channels."
        )
    whole = np.issubdtype(pixels.dtype, np.integer)
    low, high, top = pixels.min(), pixels.max(), 255 if whole else 1
    if not (low >= -1e-3 and high <= top + 1e-3):
        raise ValueError(
            f"{name} is {pixels.dtype} with values from {low:g} to {high:g}; expected 0–{top}. "
            "The likely cause is rescale: with ImageDataGenerator(rescale=1/255) photos are 0–1, without it 0–255."
        )
    if not whole:
        pixels = np.rint(np.clip(pixels, 0, 1) * 255)
    pixels = pixels.astype(np.uint8)
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
