"""Folders of drawn photos in the layouts and with the file names of the real sets.

A set is drawn on first use and kept. The same arguments give the same pictures, bit for bit,
on the same versions of NumPy and Pillow.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from helpers.sample.drawing import BACKGROUNDS, individual_photo, new_individual, pet_photo
from helpers.sample.faces import FACING, TILTED, happy_or_sad
from helpers.sample.hands import WAVING, rock_paper_scissors
from helpers.sample.store import DRAWING_VERSION, MANIFEST, Poses, cached, check_counts, generator, subfolder

__all__ = [
    "DRAWING_VERSION",
    "FACING",
    "MANIFEST",
    "RECLINING",
    "STROLLING",
    "TILTED",
    "UPRIGHT",
    "WAVING",
    "Poses",
    "cats_and_dogs",
    "individual_of",
    "happy_or_sad",
    "horses_and_humans",
    "pet_images",
    "rock_paper_scissors",
]

_FIGURE_NAME = re.compile(r"((?:val)?(?:horse|human)\d+)-\d+")


UPRIGHT = Poses()
RECLINING = Poses(rotation=40, scale=(0.75, 1.2), shift=0.15, mirror=True)
STROLLING = Poses(rotation=5, scale=(0.8, 1.05), shift=0.07, mirror=True)


def cats_and_dogs(
    data: Path,
    *,
    seed: int = 0,
    train: int = 200,
    validation: int = 125,
    train_poses: Poses = UPRIGHT,
    validation_poses: Poses = RECLINING,
    size: int = 128,
) -> Path:
    """Draw cats and dogs in the layout of ``cats_and_dogs_filtered``.

    Parameters
    ----------
    data : pathlib.Path
        The set is kept in ``data/sample``.
    seed : int
        At least 0. Another seed draws other animals.
    train, validation : int
        Photos per class, at least 1.
    train_poses, validation_poses : Poses
    size : int
        Pixels of a photo's side, 32 to 512.

    Returns
    -------
    pathlib.Path
        The folder that holds ``train/cats/cat.0.jpg``, ``validation/dogs/dog.200.jpg`` and so on:
        the numbers of the validation photos follow those of the training photos.

    Raises
    ------
    ValueError
        If an argument is out of its range; the message names it.
    """
    spec = {"seed": seed, "train": train, "validation": validation, "size": size}
    check_counts(**spec)
    parts = [("train", train_poses, range(train)), ("validation", validation_poses, range(train, train + validation))]

    def draw(folder: Path) -> None:
        for stream, poses, numbers in parts:
            for kind in ("cat", "dog"):
                target = subfolder(folder, stream, f"{kind}s")
                for number in numbers:
                    _save_pet(target / f"{kind}.{number}.jpg", poses, (seed, stream, kind, number), size)

    return cached(data, "cats-and-dogs", spec | {"poses": [asdict(train_poses), asdict(validation_poses)]}, draw)


def horses_and_humans(
    data: Path,
    *,
    seed: int = 0,
    per_class: int = 200,
    individuals: int | None = None,
    background: str = "scene",
    poses: Poses = STROLLING,
    size: int = 128,
    stream: str = "train",
) -> Path:
    """Draw horses and humans in the layout of ``horse-or-human``.

    Parameters
    ----------
    data : pathlib.Path
        The set is kept in ``data/sample``.
    seed : int
        At least 0.
    per_class : int
        Photos per class, at least 1.
    individuals : int, optional
        How many individuals appear in each class, 1 to `per_class`; they take turns. One
        individual keeps its build, coat or clothes, and its habitual view and gait.
        Individuals differ in how hard they are: the first horse is always seen from the front,
        the second always rears. By default every photo shows a new individual.
    background : str
        ``'scene'``: landscapes, as in the real training set; ``'plain'``: white with a soft
        shadow, as in the real validation set.
    poses : Poses
    size : int
        Pixels of a photo's side, 32 to 512.
    stream : str
        Another name (such as ``'train'`` and ``'validation'``) draws other individuals and
        photos from the same seed.

    Returns
    -------
    pathlib.Path
        The folder that holds ``horses/horse1-000.png``, ``humans/human01-00.png`` and so on:
        the number of the individual, then the number of its photo.

    Raises
    ------
    ValueError
        If an argument is out of its range; the message names it.
    """
    check_counts(seed=seed, per_class=per_class, size=size)
    individuals = per_class if individuals is None else individuals
    if not 1 <= individuals <= per_class:
        raise ValueError(
            f"individuals is {individuals}; expected 1 to per_class ({per_class}), or None: one in every photo."
        )
    if background not in BACKGROUNDS:
        raise ValueError(f"background is {background!r}; expected {' or '.join(map(repr, BACKGROUNDS))}.")
    spec = {"seed": seed, "per_class": per_class, "figures": individuals, "background": background}
    spec |= {"poses": asdict(poses), "size": size, "stream": stream}

    def draw(folder: Path) -> None:
        for kind, name in (("horse", "horse{}-{:03d}.png"), ("human", "human{:02d}-{:02d}.png")):
            target = subfolder(folder, f"{kind}s")
            for number in range(per_class):
                which = number % individuals
                individual = new_individual(generator("figure", seed, stream, kind, which), kind, which)
                rng = generator("photo", seed, stream, kind, number)
                photo = individual_photo(rng, individual, poses.draw(rng), size, background)
                photo.save(target / name.format(which + 1, number // individuals), compress_level=3)

    return cached(data, "horses-and-humans", spec, draw)


def pet_images(data: Path, *, seed: int = 0, per_class: int = 300, size: int = 128) -> Path:
    """Draw cats and dogs like the unsplit Kaggle archive, with bad files as in the real one.

    Each class folder holds `per_class` whole photos, an empty one (``Cat/666.jpg``,
    ``Dog/11702.jpg``), one that breaks off half-way (the number after the last whole photo)
    and a ``Thumbs.db``.

    Parameters
    ----------
    data : pathlib.Path
        The set is kept in ``data/sample``.
    seed : int
        At least 0.
    per_class : int
        Whole photos per class, at least 1.
    size : int
        Pixels of a photo's side, 32 to 512.

    Returns
    -------
    pathlib.Path
        The folder ``PetImages``, which holds ``Cat`` and ``Dog``.

    Raises
    ------
    ValueError
        If an argument is out of its range; the message names it.
    """
    spec = {"seed": seed, "per_class": per_class, "size": size}
    check_counts(**spec)

    def draw(folder: Path) -> None:
        for kind, empty in (("cat", 666), ("dog", 11702)):
            target = subfolder(folder, "PetImages", kind.capitalize())
            numbers = [number for number in range(per_class + 2) if number != empty][: per_class + 1]
            for number in numbers:
                poses = UPRIGHT if number % 2 else RECLINING
                _save_pet(target / f"{number}.jpg", poses, (seed, "archive", kind, number), size)
            broken = target / f"{numbers[-1]}.jpg"
            broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2])
            (target / f"{empty}.jpg").touch()
            (target / "Thumbs.db").write_bytes(b"not an image")

    return cached(data, "pet-images", spec, draw) / "PetImages"


def individual_of(path: str | Path) -> str:
    """Which individual a photo of the horses-or-humans sets shows.

    Parameters
    ----------
    path : str or pathlib.Path
        A file name of the real or the drawn sets, such as ``valhorse1/horse1-198.png``.

    Returns
    -------
    str
        For example ``'horse1'``, ``'human01'`` or ``'valhuman02'``.

    Raises
    ------
    ValueError
        If the name does not say.
    """
    found = _FIGURE_NAME.fullmatch(Path(path).stem)
    if found is None:
        raise ValueError(
            f"{Path(path).name!r} does not name an individual; expected one such as horse1-198.png or human02-13.png."
        )
    return found[1]


def _save_pet(path: Path, poses: Poses, key: tuple[int, str, str, int], size: int) -> None:
    rng = generator("photo", *key)
    pet_photo(rng, key[2], poses.draw(rng), size).save(path, quality=90)
