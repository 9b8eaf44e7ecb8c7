"""Getting a file, such as an archive of photos, whole or not at all: from a folder, a mirror or its public address."""

from __future__ import annotations

import os
import shutil
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pooch
import requests

from helpers import files
from helpers.datasets import archives
from helpers.datasets.archives import ArchiveError, DataError

TIMEOUT = 30  # seconds without a byte


class DownloadError(DataError):
    """No place that should have the file gave it; the message names each and what to do next."""


class _NotThereError(DataError):
    """The place answers but does not have the file."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an archive of photos is to be had, and how to tell that it is the right one.

    Attributes
    ----------
    name : str
        Also the name of the archive, less ``.zip``.
    urls : tuple of str
        Where the public archive is, best first.
    counts : mapping of str to int
        Photos in each class folder of the public archive, those of zero length included.
    folder : str
        Folder inside the archive that holds the class folders; ``''``: its top.
    size : int or None
        Of the public archive, in bytes; None: not known.
    sha256 : str or None
        Of the public archive; None: not known.
    """

    name: str
    urls: tuple[str, ...]
    counts: Mapping[str, int]
    folder: str = ""
    size: int | None = None
    sha256: str | None = None

    @property
    def archive(self) -> str:
        """File name of the archive."""
        return f"{self.name}.zip"


def obtain(source: Source, folder: Path, *, mirror: str | None = None, progress: bool = True) -> tuple[Path, str]:
    """The archive of `source` and its SHA-256: the one in `folder`, or the first that can be downloaded to it.

    One that was put into `folder` by hand fits if it is whole and has the right layout, the public one or not. A hash
    in the mirror's ``registry.txt`` holds in place of the public size and hash. For the rest see `obtain_file`.
    """

    def accept(path: Path, own: str | None) -> str:
        if own is None:
            return _accept(source, path, source.size, source.sha256, exact=True)
        return _accept(source, path, None, own, exact=False)

    return obtain_file(
        folder / source.archive,
        source.urls,
        wanted=f"the photos of {source.name!r}",
        size=source.size,
        accept=accept,
        accept_present=lambda path: _accept_present(source, path),
        mirror=mirror,
        progress=progress,
    )


def obtain_file(
    final: Path,
    urls: Iterable[str],
    *,
    wanted: str,
    accept: Callable[[Path, str | None], str],
    accept_present: Callable[[Path], str] | None = None,
    size: int | None = None,
    mirror: str | None = None,
    progress: bool = True,
) -> tuple[Path, str]:
    """Return a file that fits: the one that is there, or the first that can be downloaded to its place.

    A file that is there already but does not fit is set aside, not deleted. One that was
    accepted once is known again by its SHA-256.

    Parameters
    ----------
    final : pathlib.Path
        Where the file is kept; its folder is created if missing.
    urls : iterable of str
        The public addresses, best first.
    wanted : str
        What the file holds, for messages: ``"the photos of 'rps'"``.
    accept : callable
        Gets a download and the SHA-256 that the mirror's ``registry.txt`` gives for it, None
        without one; returns its SHA-256, or raises `archives.ArchiveError` with a short reason.
    accept_present : callable, optional
        The same for a file that was there already; by default ``accept(path, None)``.
    size : int, optional
        In bytes, for messages.
    mirror : str, optional
        URL or folder that is tried first; by default none.
    progress : bool
        Show a progress bar, on standard error.

    Returns
    -------
    path : pathlib.Path
        `final`.
    sha256 : str
        In hexadecimal.

    Raises
    ------
    DownloadError
        If no place gave a file that fits.
    DataError
        If the file or its folder cannot be written, or the disk runs full.
    """
    tried = []
    if final.is_file():
        try:
            sha256 = archives.digest(final)
            if files.read_json(_sidecar(final)).get("sha256") != sha256:
                sha256 = accept_present(final) if accept_present else accept(final, None)
                files.write_json(_sidecar(final), {"sha256": sha256, "from": "found in the folder"})
            return final, sha256
        except ArchiveError as error:
            tried.append(f"{final}: {error}; kept as {archives.set_aside(final).name}")
    places = [(_join(mirror, final.name), mirror)] if mirror else []
    for place, base in places + [(url, None) for url in urls]:
        try:
            with archives.working_folder(final.parent) as working:
                part = working / final.name
                own = _mirror_hash(base, final.name, working) if base else None
                _transfer(place, part, progress)
                return final, _keep(part, final, accept(part, own), place)
        except (ArchiveError, _NotThereError, requests.RequestException) as error:
            tried.append(f"{place}: {_reason(error)}")
    raise DownloadError(_no_luck(wanted, final, size, tried))


def _accept_present(source: Source, final: Path) -> str:
    """SHA-256 of the archive that lies in the data folder. Raises ArchiveError if it does not fit."""
    if source.sha256 is None:
        public = final.stat().st_size == source.size
    else:
        public = archives.digest(final) == source.sha256
    sha256 = _accept(source, final, None, source.sha256 if public else None, exact=public)
    if not public:
        _note(
            f"{source.archive} is used as it was found: a whole zip of the right layout, not known as the public one."
        )
    return sha256


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


def _accept(source: Source, path: Path, size: int | None, sha256: str | None, *, exact: bool) -> str:
    """Check size, hash and layout, and if `exact` the counts; return the SHA-256."""
    found = archives.check(path, size=size, sha256=sha256)
    counts = archives.count_in_archive(path, source.folder, source.counts)
    empty = ", ".join(folder for folder, number in counts.items() if not number)
    if empty:
        where = f" below {source.folder}" if source.folder else ""
        raise ArchiveError(f"not the archive of this set: it holds no photos in {empty}{where}")
    wrong = "; ".join(
        f"{folder}: {counts[folder]:,} photos instead of {expected:,}"
        for folder, expected in source.counts.items()
        if counts[folder] != expected
    )
    if wrong and exact:
        raise ArchiveError(wrong)
    if wrong:
        _note(f"{source.archive} differs from the public archive ({wrong}).")
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
    files.write_json(_sidecar(final), {"sha256": sha256, "from": place})
    return sha256


def _join(base: str, name: str) -> str:
    if _is_url(base):
        return f"{base.rstrip('/')}/{name}"
    if base.lower().startswith("file:"):
        base = urllib.request.url2pathname(urllib.parse.urlsplit(base).path)
    return str(Path(base).expanduser() / name)


def _is_url(place: str) -> bool:
    return place.lower().startswith(("http://", "https://"))


def _transfer(place: str, target: Path, progress: bool) -> None:
    """Copy one file from a URL or a folder. Raises _NotThereError or requests.RequestException."""
    if not _is_url(place):
        try:
            source = open(place, "rb")
        except FileNotFoundError:
            raise _NotThereError("no such file") from None
        except OSError as error:
            raise _NotThereError(f"it cannot be read ({error.strerror})") from None
        with source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        return
    download = pooch.HTTPDownloader(progressbar=progress, chunk_size=1 << 18, timeout=TIMEOUT)
    try:
        download(place, str(target), None)
    except requests.HTTPError as error:
        if error.response.status_code in (403, 404, 410):  # buckets answer 403 for a file that is missing
            raise _NotThereError(f"HTTP {error.response.status_code}") from None
        raise


def _reason(error: Exception) -> str:
    """A few words on why a place did not give the file."""
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


def _no_luck(wanted: str, final: Path, size: int | None, tried: list[str]) -> str:
    size_text = f" ({size / 1e6:,.0f} MB)" if size else ""
    lines = "\n".join(f"  {line}" for line in tried)
    return (
        f"Could not get {wanted}: no place gave {final.name}{size_text}.\n{lines}\n"
        "Do one of these and try again:\n"
        "  - connect to the internet;\n"
        "  - work with the drawn photos, which need no download: set COURSE_PROFILE=sample;\n"
        f"  - set COURSE_MIRROR to a URL or folder that holds {final.name};\n"
        f"  - get {final.name} in any other way and put it into {final.parent}"
    )


def _sidecar(archive: Path) -> Path:
    return archive.with_name(f"{archive.name}.json")


def _note(text: str) -> None:
    """Say something on standard error, where it does not mix with what a notebook shows."""
    print(text, file=sys.stderr, flush=True)
