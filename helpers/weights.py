"""Weights of a trained network: from a file that is named, the data folder, a mirror or its public address."""

from __future__ import annotations

import os
from pathlib import Path

import h5py
import numpy as np
import requests

from helpers import archives, downloads, runtime
from helpers.archives import ArchiveError, DataError
from helpers.downloads import DownloadError, Source

VARIABLE = "COURSE_WEIGHTS"
PARAMETERS = 410_208  # of keras.applications.MobileNetV2(alpha=0.35, include_top=False), whatever the photos' size
FILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_160_no_top.h5"
# The publisher names no hash, so the file is known by what it holds.
MOBILENET = Source(
    name="MobileNetV2 0.35",
    urls=(f"https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/{FILE}",),
    counts={},
)


def fetch(*, data: Path | None = None, mirror: str | None = None, named: str | None = None) -> Path:
    """Return the file with the weights of MobileNetV2, width 0.35, without its top; download it if need be.

    Parameters
    ----------
    data : pathlib.Path, optional
        The file is kept in its folder ``weights``; by default ``COURSE_DATA``.
    mirror : str, optional
        URL or folder that is tried before the public address; by default ``COURSE_MIRROR``. A hash in its
        ``registry.txt`` (a line ``FILE sha256:HEX``) must fit.
    named : str, optional
        A file that is used as it lies there; by default ``COURSE_WEIGHTS``.

    Returns
    -------
    pathlib.Path
        For ``keras.applications.MobileNetV2(..., weights=path)``.

    Raises
    ------
    downloads.DownloadError
        If no place gave a file that fits; the message names each, and what to do.
    DataError
        If the named file is missing or does not fit, or the disk is full.
    """
    named = os.environ.get(VARIABLE) if named is None else named
    if named:
        return _named(Path(named).expanduser())
    settings = runtime.settings()
    folder = (settings.data if data is None else Path(data).expanduser().resolve()) / "weights"
    mirror = settings.mirror if mirror is None else mirror
    final = folder / FILE
    tried = []
    if final.is_file():
        try:
            check(final)
            return final
        except ArchiveError as error:
            tried.append(f"{final}: {error}; kept as {archives.set_aside(final).name}")
    places = [(downloads._join(mirror, FILE), mirror)] if mirror else []
    for place, base in places + [(url, None) for url in MOBILENET.urls]:
        try:
            with archives.working_folder(folder) as working:
                part = working / FILE
                sha256 = downloads._mirror_hash(base, FILE, working) if base else None
                downloads._transfer(place, part, progress=False)
                check(part, sha256=sha256)
                os.replace(part, final)
                return final
        except (ArchiveError, downloads._NotThereError, requests.RequestException) as error:
            tried.append(f"{place}: {downloads._reason(error)}")
    raise DownloadError(_no_luck(folder, tried))


def check(path: Path, *, sha256: str | None = None) -> None:
    """Make sure that a file holds the weights that are expected.

    Parameters
    ----------
    path : pathlib.Path
    sha256 : str, optional
        What its SHA-256 must be.

    Raises
    ------
    ArchiveError
        If the hash differs, if it is no HDF5 file (an error page, a download cut off), or if it does not hold
        as many finite numbers as MobileNetV2, width 0.35, without its top. The message is a short reason.
    """
    found = archives.digest(path)
    if sha256 is not None and found != sha256.lower():
        raise ArchiveError(f"its SHA-256 begins with {found[:12]} instead of {sha256[:12].lower()}")
    arrays: list[np.ndarray] = []

    def collect(_: str, entry: object) -> None:
        if isinstance(entry, h5py.Dataset):
            arrays.append(entry[()])

    try:
        with h5py.File(path, "r") as file:
            first = "Conv1" in file
            file.visititems(collect)
    except (OSError, RuntimeError, KeyError):
        raise ArchiveError(f"not a whole file of weights ({path.stat().st_size:,} bytes)") from None
    numbers = sum(array.size for array in arrays)
    if not first or numbers != PARAMETERS:
        raise ArchiveError(f"weights of another network: {numbers:,} numbers instead of {PARAMETERS:,}")
    if not all(np.isfinite(array).all() for array in arrays):
        raise ArchiveError("damaged: some of its numbers are not finite")


def _named(path: Path) -> Path:
    if not path.is_file():
        raise DataError(f"{VARIABLE} names {path}, which is no file. Name the .h5 file, or unset it.")
    try:
        check(path)
    except ArchiveError as error:
        raise DataError(f"{VARIABLE} names {path}: {error}. Name another file, or unset it.") from None
    return path


def _no_luck(folder: Path, tried: list[str]) -> str:
    lines = "\n".join(f"  {line}" for line in tried)
    return (
        f"Could not get the weights of {MOBILENET.name}: no place gave {FILE} (2 MB).\n{lines}\n"
        "Do one of these and try again:\n"
        "  - connect to the internet;\n"
        "  - work with the drawn photos, which need no download: set COURSE_PROFILE=sample;\n"
        f"  - set COURSE_MIRROR to a URL or folder that holds {FILE};\n"
        f"  - set {VARIABLE} to a file that you have, of the size 160 or 224;\n"
        f"  - get {FILE} in any other way and put it into {folder}"
    )
