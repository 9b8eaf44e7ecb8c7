"""Zip archives on a learner's disk: check them, unpack them whole or not at all, count the photos."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")

# Names of our own working folders. Both must fit before a left-over one is removed, and it
# must have been still for LEFTOVER_AGE seconds: a younger one may belong to a running process.
PREFIX = ".course-working-"
MARKER = "made-by-the-course.txt"
LEFTOVER_AGE = 600

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)
_DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_BLOCK = 4096  # a file takes up whole blocks on the disk


class DataError(RuntimeError):
    """The photos cannot be got or kept; the message says why and what to do next."""


class ArchiveError(DataError):
    """A file is not the archive that was expected, or holds something unsafe."""


@contextmanager
def working_folder(parent: Path) -> Iterator[Path]:
    """Make a folder of our own inside `parent`; it is removed at the end, whatever happens.

    Left-overs of runs that were killed are removed first.

    Parameters
    ----------
    parent : pathlib.Path
        Created if missing. What is finished is moved from the working folder to `parent`
        by a rename, which needs both on one disk.

    Yields
    ------
    pathlib.Path

    Raises
    ------
    DataError
        If nothing can be written to `parent`, or the disk runs full while the folder is in use.
    """
    try:
        folder = _new_folder(parent)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise DataError(_full_disk(parent)) from None
        raise


def _new_folder(parent: Path) -> Path:
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(parent)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise
        raise DataError(
            f"Nothing can be written to {parent} ({error.strerror}). "
            "Set COURSE_DATA to a folder of your own and try again."
        ) from None
    (folder / MARKER).write_text("A working folder. It may be deleted when nothing runs.\n", encoding="utf-8")
    return folder


def _remove_leftovers(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # another process may be removing it as well
            if folder.is_symlink() or not (folder / MARKER).is_file():
                continue
            last_change = max((path.stat().st_mtime for path in folder.iterdir()), default=time.time())
            if time.time() - last_change > LEFTOVER_AGE:
                shutil.rmtree(folder, ignore_errors=True)


def _full_disk(folder: Path, needed: int | None = None) -> str:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    wanted = "" if needed is None else f" of the {needed / 1e6:,.0f} MB needed"
    return (
        f"Not enough room on the disk that holds {folder}: {free / 1e6:,.0f} MB{wanted} are free. "
        "What was half written has been removed. Free some space, or set COURSE_DATA to a folder on a larger disk, "
        "and try again."
    )


def set_aside(path: Path) -> Path:
    """Rename a file or folder to a free name beside it, ``NAME.aside-1`` and so on; return the new path.

    Raises
    ------
    DataError
        If the system does not let it: on Windows, while a program has it open.
    """
    number = 1
    while (kept := path.with_name(f"{path.name}.aside-{number}")).exists():
        number += 1
    try:
        return path.rename(kept)
    except PermissionError:
        raise DataError(f"{path} could not be renamed. Close any program that has it open and try again.") from None


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check(path: Path, *, size: int | None = None, sha256: str | None = None) -> str:
    """Make sure that a file is a whole zip that is safe to unpack.

    Parameters
    ----------
    path : pathlib.Path
    size : int, optional
        What it must measure, in bytes.
    sha256 : str, optional
        What its SHA-256 must be. Without one, every member is read and its CRC compared.

    Returns
    -------
    str
        The SHA-256 of the file.

    Raises
    ------
    ArchiveError
        If the size or hash differs, if it is no zip (an error page, a download cut off), if
        a member is damaged, or if a member could be written outside the folder it is
        unpacked to. The message is a short reason that names the difference.
    """
    found_size = path.stat().st_size
    if size is not None and found_size != size:
        raise ArchiveError(f"{found_size:,} bytes instead of {size:,}{_page_hint(path)}")
    try:
        with zipfile.ZipFile(path) as archive:
            _safe_members(archive)
            damaged = archive.testzip() if sha256 is None else None
    except _UNREADABLE:
        raise ArchiveError(f"not a whole zip file ({found_size:,} bytes){_page_hint(path)}") from None
    if damaged is not None:
        raise ArchiveError(f"damaged: {damaged!r} inside it cannot be read")
    return check_digest(path, sha256)


def check_digest(path: Path, sha256: str | None = None) -> str:
    """Return the SHA-256 of a file; raise `ArchiveError` if it is not the one that is expected."""
    found = digest(path)
    if sha256 is not None and found != sha256.lower():
        raise ArchiveError(f"its SHA-256 begins with {found[:12]} instead of {sha256[:12].lower()}")
    return found


def _page_hint(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(200).lstrip()
    return ": a web page or an error message saved under the name of the archive" if start.startswith(b"<") else ""


def _safe_members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members to unpack: all but what macOS adds. Raises ArchiveError if any is unsafe."""
    members = archive.infolist()
    for member in members:
        fault = _fault(member)
        if fault:
            raise ArchiveError(f"unsafe, so nothing was unpacked: its member {member.orig_filename!r} {fault}")
    parts = [PurePosixPath(member.filename).parts for member in members]
    return [
        member
        for member, names in zip(members, parts, strict=True)
        if names and "__MACOSX" not in names and names[-1] != ".DS_Store"
    ]


def _fault(member: zipfile.ZipInfo) -> str | None:
    name = member.orig_filename  # as stored; `filename` has been changed on Windows
    kind = stat.S_IFMT(member.external_attr >> 16)
    if name.startswith(("/", "\\")):
        return "is an absolute path"
    if ".." in name.replace("\\", "/").split("/"):
        return "leads out of the folder with '..'"
    if "\\" in name or ":" in name:
        return "holds a backslash or a drive letter"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a special file"
    if member.flag_bits & 1:
        return "is encrypted"
    return None


@contextmanager
def unpacked(path: Path, parent: Path) -> Iterator[Path]:
    """Unpack an archive into a working folder inside `parent`.

    Parameters
    ----------
    path : pathlib.Path
        The zip file.
    parent : pathlib.Path
        Created if missing.

    Yields
    ------
    pathlib.Path
        A folder with everything in it. Rename it to keep it: it is removed at the end otherwise.

    Raises
    ------
    ArchiveError
        If the archive cannot be read to its end or holds an unsafe member.
    DataError
        If the disk has no room for it, found out before or while unpacking.
    """
    with working_folder(parent) as working:
        folder = working / "unpacked"
        folder.mkdir()
        try:
            with zipfile.ZipFile(path) as archive:
                members = _safe_members(archive)
                needed = sum(member.file_size + _BLOCK for member in members)
                if shutil.disk_usage(folder).free < needed:
                    raise DataError(_full_disk(parent, needed))
                for member in members:
                    archive.extract(member, folder)
                    os.utime(working / MARKER)  # tells other processes that this one is alive
        except _UNREADABLE as error:
            raise ArchiveError(
                f"{path.name} cannot be unpacked ({error}). Delete {path} and try again: it is then downloaded anew."
            ) from None
        yield folder


def count_in_archive(path: Path, root: str, folders: Iterable[str]) -> dict[str, int]:
    """Count the photos (by the suffix of the name) that an archive holds in each of some folders.

    Parameters
    ----------
    path : pathlib.Path
        A zip file that `check` has passed.
    root : str
        Folder inside the archive; ``''`` for its top.
    folders : iterable of str
        Relative to `root`, with forward slashes.

    Returns
    -------
    dict of str to int
        One entry per folder, zero for those that are missing.
    """
    with zipfile.ZipFile(path) as archive:
        names = {PurePosixPath(member.filename) for member in _safe_members(archive)}
    found = Counter(name.parent for name in names if name.suffix.lower() in IMAGE_SUFFIXES)
    return {folder: found[PurePosixPath(root, folder)] for folder in folders}


def count_on_disk(root: Path, folders: Iterable[str]) -> dict[str, int]:
    """Count the photos (by the suffix of the name) on disk in each of some folders of `root`.

    Returns
    -------
    dict of str to int
        One entry per folder, zero for those that are missing.
    """
    counts = {}
    for folder in folders:
        path = root / folder
        names = os.listdir(path) if path.is_dir() else []
        counts[folder] = sum(name.lower().endswith(IMAGE_SUFFIXES) for name in names)
    return counts
