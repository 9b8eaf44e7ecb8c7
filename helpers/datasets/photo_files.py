"""Which files of a folder are photos that every reader of the course can decode."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

KINDS = (".jpg", ".jpeg", ".png")
LISTED = ".jpg, .jpeg or .png"
# What Pillow calls the formats that ImageDataGenerator and tf.io.decode_jpeg both read, whatever
# the file's name says. MPO is the JPEG of a camera that stores a second picture behind the first.
FORMATS = ("JPEG", "MPO", "PNG")
# What file managers and notebooks leave in folders, beside everything whose name begins with a dot.
CLUTTER = {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "icon\r", "$recycle.bin"}
PNG_END = b"IEND\xaeB`\x82"
JPEG_SCAN, JPEG_END = b"\xff\xda", b"\xff\xd9"


def is_clutter(entry: Path) -> bool:
    """Whether an entry of a folder is nobody's photo or class: hidden, or left there by a file manager."""
    return entry.name.startswith(".") or entry.name.lower() in CLUTTER


def class_folders(folder: Path) -> list[Path]:
    """The class folders in a folder, sorted by name as Keras sorts them; hidden ones and file managers' are none.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If `folder` is missing, or a file.
    ValueError
        If there is no class folder.
    """
    check_folder(folder)
    classes = [path for path in folder.iterdir() if path.is_dir() and not is_clutter(path)]
    if not classes:
        raise ValueError(f"There are no class folders in {folder}. Expected one per class, as cats/ and dogs/.")
    return sorted(classes, key=lambda path: path.name)  # paths themselves sort otherwise on Windows


def usable(folder: Path) -> tuple[list[Path], dict[str, str]]:
    """Sort the entries of a folder into photos that can be trained on and the rest.

    A photo has one of the endings `KINDS`, large or small, is a JPEG or PNG inside, and can be decoded to its
    last row: every file is decoded in full, some milliseconds each.

    Returns
    -------
    photos : list of pathlib.Path
        Sorted by name.
    skipped : dict of str to str
        Name and reason for every other entry, sorted by name; "NAME REASON" reads as a sentence.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If `folder` is missing, or a file.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> Image.new("RGB", (8, 8)).save(folder / "cat.JPG")
    >>> (folder / "dog.jpg").write_bytes(b"")
    0
    >>> photos, skipped = usable(folder)
    >>> [photo.name for photo in photos], skipped
    (['cat.JPG'], {'dog.jpg': 'is zero length'})
    """
    folder = Path(folder)
    check_folder(folder)
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    with ThreadPoolExecutor() as pool:  # Pillow decodes outside Python's lock
        reasons = list(pool.map(_why_not, entries))
    photos = [entry for entry, reason in zip(entries, reasons, strict=True) if not reason]
    return photos, {entry.name: reason for entry, reason in zip(entries, reasons, strict=True) if reason}


def _why_not(entry: Path) -> str:
    return read(entry)[1]


def read(entry: Path) -> tuple[Image.Image | None, str]:
    """The photo in a file, decoded to its last row, and ''; or None and why not, to be read after its name."""
    if entry.is_dir():
        return None, "is a folder"
    if entry.suffix.lower() not in KINDS:
        return None, f"is no {LISTED} file"
    try:
        return _decode(entry.read_bytes())
    except Image.UnidentifiedImageError:
        return None, "is not an image inside"
    except Exception as error:  # whatever a decoder raises is a fact about the file, not about this code
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        return None, f"cannot be decoded ({first})"


def _decode(data: bytes) -> tuple[Image.Image | None, str]:
    if not data:
        return None, "is zero length"
    image = Image.open(io.BytesIO(data))
    if image.format not in FORMATS:
        return None, f"is a {image.format} inside, not a JPEG or PNG"
    # Without this, a PNG without its last chunk and a JPEG without its last two bytes would pass:
    # Pillow decodes them, TensorFlow does not.
    if image.format == "PNG":
        whole = PNG_END in data
    else:
        whole = data.rfind(JPEG_END) > data.rfind(JPEG_SCAN)
    if not whole:
        return None, "cannot be decoded (it stops before the end of the image)"
    image.load()
    return image, ""


def check_folder(folder: Path) -> None:
    """Raise NotADirectoryError or FileNotFoundError, saying what is there instead, if `folder` is no folder."""
    if folder.is_dir():
        return
    if folder.exists():
        raise NotADirectoryError(f"{folder} is a file; expected a folder with photos.")
    parent = next(parent for parent in folder.absolute().parents if parent.is_dir())
    found = sorted(entry.name for entry in parent.iterdir())
    names = ", ".join(found[:10]) + (f" and {len(found) - 10} more" if len(found) > 10 else "")
    raise FileNotFoundError(f"{folder} does not exist. {parent} holds: {names or 'nothing'}. Check the path.")
