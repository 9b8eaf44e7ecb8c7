"""Learners' own photos, as an upload button delivers them: read, upright, or with a clear word on what is wrong."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST = 20 * 2**20  # bytes of a file
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")  # brands in an ISO media file's header


@dataclass(frozen=True)
class Upload:
    """One uploaded file.

    Attributes
    ----------
    name : str
        The file's name.
    picture : PIL.Image.Image or None
        RGB, upright; None if there is a problem.
    problem : str
        What is wrong with the file and what to do, naming it; '' if nothing is.
    """

    name: str
    picture: Image.Image | None
    problem: str = ""


def read_photos(value: Sequence[Mapping] | Mapping[str, Mapping]) -> list[Upload]:
    """Read what an ``ipywidgets.FileUpload`` holds; one bad file does not spoil the others.

    Parameters
    ----------
    value : sequence of mapping, or mapping of str to mapping
        The widget's ``value``: in ipywidgets 8 a tuple of dicts with ``name`` and ``content``, in 7 a dict from
        names to dicts with ``content``.

    Returns
    -------
    list of Upload
        In the order of `value`.
    """
    if isinstance(value, Mapping):
        files = [(name, file["content"]) for name, file in value.items()]
    else:
        files = [(file["name"], file["content"]) for file in value]
    return [read_photo(name, bytes(content)) for name, content in files]


def read_photo(name: str, content: bytes) -> Upload:
    """Read one picture of any format that Pillow reads.

    The picture is turned as its EXIF entry says (phones store photos lying on their side), transparent parts
    become white, and of an animation the first picture is taken.

    Parameters
    ----------
    name : str
        The file's name, for the messages.
    content : bytes

    Returns
    -------
    Upload
    """
    if not content:
        return Upload(name, None, f"{name} is empty: it holds 0 bytes. Save or download it again, then upload it.")
    if len(content) > LARGEST:
        return Upload(
            name,
            None,
            f"{name} is too large: {len(content) / 2**20:.0f} MB, and at most {LARGEST // 2**20} MB are read. "
            "Save it smaller (1,000 pixels are plenty for a network), then upload it.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as opened:
                picture = _as_rgb(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return Upload(
            name,
            None,
            f"{name} has too many pixels: more than {Image.MAX_IMAGE_PIXELS / 1e6:.0f} million. "
            "Save it smaller (1,000 pixels are plenty for a network), then upload it.",
        )
    except UnidentifiedImageError:
        return Upload(name, None, _unreadable(name, content))
    except Exception as error:  # decoders raise nearly anything on a broken file
        return Upload(
            name,
            None,
            f"{name} is damaged: {error or type(error).__name__}. Open it in a picture viewer; if it shows there, save "
            "it as JPEG or PNG and upload that.",
        )
    return Upload(name, picture)


def _as_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        return _from_numbers(np.asarray(picture, dtype=float))
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture.convert("RGB")


def _from_numbers(values: np.ndarray) -> Image.Image:
    """A grey picture of numbers (height, width) that reach to 1, to 255 or to 65535."""
    largest = values.max()
    factor = 255 if largest <= 1 else 1 if largest <= 255 else 255 / max(65535, largest)
    return Image.fromarray(np.clip(values * factor, 0, 255).astype("uint8")).convert("RGB")


def _unreadable(name: str, content: bytes) -> str:
    if content[4:8] == b"ftyp" and content[8:12] in HEIC:
        return (
            f"{name} is a HEIC photo, as iPhones save them, which cannot be read here. On the iPhone, set Settings > "
            "Camera > Formats to Most Compatible for new photos, or send yourself the photo by mail, which makes it "
            "a JPEG; then upload that."
        )
    return (
        f"{name} is no picture that can be read here. Upload a photo: JPEG and PNG always work, and so do WebP, GIF, "
        "BMP and TIFF."
    )
