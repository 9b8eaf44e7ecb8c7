"""A folder of drawn faces, happy and sad, in the layout of the real ``happy-or-sad``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from helpers.sample.drawing.face import MOODS, face_photo
from helpers.sample.drawing.face_traits import new_face
from helpers.sample.store import Poses, cached, check_counts, generator, subfolder

FACING = Poses(rotation=4, scale=(1.05, 1.15), shift=0.015, mirror=True)
TILTED = Poses(rotation=15, scale=(0.85, 1.15), shift=0.05, mirror=True)


def happy_or_sad(
    data: Path,
    *,
    seed: int = 0,
    per_class: int = 40,
    faces: int | None = None,
    poses: Poses = FACING,
    size: int = 150,
    stream: str = "train",
) -> Path:
    """Draw faces in the layout of ``happy-or-sad``.

    Parameters
    ----------
    data : pathlib.Path
        The set is kept in ``data/sample``.
    seed : int
        At least 0.
    per_class : int
        Photos per class, at least 1.
    faces : int, optional
        How many individuals there are, 1 to `per_class`; they take turns, and each is in both
        classes. By default a class shows every individual once. The real set shows one.
    poses : Poses
        By default upright in the middle of the picture, as in the real set.
    size : int
        Pixels of a photo's side, 32 to 512.
    stream : str
        Another name (such as ``'train'`` and ``'new'``) draws other individuals and photos from
        the same seed.

    Returns
    -------
    pathlib.Path
        The folder that holds ``happy/happy1-00.png``, ``sad/sad1-00.png`` and so on: the number
        of the individual, then the number of its photo.

    Raises
    ------
    ValueError
        If an argument is out of its range; the message names it.
    """
    check_counts(seed=seed, per_class=per_class, size=size)
    individuals = per_class if faces is None else faces
    if not 1 <= individuals <= per_class:
        raise ValueError(
            f"faces is {faces}; expected 1 to per_class ({per_class}), or None for another face in each photo."
        )
    spec = {"seed": seed, "per_class": per_class, "faces": individuals}
    spec |= {"poses": asdict(poses), "size": size, "stream": stream}

    def draw(folder: Path) -> None:
        for mood in MOODS:
            target = subfolder(folder, mood)
            for number in range(per_class):
                which = number % individuals
                face = new_face(generator("face", seed, stream, which))
                rng = generator("photo", seed, stream, mood, number)
                photo = face_photo(rng, face, mood, poses.draw(rng), size)
                photo.save(target / f"{mood}{which + 1}-{number // individuals:02d}.png", compress_level=3)

    return cached(data, "happy-or-sad", spec, draw)
