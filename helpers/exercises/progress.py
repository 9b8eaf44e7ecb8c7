"""Which exercises and questions were passed: one small file in the data folder, never required."""

from __future__ import annotations

import importlib.util
import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers import files, runtime

NAME, BROKEN = "progress.json", "progress.broken.json"
DRIVE = Path("/content/drive")
COLAB = (
    "Progress is kept on this Colab machine only, and goes with the session. To keep it, mount Drive and set "
    "COURSE_DATA to a folder on it."
)

_lock = threading.Lock()
_said: set[str] = set()


@dataclass(frozen=True)
class Row:
    """How far one lesson is.

    Attributes
    ----------
    lesson : str
        Its number as in the file names, ``'03'``.
    passed, total : int
        How many of its items were passed, and how many there are.
    """

    lesson: str
    passed: int
    total: int


class _Unreadable(Exception):
    """The file is there and cannot be read, so it must not be overwritten either."""


def record(item: str, passed: bool) -> None:
    """Note an attempt at an item; once passed, it stays passed.

    Never raises: where nothing can be kept, one line says so, once. ``COURSE_PROGRESS=off`` keeps
    nothing, for runs that are nobody's own, such as tests. Two notebooks may record at the same
    time; of two in the very same moment, one may be lost.

    Parameters
    ----------
    item : str
        Lesson and name, such as ``'03.label_kept'`` or ``'03.quiz.shear-degrees'``.
    passed : bool
        Whether this attempt was right.
    """
    if os.environ.get("COURSE_PROGRESS") == "off":
        return
    try:
        folder = runtime.settings().data
        with _lock:
            items = _read(folder)
            items[item] = items.get(item, False) or bool(passed)
            _write(folder, items)
    except (OSError, ValueError, _Unreadable) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _say(f"Progress is not kept ({reason}). All else works; COURSE_DATA can name another folder.")
        return
    if _on_colab() and DRIVE not in folder.parents:
        _say(COLAB)


def passed() -> set[str]:
    """The items that were passed; empty if nothing is kept or can be read."""
    if os.environ.get("COURSE_PROGRESS") == "off":
        return set()
    try:
        with _lock:
            return {item for item, done in _read(runtime.settings().data).items() if done}
    except (OSError, ValueError, _Unreadable) as error:
        _say(f"Progress cannot be read ({getattr(error, 'strerror', None) or error}).")
        return set()


def summary(totals: Mapping[str, Sequence[str]]) -> list[Row]:
    """How many items of each lesson were passed.

    Parameters
    ----------
    totals : mapping of str to sequence of str
        All items of each lesson, by its number: ``{'03': ['03.label_kept', ...]}``.

    Returns
    -------
    list of Row
        In the order of the lessons. Items that were passed and no longer exist are not counted.
    """
    done = passed()
    return [Row(lesson, len(done & set(totals[lesson])), len(set(totals[lesson]))) for lesson in sorted(totals)]


def as_lines(totals: Mapping[str, Sequence[str]]) -> list[str]:
    """The summary to print: ``'lesson 3: 4 of 6'``, one line for each lesson that has items."""
    return [f"lesson {row.lesson.lstrip('0')}: {row.passed} of {row.total}" for row in summary(totals) if row.total]


def reset() -> None:
    """Forget all progress: deletes the one file, says so, and touches nothing else."""
    try:
        (runtime.settings().data / NAME).unlink()
    except FileNotFoundError:
        print("There is no progress to forget.")
    except (OSError, ValueError) as error:
        print(f"Progress could not be forgotten ({getattr(error, 'strerror', None) or error}).")
    else:
        print("Progress is forgotten.")


def _read(folder: Path) -> dict[str, bool]:
    """What is kept; a file that makes no sense is set aside, with a word."""
    path = folder / NAME
    try:
        text = path.read_bytes().decode("utf-8")
        items = json.loads(text)["items"]
        if not all(isinstance(done, bool) for done in items.values()):
            raise ValueError
        return items
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _Unreadable(error.strerror or str(error)) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        os.replace(path, folder / BROKEN)
        _say(f"{NAME} made no sense. It is kept as {BROKEN} beside it, and progress begins anew.", again=True)
        return {}


def _write(folder: Path, items: Mapping[str, bool]) -> None:
    """Write the file whole or not at all."""
    content = {"items": dict(sorted(items.items()))}
    files.write_json(folder / NAME, content)


def _on_colab() -> bool:
    try:
        return importlib.util.find_spec("google.colab") is not None
    except (ImportError, ValueError):  # there is no package google at all
        return False


def _say(line: str, *, again: bool = False) -> None:
    """Print a line, once in this kernel unless `again`."""
    if again or line not in _said:
        _said.add(line)
        print(line)
