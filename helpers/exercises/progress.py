"""Which exercises and questions were passed: one small file in the data folder, never required."""

from __future__ import annotations

import importlib.util
import json
import os
import threading
from collections.abc import Mapping, Sequence
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


def record(item: str, passed: bool) -> None:
    """Note an attempt at an item, such as ``'03.quiz.shear-degrees'``; once passed, it stays passed.

    Never raises: where nothing can be kept, one line says so, once. ``COURSE_PROGRESS=off`` keeps
    nothing, for runs that are nobody's own, such as tests. Two notebooks may record at the same
    time; of two in the very same moment, one may be lost.
    """
    if os.environ.get("COURSE_PROGRESS") == "off":
        return
    try:
        folder = runtime.settings().data
        with _lock:
            items = _read(folder)
            items[item] = items.get(item, False) or passed
            files.write_json(folder / NAME, {"items": dict(sorted(items.items()))})
    except (OSError, ValueError) as error:
        _say(f"Progress is not kept ({_reason(error)}). All else works; COURSE_DATA can name another folder.")
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
    except (OSError, ValueError) as error:
        _say(f"Progress cannot be read ({_reason(error)}).")
        return set()


def as_lines(totals: Mapping[str, Sequence[str]]) -> list[str]:
    """How many items of each lesson were passed, to print, in the order of the lessons: ``'lesson 3: 4 of 6'``.

    Parameters
    ----------
    totals : mapping of str to sequence of str
        All items of each lesson, by its number: ``{'03': ['03.label_kept', ...]}``. Lessons without
        any have no line; items that were passed and no longer exist are not counted.
    """
    done = passed()
    items = {lesson: set(totals[lesson]) for lesson in sorted(totals) if totals[lesson]}
    return [f"lesson {lesson.lstrip('0')}: {len(done & those)} of {len(those)}" for lesson, those in items.items()]


def reset() -> None:
    """Forget all progress: deletes the one file, says so, and touches nothing else."""
    try:
        (runtime.settings().data / NAME).unlink()
    except FileNotFoundError:
        print("There is no progress to forget.")
    except (OSError, ValueError) as error:
        print(f"Progress could not be forgotten ({_reason(error)}).")
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
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        os.replace(path, folder / BROKEN)
        _say(f"{NAME} made no sense. It is kept as {BROKEN} beside it, and progress begins anew.", again=True)
        return {}


def _reason(error: Exception) -> str:
    """Why, without the path of a file."""
    return getattr(error, "strerror", None) or str(error)


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
