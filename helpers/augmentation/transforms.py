"""What `ImageDataGenerator` does to one photo: the same picture as Keras', to within rounding, and where it came from.

Source: ``keras/src/legacy/preprocessing/image.py``, ``ImageDataGenerator.apply_transform``. The fill modes are
those of ``scipy.ndimage.affine_transform``, which Keras calls once per channel; here all three are done at once.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageEnhance

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


def check_fill_mode(fill_mode: str) -> None:
    """ValueError, which lists the modes, if Keras has no such `fill_mode`."""
    if fill_mode not in FILL_MODES:
        raise ValueError(f"fill_mode is {fill_mode!r}; expected one of {', '.join(FILL_MODES)}.")


def affine(parameters: dict, shape: tuple[int, ...]) -> np.ndarray:
    """The matrix that takes (row, column, 1) of the result to the place in the photo where its colour comes from.

    Parameters
    ----------
    parameters : dict
        Any of ``theta`` and ``shear`` (degrees), ``tx`` and ``ty`` (pixels), ``zx`` and ``zy`` (factors).
    shape : tuple of int
        Height and width in pixels.

    Returns
    -------
    numpy.ndarray
        float64 (2, 3). As in Keras, a photo that is not square turns about a point off its centre.
    """
    theta, shear = np.deg2rad(parameters.get("theta", 0)), np.deg2rad(parameters.get("shear", 0))
    turn = np.array([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])
    shift = np.array([[1, 0, parameters.get("tx", 0)], [0, 1, parameters.get("ty", 0)], [0, 0, 1]])
    slant = np.array([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
    zoom = np.diag([parameters.get("zx", 1), parameters.get("zy", 1), 1.0])
    centre = np.array([[1, 0, shape[0] / 2 - 0.5], [0, 1, shape[1] / 2 - 0.5], [0, 0, 1]])
    swapped = centre @ (turn @ shift @ slant @ zoom) @ np.linalg.inv(centre)
    return swapped[[1, 0]][:, [1, 0, 2]]


def transform(photo: np.ndarray, parameters: dict, fill_mode: str = "nearest", cval: float = 0.0) -> np.ndarray:
    """What Keras' ``apply_transform`` makes of a photo, to within rounding.

    Parameters
    ----------
    photo : numpy.ndarray
        uint8 or float (height, width, channels), 0–255, at least 2 pixels each way.
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
    pixels = np.ascontiguousarray(photo, dtype=np.float32)
    matrix = affine(parameters, pixels.shape)
    if not np.array_equal(matrix, np.eye(2, 3)):
        pixels = _resample(pixels, matrix, fill_mode, cval)
    level = parameters.get("channel_shift_intensity")
    if level is not None:
        pixels = np.clip(pixels + np.float32(level), pixels.min(), pixels.max())
    pixels = _flipped(pixels, parameters)
    factor = parameters.get("brightness")
    if factor is not None:
        picture = Image.fromarray(np.ascontiguousarray(pixels.astype(np.uint8)))
        pixels = np.asarray(ImageEnhance.Brightness(picture).enhance(factor), dtype=np.float32)
    return pixels


def invented(parameters: dict, shape: tuple[int, ...]) -> np.ndarray:
    """Which pixels of a result have their source outside the photo: bool (height, width)."""
    rows, columns = _sources(affine(parameters, shape), shape)
    # A millionth of a pixel outside is rounding, as after a turn by 90 degrees.
    outside = (rows < -1e-6) | (rows > shape[0] - 1 + 1e-6) | (columns < -1e-6) | (columns > shape[1] - 1 + 1e-6)
    return _flipped(outside, parameters)


def _resample(pixels: np.ndarray, matrix: np.ndarray, fill_mode: str, cval: float) -> np.ndarray:
    """Bilinear interpolation of `pixels` at the places that `matrix` names."""
    height, width, channels = pixels.shape
    rows, columns = _sources(matrix, pixels.shape)
    above, down = _taps(rows, height, fill_mode)
    left, right = _taps(columns, width, fill_mode)
    flat = pixels.reshape(-1, channels)
    corner = (above * width + left).ravel()
    down, right = down.reshape(-1, 1), right.reshape(-1, 1)
    upper, lower = flat.take(corner, axis=0), flat.take(corner + width, axis=0)
    upper += right * (flat.take(corner + 1, axis=0) - upper)
    lower += right * (flat.take(corner + width + 1, axis=0) - lower)
    upper += down * (lower - upper)
    if fill_mode == "constant":
        outside = (rows < 0) | (rows > height - 1) | (columns < 0) | (columns > width - 1)
        upper[outside.ravel()] = cval
    return upper.reshape(pixels.shape)


def _sources(matrix: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Row and column in the photo for every pixel of the result: float64 (height, width) each."""
    row, column = np.arange(shape[0])[:, np.newaxis], np.arange(shape[1])
    return tuple((line[2] + line[0] * row) + line[1] * column for line in matrix)


def _taps(places: np.ndarray, size: int, fill_mode: str) -> tuple[np.ndarray, np.ndarray]:
    """The first of the two pixels to mix along one axis, and the second one's share (float32, 0–1)."""
    if fill_mode == "reflect":
        places = np.mod(places + 0.5, 2 * size)
        places = np.minimum(places, 2 * size - places) - 0.5
    elif fill_mode == "wrap":
        period = size - 1  # SciPy's: the first and the last pixel are taken for the same
        before, after = places < 0, places > period
        places = np.where(before, places + period * (np.floor(-places / period) + 1), places)
        places = np.where(after, places - period * np.floor(places / period), places)
    places = np.clip(places, 0, size - 1)
    first = np.minimum(places.astype(np.intp), size - 2)
    return first, (places - first).astype(np.float32)


def _flipped(pixels: np.ndarray, parameters: dict) -> np.ndarray:
    if parameters.get("flip_horizontal"):
        pixels = pixels[:, ::-1]
    return pixels[::-1] if parameters.get("flip_vertical") else pixels
