"""What `ImageDataGenerator` draws for a photo, what it makes of it, and which pixels it invents.

Source: ``keras/src/legacy/preprocessing/image.py``, ``get_random_transform`` and ``apply_transform``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator

FILL_MODES = ("nearest", "reflect", "wrap", "constant")
# One uniform number each, in the order in which Keras draws them.
DRAWS = (
    "theta",
    "tx",
    "ty",
    "shear",
    "zx",
    "zy",
    "flip_horizontal",
    "flip_vertical",
    "channel_shift_intensity",
    "brightness",
)
COLOURS = DRAWS[-2:]


def check_fill_mode(fill_mode: str) -> None:
    """ValueError, which lists the modes, if Keras has no such `fill_mode`."""
    if fill_mode not in FILL_MODES:
        raise ValueError(f"fill_mode is {fill_mode!r}; expected one of {', '.join(FILL_MODES)}.")


def draw_parameters(settings: Any, uniforms: Mapping[str, Any], height: int, width: int) -> dict[str, Any]:
    """What ``get_random_transform`` would return for these random numbers: of one photo, or of a batch.

    Parameters
    ----------
    settings : Augmentation or RandomTransform
        Whatever has the arguments of ``ImageDataGenerator`` as attributes.
    uniforms : mapping of str to float, or to tf.Tensor (batch,)
        From 0 to below 1, one for each of `DRAWS`; where a shift is a choice of pixels, ``tx_sign`` and ``ty_sign`` as
        well. Keras draws no number for a parameter that is off; here each keeps its own, so that one slider changes
        nothing but its own effect.
    height, width : int
        Of the photos, in pixels.

    Returns
    -------
    dict
        Keys as in `DRAWS`: degrees, pixels, factors, truth values; None where a colour stays.
    """
    u, zoom, level = uniforms, settings.zoom_range, settings.channel_shift_range
    if np.ndim(zoom) == 0:
        zoom = (1 - zoom, 1 + zoom)
    return {
        "theta": _either_way(settings.rotation_range, u["theta"]),
        "tx": _shift(settings.height_shift_range, height, u["tx"], u.get("tx_sign")),
        "ty": _shift(settings.width_shift_range, width, u["ty"], u.get("ty_sign")),
        "shear": _either_way(settings.shear_range, u["shear"]),
        "zx": _between(*zoom, u["zx"]),
        "zy": _between(*zoom, u["zy"]),
        "flip_horizontal": (u["flip_horizontal"] < 0.5) & settings.horizontal_flip,
        "flip_vertical": (u["flip_vertical"] < 0.5) & settings.vertical_flip,
        "channel_shift_intensity": _either_way(level, u["channel_shift_intensity"]) if level else None,
        "brightness": _between(*settings.brightness_range, u["brightness"]) if settings.brightness_range else None,
    }


def transform(photo: np.ndarray, parameters: dict, fill_mode: str = "nearest", cval: float = 0.0) -> np.ndarray:
    """What Keras' ``apply_transform`` makes of a photo.

    Parameters
    ----------
    photo : numpy.ndarray
        uint8 or float (height, width, channels), 0–255.
    parameters : dict
        ``theta``, ``shear``: degrees; ``tx``, ``ty``: pixels; ``zx``, ``zy``: factors; ``flip_horizontal``,
        ``flip_vertical``: bool; ``channel_shift_intensity``: levels of 255 or None; ``brightness``: factor
        or None. What is missing stays as it is.
    fill_mode : str
        One of `FILL_MODES`.
    cval : float
        Level, 0–255, for ``'constant'``.

    Returns
    -------
    numpy.ndarray
        float32, the shape of `photo`, 0–255; rescaling would come after this.

    Raises
    ------
    ValueError
        If `fill_mode` is none of Keras'.
    """
    check_fill_mode(fill_mode)
    return ImageDataGenerator(fill_mode=fill_mode, cval=cval).apply_transform(photo.astype(np.float32), parameters)


def invented(parameters: dict, shape: tuple[int, ...]) -> np.ndarray:
    """Which pixels of a result have their source outside the photo: bool (height, width).

    Parameters
    ----------
    parameters : dict
        As for :func:`transform`.
    shape : tuple of int
        Height and width of the photo in pixels, and possibly more.

    Examples
    --------
    A shift by 30 pixels leaves a fifth of 150 to be invented, on the right:

    >>> mask = invented({"tx": 30}, (150, 150))
    >>> float(mask.mean()), bool(mask[:, 120:].all())
    (0.2, True)
    """
    # One pixel of frame around the photo: what the transform moves in from beyond the photo's edge is above 0. A
    # millionth is rounding, as after a turn by 90 degrees.
    beyond = np.pad(np.zeros((*shape[:2], 1), np.float32), ((1, 1), (1, 1), (0, 0)), constant_values=1)
    moves = {name: value for name, value in parameters.items() if name not in COLOURS}
    return transform(beyond, moves, "constant", 1)[1:-1, 1:-1, 0] > 1e-6


def _between(low: float, high: float, uniform: Any) -> Any:
    return low + (high - low) * uniform


def _either_way(limit: float, uniform: Any) -> Any:
    return _between(-limit, limit, uniform)


def _shift(limit: float | Sequence[float], size: int, uniform: Any, sign: tf.Tensor | None) -> Any:
    """Pixels along an axis of `size` pixels, by Keras' rules for fractions, pixels, whole numbers and lists."""
    unit = size if np.max(limit) < 1 else 1
    if np.ndim(limit) == 0 and (not isinstance(limit, int) or limit == 0):
        return _either_way(limit, uniform) * unit
    choices = unit * np.asarray(range(limit) if np.ndim(limit) == 0 else limit, dtype=np.float64)
    chosen = tf.gather(choices, tf.cast(uniform * len(choices), tf.int32))
    return tf.where(sign < 0.5, -chosen, chosen)
