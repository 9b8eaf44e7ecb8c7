"""Files that are there whole, or not at all: whatever the course writes goes through here."""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import psutil

SUFFIX = ".course-part"
WINDOWS = os.name == "nt"


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, that takes the place of `path` when all is written.

    What killed processes left half written beside it is removed first.

    Parameters
    ----------
    path : pathlib.Path
        Its folder is made if it is missing.

    Yields
    ------
    file
        Open for bytes.

    Raises
    ------
    OSError
        If it cannot be written; what was at `path` is there still.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}{SUFFIX}")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with the line ends that it has; see :func:`written_whole`.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "notes" / "today.txt"
    >>> write_text(path, "whole")
    >>> path.read_text(), [found.name for found in path.parent.iterdir()]
    ('whole', ['today.txt'])
    """
    with written_whole(path) as file:
        file.write(text.encode())


def write_json(path: Path, content: Any) -> None:
    """Write `content` as JSON that people can read; see :func:`written_whole`."""
    write_text(path, json.dumps(content, indent=1) + "\n")


def read_json(path: Path) -> dict:
    """What a JSON file of ours holds; nothing if it is missing, broken, or no dictionary."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def sweep(folder: Path) -> None:
    """Remove what processes that no longer run left half written in `folder`; nothing else is touched."""
    for part in folder.glob(f".*{SUFFIX}"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if not psutil.pid_exists(int(part.name.split(".")[-3])):
                part.unlink()


def _replace(part: Path, path: Path) -> None:
    """``os.replace``, and again where Windows refuses it for a moment, since another program looks at the file."""
    for wait in (0.05, 0.2, 1.0, None):
        try:
            os.replace(part, path)
            return
        except PermissionError:
            if wait is None or not WINDOWS:
                raise
            time.sleep(wait)
