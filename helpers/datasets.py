"""The course's photo sets: where each is to be had, how to tell that it is whole, and `fetch`.

Layout below the data folder (``COURSE_DATA``)::

    archives/NAME.zip        as downloaded, or put there by hand
    archives/NAME.zip.json   its SHA-256 when it was accepted
    full/NAME/               unpacked, with a manifest.json
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pooch
import requests

from helpers import archives, runtime
from helpers.archives import ArchiveError, DataError

TIMEOUT = 30  # seconds without a byte

_ASIRRA = "photos from Petfinder.com through Microsoft's Asirra"
_RENDERED = "CC BY 2.0, rendered by Laurence Moroney"
_HORSES = ("learning-datasets", "download.tensorflow.org/data", "tensorflow-1-public/course2/week3")


class DownloadError(DataError):
    """No place that should have the archive gave it; the message names each and what to do next."""


class _NotThereError(DataError):
    """The place answers but does not have the file."""


@dataclass(frozen=True)
class PhotoSet:
    """One of the course's sets of photos.

    Attributes
    ----------
    name : str
        Also the name of its archive, less ``.zip``.
    urls : tuple of str
        Where the public archive is, best first.
    counts : mapping of str to int
        Photos in each class folder of the public archive, those of zero length included.
    licence : str
        Licence or terms, and where the photos come from.
    folder : str
        Folder inside the archive that holds the class folders; ``''``: its top.
    size : int or None
        Of the public archive, in bytes; None: not known.
    sha256 : str or None
        Of the public archive; None: not known.
    optional : bool
        True if no lesson needs it, only an exercise.
    """

    name: str
    urls: tuple[str, ...]
    counts: Mapping[str, int]
    licence: str
    folder: str = ""
    size: int | None = None
    sha256: str | None = None
    optional: bool = False

    @property
    def archive(self) -> str:
        """File name of the archive."""
        return f"{self.name}.zip"


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
        licence=f"none stated; part of Kaggle's Dogs vs. Cats, {_ASIRRA}: do not pass the photos on",
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
        counts={"Cat": 12_500, "Dog": 12_500},
        size=824_887_076,
        sha256="b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
        licence=f"CDLA-Permissive 2.0, in the archive; {_ASIRRA}",
    ),
    PhotoSet(
        name="happy-or-sad",
        urls=_buckets("happy-or-sad.zip", "learning-datasets"),
        counts={"happy": 40, "sad": 40},
        licence="none stated; made for the course by Laurence Moroney",
        optional=True,
    ),
    PhotoSet(
        name="rps",
        urls=_buckets("rps.zip", "download.tensorflow.org/data", "learning-datasets"),
        folder="rps",
        counts={"paper": 840, "rock": 840, "scissors": 840},
        size=200_682_221,
        sha256="c2403444395842ad04c53612bad54b574443eae17a0723117a2ff87b9d72194f",
        licence=_RENDERED,
        optional=True,
    ),
    PhotoSet(
        name="rps-test-set",
        urls=_buckets("rps-test-set.zip", "download.tensorflow.org/data", "learning-datasets"),
        folder="rps-test-set",
        counts={"paper": 124, "rock": 124, "scissors": 124},
        size=29_516_758,
        sha256="c27ab9fa43ce40b2e453de711365b477f4424586edf0388116674fd320f07503",
        licence=_RENDERED,
        optional=True,
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
    DownloadError
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
        archive, sha256 = _obtain(entry, data / "archives", mirror, progress)
        with archives.unpacked(archive, target.parent) as new:
            _write_manifest(new, entry, sha256)
            _install(new, target, entry)
    return target / entry.folder


def _data_folder(data: Path | None) -> Path:
    return runtime.settings().data if data is None else Path(data).expanduser().resolve()


def _target(name: str, data: Path) -> Path:
    return data / "full" / name


def _is_whole(target: Path, entry: PhotoSet) -> bool:
    manifest = _read_json(target / "manifest.json")
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
    _write_json(folder / "manifest.json", manifest)


def _install(new: Path, target: Path, entry: PhotoSet) -> None:
    """Move a new folder to its place, unless another process has put a whole one there."""
    if _is_whole(target, entry):
        return
    _refuse_foreign(target)
    if target.exists():
        with suppress(FileNotFoundError):  # another process has just set it aside
            kept = archives.set_aside(target)
            _note(f"{entry.name}: photos were missing or added; unpacked anew, the old folder is kept as {kept.name}.")
    try:
        new.rename(target)
    except OSError as error:
        if not _is_whole(target, entry):
            raise DataError(
                f"The unpacked photos could not be moved to {target} ({error.strerror}). "
                "Try again: the archive need not be downloaded anew."
            ) from None


def _obtain(entry: PhotoSet, folder: Path, mirror: str | None, progress: bool) -> tuple[Path, str]:
    """Path and SHA-256 of an archive that fits: the one in `folder`, or the first that can be downloaded."""
    final = folder / entry.archive
    tried = []
    if final.is_file():
        try:
            return final, _accept_present(entry, final)
        except ArchiveError as error:
            tried.append(f"{final}: {error}; kept as {archives.set_aside(final).name}")
    places = [(_join(mirror, entry.archive), mirror)] if mirror else []
    for place, base in places + [(url, None) for url in entry.urls]:
        try:
            with archives.working_folder(folder) as working:
                part = working / entry.archive
                sha256 = _download(entry, place, base, part, progress)
                return final, _keep(part, final, sha256, place)
        except (ArchiveError, _NotThereError, requests.RequestException) as error:
            tried.append(f"{place}: {_reason(error)}")
    raise DownloadError(_no_luck(entry, folder, tried))


def _accept_present(entry: PhotoSet, final: Path) -> str:
    """SHA-256 of the archive that lies in the data folder. Raises ArchiveError if it does not fit."""
    sha256 = archives.digest(final)
    if _read_json(_sidecar(final)).get("sha256") == sha256:
        return sha256
    if entry.sha256 is None:
        public = final.stat().st_size == entry.size
    else:
        public = sha256 == entry.sha256
    _accept(entry, final, None, entry.sha256 if public else None, exact=public)
    if not public:
        _note(f"{entry.archive} is used as it was found: a whole zip of the right layout, not known as the public one.")
    _write_json(_sidecar(final), {"sha256": sha256, "from": "found in the folder"})
    return sha256


def _download(entry: PhotoSet, place: str, mirror: str | None, part: Path, progress: bool) -> str:
    """Get an archive from one place and check it; return its SHA-256."""
    own = _mirror_hash(mirror, entry.archive, part.parent) if mirror else None
    _transfer(place, part, progress)
    if own is None:
        return _accept(entry, part, entry.size, entry.sha256, exact=True)
    return _accept(entry, part, None, own, exact=False)


def _mirror_hash(mirror: str, archive: str, working: Path) -> str | None:
    """The SHA-256 that the mirror's registry.txt gives for an archive; None if it gives none."""
    listing = working / "registry.txt"
    try:
        _transfer(_join(mirror, listing.name), listing, progress=False)
    except _NotThereError:
        return None
    for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.strip().partition(" sha256:")
        if name == archive:
            return value.strip()
    return None


def _accept(entry: PhotoSet, path: Path, size: int | None, sha256: str | None, *, exact: bool) -> str:
    """Check size, hash and layout, and if `exact` the counts; return the SHA-256."""
    found = archives.check(path, size=size, sha256=sha256)
    counts = archives.count_in_archive(path, entry.folder, entry.counts)
    empty = ", ".join(folder for folder, number in counts.items() if not number)
    if empty:
        where = f" below {entry.folder}" if entry.folder else ""
        raise ArchiveError(f"not the archive of this set: it holds no photos in {empty}{where}")
    wrong = "; ".join(
        f"{folder}: {counts[folder]:,} photos instead of {expected:,}"
        for folder, expected in entry.counts.items()
        if counts[folder] != expected
    )
    if wrong and exact:
        raise ArchiveError(wrong)
    if wrong:
        _note(f"{entry.archive} differs from the public archive ({wrong}).")
    return found


def _keep(part: Path, final: Path, sha256: str, place: str) -> str:
    """Move a checked download to its final name and remember its SHA-256, which is returned."""
    try:
        os.replace(part, final)
    except PermissionError:  # Windows, while another process reads the one that it has just put there
        if not final.is_file() or archives.digest(final) != sha256:
            raise DataError(
                f"{final} could not be written. Close any program that has it open and try again."
            ) from None
    _write_json(_sidecar(final), {"sha256": sha256, "from": place})
    return sha256


def _join(base: str, name: str) -> str:
    return f"{base.rstrip('/')}/{name}" if _is_url(base) else str(Path(base).expanduser() / name)


def _is_url(place: str) -> bool:
    return place.lower().startswith(("http://", "https://"))


def _transfer(place: str, target: Path, progress: bool) -> None:
    """Copy one file from a URL or a folder. Raises _NotThereError or requests.RequestException."""
    if not _is_url(place):
        if not Path(place).is_file():
            raise _NotThereError("no such file")
        shutil.copyfile(place, target)
        return
    download = pooch.HTTPDownloader(progressbar=progress, chunk_size=1 << 18, timeout=TIMEOUT)
    try:
        download(place, str(target), None)
    except requests.HTTPError as error:
        if error.response.status_code in (403, 404, 410):  # buckets answer 403 for a file that is missing
            raise _NotThereError(f"HTTP {error.response.status_code}") from None
        raise


def _reason(error: Exception) -> str:
    """A few words on why a place did not give the archive."""
    if isinstance(error, DataError):
        return str(error)
    if isinstance(error, requests.HTTPError):
        return f"HTTP {error.response.status_code}"
    reasons = {
        requests.Timeout: f"no answer within {TIMEOUT} seconds",
        requests.exceptions.SSLError: "no secure connection",
        requests.exceptions.InvalidURL: "not a valid address",
        requests.ConnectionError: "no connection",
    }
    return next((text for kind, text in reasons.items() if isinstance(error, kind)), "the download broke off")


def _no_luck(entry: PhotoSet, folder: Path, tried: list[str]) -> str:
    size = f" ({entry.size / 1e6:,.0f} MB)" if entry.size else ""
    lines = "\n".join(f"  {line}" for line in tried)
    return (
        f"Could not get the photos of {entry.name!r}: no place gave {entry.archive}{size}.\n{lines}\n"
        "Do one of these and try again:\n"
        "  - connect to the internet;\n"
        "  - work with the drawn photos, which need no download: set COURSE_PROFILE=sample;\n"
        f"  - set COURSE_MIRROR to a URL or folder that holds {entry.archive};\n"
        f"  - get {entry.archive} in any other way and put it into {folder}"
    )


def _sidecar(archive: Path) -> Path:
    return archive.with_name(f"{archive.name}.json")


def _read_json(path: Path) -> dict:
    """What a JSON file of ours holds; nothing if it is missing or broken."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _note(text: str) -> None:
    """Say something on standard error, where it does not mix with what a notebook shows."""
    print(text, file=sys.stderr, flush=True)
