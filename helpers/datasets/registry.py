"""The course's photo sets: what each is and where it is to be had, and `fetch`.

Layout below the data folder (``COURSE_DATA``)::

    archives/NAME.zip        as downloaded, or put there by hand
    archives/NAME.zip.json   its SHA-256 when it was accepted
    full/NAME/               unpacked, with a manifest.json
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from helpers import files, runtime
from helpers.datasets import archives, downloads
from helpers.datasets.archives import DataError

_ASIRRA = "photos from Petfinder.com through Microsoft's Asirra"
_RENDERED = "CC BY 2.0, rendered by Laurence Moroney"
_HORSES = ("learning-datasets", "download.tensorflow.org/data", "tensorflow-1-public/course2/week3")


@dataclass(frozen=True, kw_only=True)
class PhotoSet(downloads.Source):
    """One of the course's sets of photos: the source of its archive, and what else there is to know.

    Attributes
    ----------
    licence : str
        Licence or terms, and where the photos come from.
    """

    licence: str


def _by_name(*sets: PhotoSet) -> dict[str, PhotoSet]:
    return {entry.name: entry for entry in sets}


def _buckets(archive: str, *buckets: str) -> tuple[str, ...]:
    """The addresses of an archive in several of Google's buckets."""
    return tuple(f"https://storage.googleapis.com/{bucket}/{archive}" for bucket in buckets)


# No longer there: laurencemoroney-blog.appspot.com (horse-or-human, since early 2023) and
# kagglecatsanddogs_3367a.zip (since May 2022).
SETS = _by_name(
    PhotoSet(
        name="cats_and_dogs_filtered",
        urls=(
            "https://download.mlcc.google.com/mledu-datasets/cats_and_dogs_filtered.zip",
            *_buckets("cats_and_dogs_filtered.zip", "mledu-datasets", "tensorflow-1-public/course2"),
        ),
        folder="cats_and_dogs_filtered",
        counts={"train/cats": 1000, "train/dogs": 1000, "validation/cats": 500, "validation/dogs": 500},
        size=68_606_236,
        licence=f"not stated; part of Kaggle's Dogs vs. Cats, {_ASIRRA}",
    ),
    PhotoSet(
        name="horse-or-human",
        urls=_buckets("horse-or-human.zip", *_HORSES),
        counts={"horses": 500, "humans": 527},
        size=149_574_867,
        sha256="e2e6f70d3d549c5dd10a57165e55af253ee66ad750403f95c0fb76bb943633a9",
        licence=_RENDERED,
    ),
    PhotoSet(
        name="validation-horse-or-human",
        urls=_buckets("validation-horse-or-human.zip", *_HORSES),
        counts={"horses": 128, "humans": 128},
        size=11_480_187,
        sha256="ae5fff2f4f5554791f05358108e2e05d9801b191f1896ea101402f0e7f6c32c0",
        licence=_RENDERED,
    ),
    PhotoSet(
        name="kagglecatsanddogs_5340",
        urls=(
            "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
            "kagglecatsanddogs_5340.zip",
        ),
        folder="PetImages",
        counts={"Cat": 12_500, "Dog": 12_500},  # and a Thumbs.db each
        size=824_887_076,
        sha256="b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
        licence=f"CDLA-Permissive 2.0, in the archive; {_ASIRRA}",
    ),
    PhotoSet(
        name="happy-or-sad",
        urls=_buckets("happy-or-sad.zip", "learning-datasets"),
        counts={"happy": 40, "sad": 40},
        licence="not stated",
    ),
    PhotoSet(
        name="rps",
        urls=_buckets("rps.zip", "download.tensorflow.org/data", "learning-datasets"),
        folder="rps",
        counts={"paper": 840, "rock": 840, "scissors": 840},
        size=200_682_221,
        sha256="c2403444395842ad04c53612bad54b574443eae17a0723117a2ff87b9d72194f",
        licence=_RENDERED,
    ),
    PhotoSet(
        name="rps-test-set",
        urls=_buckets("rps-test-set.zip", "download.tensorflow.org/data", "learning-datasets"),
        folder="rps-test-set",
        counts={"paper": 124, "rock": 124, "scissors": 124},
        size=29_516_758,
        sha256="c27ab9fa43ce40b2e453de711365b477f4424586edf0388116674fd320f07503",
        licence=_RENDERED,
    ),
)


def names() -> list[str]:
    """The names of all sets."""
    return list(SETS)


def info(name: str) -> PhotoSet:
    """The registry's entry of a set.

    Raises
    ------
    ValueError
        If there is no set of that name; the message lists the names.
    """
    if name not in SETS:
        raise ValueError(f"There is no set {name!r}. Choose one of: {', '.join(SETS)}.")
    return SETS[name]


def is_present(name: str, *, data: Path | None = None) -> bool:
    """True if the set lies unpacked and whole in the data folder (by default ``COURSE_DATA``)."""
    return _is_whole(_target(name, _data_folder(data)), info(name))


def count(name: str, *, data: Path | None = None) -> dict[str, int]:
    """The number of photos in each class folder on disk; zeros if the set is not there.

    Raises
    ------
    ValueError
        If there is no set of that name.
    """
    entry = info(name)
    return archives.count_on_disk(_target(name, _data_folder(data)) / entry.folder, entry.counts)


def fetch(name: str, *, data: Path | None = None, mirror: str | None = None, progress: bool = True) -> Path:
    """Return the folder of a set; download and unpack the set first if it is not there.

    An archive in ``archives/`` of the data folder is used without network, also one put
    there by hand. Otherwise the mirror is tried, then the public addresses, until one gives
    an archive of the right size, hash and layout. Hashes in the mirror's ``registry.txt``
    (lines ``NAME.zip sha256:HEX``) hold in place of the public ones for what it gives.

    Parameters
    ----------
    name : str
        One of `names`.
    data : pathlib.Path, optional
        By default ``COURSE_DATA``.
    mirror : str, optional
        URL or folder that holds the archives; by default ``COURSE_MIRROR``, ``''`` for none.
    progress : bool
        Show a progress bar, on standard error.

    Returns
    -------
    pathlib.Path
        The folder that holds the class folders, or ``train`` and ``validation``.

    Raises
    ------
    ValueError
        If there is no set of that name.
    downloads.DownloadError
        If no address gave the archive: without network, or when files have moved.
    DataError
        If the disk is full, or a folder that is not ours stands where the set belongs.
    """
    entry = info(name)
    data = _data_folder(data)
    mirror = runtime.settings().mirror if mirror is None else mirror
    target = _target(name, data)
    if not _is_whole(target, entry):
        _refuse_foreign(target)
        archive, sha256 = downloads.obtain(entry, data / "archives", mirror=mirror, progress=progress)
        with archives.unpacked(archive, target.parent) as new:
            _write_manifest(new, entry, sha256)
            _install(new, target, entry)
    return target / entry.folder


def _data_folder(data: Path | None) -> Path:
    return runtime.settings().data if data is None else Path(data).expanduser().resolve()


def _target(name: str, data: Path) -> Path:
    return data / "full" / name


def _is_whole(target: Path, entry: PhotoSet) -> bool:
    manifest = files.read_json(target / "manifest.json")
    return manifest.get("photos") == archives.count_on_disk(target / entry.folder, entry.counts)


def _refuse_foreign(target: Path) -> None:
    if target.exists() and not (target / "manifest.json").is_file():
        raise DataError(
            f"{target} is in the way: it was not made by this course (it holds no manifest.json), so it is left as "
            "it is. Move or rename it, or set COURSE_DATA to another folder, and try again."
        )


def _write_manifest(folder: Path, entry: PhotoSet, sha256: str) -> None:
    manifest = {
        "archive": entry.archive,
        "sha256": sha256,
        "files": sum(path.is_file() for path in folder.rglob("*")),
        "photos": archives.count_on_disk(folder / entry.folder, entry.counts),
        "unpacked": date.today().isoformat(),
    }
    files.write_json(folder / "manifest.json", manifest)


def _install(new: Path, target: Path, entry: PhotoSet) -> None:
    """Move a new folder to its place, unless another process has put a whole one there."""
    _refuse_foreign(target)
    if target.exists():
        # Looked at after it is known to exist: another process may have put it there just now.
        if _is_whole(target, entry):
            return
        with suppress(FileNotFoundError):  # another process has just set it aside
            kept = archives.set_aside(target)
            note = "photos were missing or added; unpacked anew, the old folder is kept as"
            print(f"{entry.name}: {note} {kept.name}.", file=sys.stderr, flush=True)
    try:
        new.rename(target)
    except OSError as error:
        if not _is_whole(target, entry):
            raise DataError(
                f"The unpacked photos could not be moved to {target} ({error.strerror}). "
                "Try again: the archive need not be downloaded anew."
            ) from None
