"""One affine transformation per image for a whole batch, in one compiled pass: what SciPy does to one channel.

Source: the fill modes and the bilinear interpolation are those of ``scipy.ndimage.affine_transform`` with
``order=1``, which ``ImageDataGenerator`` calls once per channel of every image.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
import tensorflow as tf


def matrices(
    parameters: Mapping[str, Any], count: Any, height: int, width: int, *, swap_axes: bool = False
) -> tf.Tensor:
    """Rotation · shift · shear · zoom about the centre, as ``ImageDataGenerator`` composes them.

    Parameters
    ----------
    parameters : mapping
        ``theta``, ``shear`` (degrees), ``tx``, ``ty`` (pixels), ``zx``, ``zy`` (factors): one number each, or one per
        image; what is missing stays as it is.
    count, height, width : int
        Number of images, and their size in pixels.
    swap_axes : bool
        Exchange the axes, as Keras 3 does.

    Returns
    -------
    tf.Tensor
        float64 (count, 2, 3): takes (row, column, 1) of a pixel of the result to the row and the column in the image
        that its colour comes from.
    """

    def value(name: str, default: float) -> tf.Tensor:
        given = parameters.get(name, default)
        if not tf.is_tensor(given):
            given = np.asarray(given, np.float64)  # TensorFlow would take numbers of Python for 32 bits
        return tf.broadcast_to(tf.cast(given, tf.float64), [count])

    theta, shear = value("theta", 0) * (math.pi / 180), value("shear", 0) * (math.pi / 180)
    tx, ty, zx, zy = value("tx", 0), value("ty", 0), value("zx", 1), value("zy", 1)
    cos, sin = tf.cos(theta), tf.sin(theta)
    a, b = cos * zx, -(cos * tf.sin(shear) + sin * tf.cos(shear)) * zy
    c, d = sin * zx, (cos * tf.cos(shear) - sin * tf.sin(shear)) * zy
    x, y = height / 2 - 0.5, width / 2 - 0.5
    down = cos * tx - sin * ty + x - (a * x + b * y)
    right = sin * tx + cos * ty + y - (c * x + d * y)
    rows = ((d, c, right), (b, a, down)) if swap_axes else ((a, b, down), (c, d, right))
    return tf.stack([tf.stack(row, axis=1) for row in rows], axis=1)


def places(affines: tf.Tensor, height: int, width: int, flips: Sequence[tf.Tensor]) -> tuple[tf.Tensor, ...]:
    """Where in the image each pixel of the result has its colour from, as sums of a part by row and one by column.

    Parameters
    ----------
    affines : tf.Tensor
        float64 (batch, 2, 3), from :func:`matrices`.
    height, width : int
        Size of the images, at least 2 pixels each way.
    flips : sequence of tf.Tensor
        Two, bool (batch,) each: mirror the result top to bottom, left to right.

    Returns
    -------
    tuple of tf.Tensor
        For the row and then for the column that is looked up: whole pixels (int32) and fraction (float32, 0-1)
        by row of the result, (batch, height), then the same by column, (batch, width). They are split while
        they are float64, so that nothing is lost when the rest is done in 32 bits.
    """
    rows = tf.range(height, dtype=tf.float64)[tf.newaxis]
    columns = tf.range(width, dtype=tf.float64)[tf.newaxis]
    rows = tf.where(flips[0][:, tf.newaxis], rows[:, ::-1], rows)
    columns = tf.where(flips[1][:, tf.newaxis], columns[:, ::-1], columns)
    found = []
    for axis in (0, 1):
        found += _split(affines[:, axis, :1] * rows + affines[:, axis, 2:])
        found += _split(affines[:, axis, 1:2] * columns)
    return tuple(found)


def resample(
    images: tf.Tensor, at: Sequence[tf.Tensor], fill_mode: str, cval: float, scale: float | None = None
) -> tf.Tensor:
    """Every image, seen through its own affine matrix, with bilinear interpolation.

    Parameters
    ----------
    images : tf.Tensor
        uint8 or float (batch, height, width, channels).
    at : sequence of tf.Tensor
        From :func:`places`.
    fill_mode : str
        One of `helpers.augmentation.transforms.FILL_MODES`.
    cval : float
        Value of `images` where ``'constant'`` finds nothing.
    scale : float, optional
        Factor on every value of the result.

    Returns
    -------
    tf.Tensor
        float32 (batch, height, width, channels), in the range of `images` times `scale`.
    """
    return _compiled_gather(fill_mode, cval, scale, images.dtype, *images.shape[1:])(images, *at)


def _split(place: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Whole part (int32) and fraction (float32, 0-1) of float64 places."""
    whole = tf.floor(place)
    return tf.cast(whole, tf.int32), tf.cast(place - whole, tf.float32)


def compiled(function: Callable) -> Callable:
    """`function` as a graph, compiled by XLA where this TensorFlow can."""
    return tf.function(function, jit_compile=has_compiler(), reduce_retracing=True)


@cache
def _compiled_gather(
    fill_mode: str, cval: float, scale: float | None, *kind_of_images: Any
) -> Callable[..., tf.Tensor]:
    """One graph for each setting and kind of images, which serves every size of a batch."""
    return compiled(partial(_gather, fill_mode, cval, scale))


@cache
def has_compiler() -> bool:
    """Whether this TensorFlow can compile with XLA; some builds for Windows cannot, and are slower for it."""
    try:
        with tf.init_scope():
            tf.function(lambda x: x + 1, jit_compile=True)(tf.constant(1.0))
    except (tf.errors.UnimplementedError, tf.errors.NotFoundError, tf.errors.InvalidArgumentError):
        return False
    return True


def _gather(fill_mode: str, cval: float, scale: float | None, images: tf.Tensor, *places: tf.Tensor) -> tf.Tensor:
    height, width, channels = images.shape[1:]
    row, down, no_row = _taps(*places[:4], height, fill_mode)
    column, right, no_column = _taps(*places[4:], width, fill_mode)
    pixels = tf.reshape(images, (-1, channels))
    first = tf.range(tf.shape(images)[0])[:, tf.newaxis, tf.newaxis] * (height * width) + row * width + column

    def tap(offset: int) -> tf.Tensor:
        return tf.cast(tf.gather(pixels, first + offset), tf.float32)

    down, right = down[..., tf.newaxis], right[..., tf.newaxis]
    upper_left, lower_left = tap(0), tap(width)
    upper = upper_left + right * (tap(1) - upper_left)
    lower = lower_left + right * (tap(width + 1) - lower_left)
    result = upper + down * (lower - upper)
    if fill_mode == "constant":
        result = tf.where((no_row | no_column)[..., tf.newaxis], tf.cast(cval, tf.float32), result)
    return result if scale is None else result * scale


def _taps(
    row_whole: tf.Tensor,
    row_part: tf.Tensor,
    column_whole: tf.Tensor,
    column_part: tf.Tensor,
    size: int,
    fill_mode: str,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Along one axis: the first of the two pixels to mix, the second one's share, and what lies outside."""
    whole = row_whole[:, :, tf.newaxis] + column_whole[:, tf.newaxis, :]
    part = row_part[:, :, tf.newaxis] + column_part[:, tf.newaxis, :]
    carry = part >= 1
    whole, part = whole + tf.cast(carry, tf.int32), tf.where(carry, part - 1, part)
    last = size - 1
    outside = (whole < 0) | (whole > last) | ((whole == last) & (part > 0))
    if fill_mode == "reflect":
        # Half a pixel beyond the edge the picture turns back: … 1 0 | 0 1 2.
        whole = tf.math.floormod(whole, 2 * size)
        back = whole >= size
        whole, part = tf.where(back, 2 * size - 2 - whole, whole), tf.where(back, 1 - part, part)
    elif fill_mode == "wrap":
        # SciPy's period is one pixel short: the first and the last are taken for the same. Of these two it
        # takes the last for a place that comes from the left, and for the last itself.
        end = (tf.math.floormod(whole, last) == 0) & (part == 0) & ((whole < 0) | (whole == last))
        whole = tf.where(end, last, tf.math.floormod(whole, last))
    before, beyond = whole < 0, whole > last - 1
    part = tf.where(before, 0.0, tf.where(beyond, 1.0, part))
    return tf.clip_by_value(whole, 0, last - 1), part, outside
