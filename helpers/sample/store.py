"""What the drawn sets share: the freedom of their poses, random numbers by key, and the folder that keeps a set."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers.sample.drawing.geometry import Pose

# Raise this whenever the same arguments draw other pictures than before.
DRAWING_VERSION = 5

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Poses:
    """What one set's figures may do.

    Attributes
    ----------
    rotation : float
        Degrees, at least 0; drawn uniformly from -rotation to +rotation.
    scale : (float, float)
        Smallest and largest factor on the size, above 0.
    shift : float
        Fraction of the picture's side, at least 0; each axis is drawn from -shift to +shift.
    mirror : bool
        True: every second figure, at random, looks the other way.

    Raises
    ------
    ValueError
        If a value is out of its range; the message names it.
    """

    rotation: float = 4.0
    scale: tuple[float, float] = (0.92, 1.08)
    shift: float = 0.04
    mirror: bool = False

    def __post_init__(self) -> None:
        for name in ("rotation", "shift"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a number of at least 0, such as 0.1.")
        low, high = self.scale
        if not 0 < low <= high < np.inf:
            raise ValueError(f"scale is {self.scale}; expected (smallest, largest) factor above 0, such as (0.8, 1.2).")

    def draw(self, rng: np.random.Generator) -> Pose:
        """Draw the pose of one figure."""
        angle, factor, right, down, side = rng.uniform(size=5)
        low, high = self.scale
        return Pose(
            rotation=self.rotation * (2 * angle - 1),
            scale=low + (high - low) * factor,
            shift=(self.shift * (2 * right - 1), self.shift * (2 * down - 1)),
            mirrored=bool(self.mirror and side < 0.5),
        )


def check_counts(*, seed: int, size: int, **counts: int) -> None:
    """Raise ValueError, which names it, if a seed, a size in pixels or a number of photos is out of range."""
    if seed < 0:
        raise ValueError(f"seed is {seed}; expected a whole number of at least 0.")
    if not 32 <= size <= 512:
        raise ValueError(f"size is {size}; expected 32 to 512 pixels.")
    for name, count in counts.items():
        if count < 1:
            raise ValueError(f"{name} is {count}; expected at least 1 photo per class.")


def generator(*key: int | str) -> np.random.Generator:
    """The random numbers that belong to a key, the same on every machine and in every process."""
    digest = hashlib.sha256(json.dumps(key).encode()).digest()
    return np.random.default_rng(np.random.SeedSequence(int.from_bytes(digest, "big")))


def subfolder(folder: Path, *names: str) -> Path:
    """A new folder in another."""
    target = folder.joinpath(*names)
    target.mkdir(parents=True)
    return target


def cached(data: Path, name: str, spec: dict, draw: Callable[[Path], None]) -> Path:
    """The folder of a set; drawn beside its place and moved there when whole, so it is there whole or not at all.

    Its manifest names every file with its size. Where one is missing or has another size, the set is drawn again, and
    those files are put back; anything else in the folder stays as it is.
    """
    text = {"drawing": DRAWING_VERSION, "set": name, **spec}
    fingerprint = hashlib.sha256(json.dumps(text, indent=1).encode()).hexdigest()[:10]
    folder = Path(data) / "sample" / f"{name}-{fingerprint}"
    damaged = _damaged(folder)
    if damaged is not None and not damaged:
        return folder
    unfinished = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}")
    unfinished.mkdir(parents=True)
    try:
        draw(unfinished)
        sizes = {path.relative_to(unfinished).as_posix(): path.stat().st_size for path in _files(unfinished)}
        (unfinished / MANIFEST).write_text(json.dumps({**text, "files": sizes}, indent=1) + "\n", encoding="utf-8")
        if damaged is None:
            _move(unfinished, folder)
        else:
            _mend(unfinished, folder, sizes)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _damaged(folder: Path) -> list[str] | None:
    """The files of a drawn set that are missing or have another size; None if there is no set."""
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    except FileNotFoundError:
        return None
    except (ValueError, LookupError, TypeError):
        return [MANIFEST]
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in _files(folder)}
    return [name for name, size in files.items() if sizes.get(name) != size]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _move(unfinished: Path, folder: Path) -> None:
    try:
        unfinished.rename(folder)
    except OSError as error:
        # Another process was quicker, and its pictures are the same.
        if not (folder / MANIFEST).is_file():
            raise FileExistsError(
                f"{folder} is in the way: it holds no {MANIFEST}, so it is not a whole set. "
                "Delete that folder and run this again."
            ) from error


def _mend(drawn: Path, folder: Path, sizes: dict[str, int]) -> None:
    """Put every file of the set in its place that is not there whole; the manifest last."""
    there = {path.relative_to(folder).as_posix(): path.stat().st_size for path in _files(folder)}
    mended = [name for name, size in sizes.items() if there.get(name) != size]
    for name in [*mended, MANIFEST]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (drawn / name).replace(folder / name)
    if mended:
        print(f"{folder.name}: {len(mended)} drawn photos were missing or damaged, and have been drawn again.")
