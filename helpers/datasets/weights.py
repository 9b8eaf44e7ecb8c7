"""Weights of a trained network, downloaded and checked as the photos are."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from helpers import runtime
from helpers.datasets import archives, downloads
from helpers.datasets.archives import ArchiveError

PARAMETERS = 410_208  # of keras.applications.MobileNetV2(alpha=0.35, include_top=False), whatever the photos' size
FILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5"
URLS = (f"https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/{FILE}",)


def fetch(*, data: Path | None = None, mirror: str | None = None) -> Path:
    """Return the file with the weights of MobileNetV2, width 0.35, without its top; download it if need be.

    The publisher names no hash, so the file is known by what it holds; a hash in the mirror's
    ``registry.txt`` (a line ``FILE sha256:HEX``) must fit as well.

    Parameters
    ----------
    data : pathlib.Path, optional
        The file is kept in its folder ``weights``; by default ``COURSE_DATA``.
    mirror : str, optional
        URL or folder that is tried before the public address; by default ``COURSE_MIRROR``.

    Returns
    -------
    pathlib.Path
        For ``keras.applications.MobileNetV2(..., weights=path)``.

    Raises
    ------
    downloads.DownloadError
        If no place gave a file that fits; the message names each, and what to do.
    archives.DataError
        If the file cannot be written, or the disk is full.
    """
    settings = runtime.settings()
    folder = (settings.data if data is None else Path(data).expanduser().resolve()) / "weights"
    mirror = settings.mirror if mirror is None else mirror
    wanted = "the weights of MobileNetV2 0.35"
    path, _ = downloads.obtain_file(
        folder / FILE, URLS, wanted=wanted, accept=check, size=2_028_672, mirror=mirror, progress=False
    )
    return path


def check(path: Path, sha256: str | None = None) -> str:
    """Make sure that a file holds the weights that are expected; return its SHA-256.

    Parameters
    ----------
    path : pathlib.Path
    sha256 : str, optional
        What its SHA-256 must be.

    Returns
    -------
    str
        In hexadecimal.

    Raises
    ------
    archives.ArchiveError
        If the hash differs, if it is no HDF5 file (an error page, a download cut off), or if it does not hold
        as many finite numbers as MobileNetV2, width 0.35, without its top. The message is a short reason.
    """
    found = archives.check_digest(path, sha256)
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
    if not first:
        raise ArchiveError("weights of another network: it has no layer Conv1")
    if numbers != PARAMETERS:
        raise ArchiveError(f"weights of another network: {numbers:,} numbers instead of {PARAMETERS:,}")
    if not all(np.isfinite(array).all() for array in arrays):
        raise ArchiveError("damaged: some of its numbers are not finite")
    return found
