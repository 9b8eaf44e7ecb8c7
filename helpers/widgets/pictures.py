"""Small pictures and sheets of them, made with Pillow: quick enough to be redrawn while a slider moves."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from helpers.sample.drawing import Pose, pet_photo

SIDE = 150  # pixels, as in the course
GAP = 6
LINE = 16  # pixels from one line of a caption to the next
EDGE = 1
FRAME = (150, 150, 150)
INK = (0, 0, 0)
PAPER = (255, 255, 255)


def drawn_cat(seed: int = 0, side: int = SIDE) -> np.ndarray:
    """A drawn photo of a cat: uint8 (side, side, 3); another seed draws another cat."""
    return np.asarray(pet_photo(np.random.default_rng(seed), "cat", Pose(), side))


def as_photo(photo: object, side: int = SIDE) -> np.ndarray:
    """Any photo as the lessons' networks get it: square, stretched where it was not.

    Parameters
    ----------
    photo : numpy.ndarray, PIL.Image.Image, str or pathlib.Path
        An array of shape (height, width, 3): integers 0–255, or floats 0–1 or 0–255; or an image; or the
        path of an image file.
    side : int
        Pixels.

    Returns
    -------
    numpy.ndarray
        uint8 (side, side, 3).

    Raises
    ------
    ValueError
        If an array has another shape or other values.
    """
    if isinstance(photo, (str, Path)):
        with Image.open(photo) as opened:
            picture = opened.convert("RGB")
    elif isinstance(photo, Image.Image):
        picture = photo.convert("RGB")
    else:
        picture = as_picture(_checked(np.asarray(photo)))
    if picture.size != (side, side):
        picture = picture.resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(picture)


def as_picture(pixels: np.ndarray) -> Image.Image:
    """`pixels`, uint8 or float (height, width, 3) 0–255, as a picture."""
    return Image.fromarray(_as_bytes(pixels))


def letter(text: str, side: int = SIDE) -> np.ndarray:
    """One letter or digit in black on white, centred: uint8 (side, side, 3)."""
    picture = Image.new("RGB", (side, side), PAPER)
    font = font_of(round(0.8 * side))
    left, top, right, bottom = font.getbbox(text)
    corner = ((side - left - right) / 2, (side - top - bottom) / 2)
    ImageDraw.Draw(picture).text(corner, text, INK, font)
    return np.asarray(picture)


def hatched(pixels: np.ndarray, mask: np.ndarray, width: int = 4) -> np.ndarray:
    """The picture with black and white stripes where `mask` is true.

    Parameters
    ----------
    pixels : numpy.ndarray
        uint8 or float (height, width, 3), 0–255.
    mask : numpy.ndarray
        bool (height, width).
    width : int
        Pixels of one stripe, measured along a row.

    Returns
    -------
    numpy.ndarray
        uint8 (height, width, 3).
    """
    stripes = np.add.outer(np.arange(mask.shape[0]), np.arange(mask.shape[1])) // width % 2
    result = _as_bytes(pixels).copy()
    result[mask] = 255 * stripes[mask][:, np.newaxis].astype(np.uint8)
    return result


def sheet(
    pictures: Sequence[np.ndarray | None], captions: Sequence[str], columns: int, side: int = SIDE
) -> Image.Image:
    """Pictures in rows, each with its caption above it.

    Parameters
    ----------
    pictures : sequence of array or None
        uint8 or float (height, width, 3), 0–255, square; None leaves the place empty.
    captions : sequence of str
        One for each picture; lines are parted by ``\\n``.
    columns : int
        Pictures in a row.
    side : int
        Pixels of each picture on the sheet.

    Raises
    ------
    ValueError
        If the numbers of pictures and captions differ, or there is none.
    """
    if not pictures or len(pictures) != len(captions):
        raise ValueError(
            f"there are {len(pictures)} pictures and {len(captions)} captions; expected a caption for each picture."
        )
    rows = [range(start, min(start + columns, len(pictures))) for start in range(0, len(pictures), columns)]
    above = [LINE * max(1 + captions[index].count("\n") for index in row) for row in rows]
    size = (columns * (side + GAP) - GAP + 2 * EDGE, sum(above) + len(rows) * (side + GAP) - GAP + EDGE)
    paper = Image.new("RGB", size, PAPER)
    brush = ImageDraw.Draw(paper)
    top = 0
    for row, text_height in zip(rows, above, strict=True):
        for column, index in enumerate(row):
            left = EDGE + column * (side + GAP)
            paper.paste(_caption(captions[index]), (left, top))
            if pictures[index] is not None:
                tile = as_picture(pictures[index])
                if tile.size != (side, side):
                    tile = tile.resize((side, side), Image.Resampling.BILINEAR)
                over = top + text_height
                brush.rectangle((left - EDGE, over - EDGE, left + side, over + side), outline=FRAME)
                paper.paste(tile, (left, over))
        top += text_height + side + GAP
    return paper


def joined(parts: Sequence[Image.Image], *, below: bool = False, gap: int = 2 * GAP) -> Image.Image:
    """Pictures side by side, or one below the other, on white."""
    widths, heights = [part.width for part in parts], [part.height for part in parts]
    gaps = gap * (len(parts) - 1)
    size = (max(widths), sum(heights) + gaps) if below else (sum(widths) + gaps, max(heights))
    paper = Image.new("RGB", size, PAPER)
    place = 0
    for part in parts:
        paper.paste(part, (0, place) if below else (place, 0))
        place += gap + (part.height if below else part.width)
    return paper


def small_jpeg(picture: Image.Image) -> bytes:
    """`picture` in few bytes, for the still that a notebook keeps: about half those of `shell.as_jpeg`."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=50, optimize=True)
    return buffer.getvalue()


@cache
def font_of(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which Matplotlib brings along, at `size` pixels."""
    import matplotlib

    return ImageFont.truetype(str(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")), size)


@lru_cache(maxsize=256)
def _caption(text: str) -> Image.Image:
    """Small text on white; kept, since most captions stay when a picture changes."""
    font = font_of(12)
    lines = text.split("\n")
    strip = Image.new("RGB", (max(1, *(int(font.getlength(line)) + 1 for line in lines)), LINE * len(lines)), PAPER)
    for number, line in enumerate(lines):
        ImageDraw.Draw(strip).text((0, LINE * number), line, INK, font)
    return strip


def _checked(pixels: np.ndarray) -> np.ndarray:
    """A photo in any of the usual ranges as one of 0–255; ValueError if it is none."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise ValueError(f"the photo has the shape {pixels.shape}; expected (height, width, 3), one photo in colour.")
    low, high = float(pixels.min()), float(pixels.max())
    if not (low >= 0 and high <= 255):
        raise ValueError(f"the photo holds values from {low:g} to {high:g}; expected 0–255, or 0–1 after rescaling.")
    rescaled = np.issubdtype(pixels.dtype, np.floating) and high <= 1
    return pixels * 255 if rescaled else pixels


def _as_bytes(pixels: np.ndarray) -> np.ndarray:
    return pixels if pixels.dtype == np.uint8 else np.rint(pixels).astype(np.uint8)
