"""A folder of drawn hands that play rock, paper, scissors, with training and validation photos of other people."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from helpers.sample.drawing.hand import BACKGROUNDS, GESTURES, hand_photo, new_hand
from helpers.sample.store import Poses, cached, check_counts, generator, subfolder

REACHING = Poses(rotation=6, scale=(0.95, 1.05), shift=0.03)
WAVING = Poses(rotation=30, scale=(0.8, 1.1), shift=0.06, mirror=True)


def rock_paper_scissors(
    data: Path,
    *,
    seed: int = 0,
    train: int = 120,
    validation: int = 40,
    individuals: tuple[int, int] = (12, 4),
    train_poses: Poses = REACHING,
    validation_poses: Poses = WAVING,
    background: str = "plain",
    size: int = 150,
) -> Path:
    """Draw hands in the layout of ``rps`` and ``rps-test-set``.

    Parameters
    ----------
    data : pathlib.Path
        The set is kept in ``data/sample``.
    seed : int
        At least 0. Another seed draws other hands.
    train, validation : int
        Photos per class, at least 1.
    individuals : (int, int)
        How many hands the training and the validation photos show, each 1 to the number of
        photos per class; they take turns, and each is in all classes. Nobody is in both parts:
        those of validation are numbered after those of training.
    train_poses, validation_poses : Poses
        By default the arm reaches in from the right for training, as in most photos of the real
        set; for validation it also does so from the left, and turned farther.
    background : str
        ``'plain'``: near white with a soft shadow, as in the real set; ``'scene'``: rooms,
        floors and gardens.
    size : int
        Pixels of a photo's side, 32 to 512.

    Returns
    -------
    pathlib.Path
        The folder that holds ``train/paper/paper01-000.png``, ``validation/rock/rock13-000.png``
        and so on: the number of the individual, then the number of its photo.

    Raises
    ------
    ValueError
        If an argument is out of its range; the message names it.
    """
    check_counts(seed=seed, size=size, train=train, validation=validation)
    if len(individuals) != 2:
        raise ValueError(f"individuals is {individuals}; expected two numbers, of training and validation: (12, 4).")
    for part, hands, photos in zip(("train", "validation"), individuals, (train, validation), strict=True):
        if not 1 <= hands <= photos:
            raise ValueError(f"individuals is {individuals}; expected 1 to {part} ({photos}) hands for {part}.")
    if background not in BACKGROUNDS:
        raise ValueError(f"background is {background!r}; expected {' or '.join(map(repr, BACKGROUNDS))}.")
    spec = {"seed": seed, "train": train, "validation": validation, "individuals": list(individuals)}
    spec |= {"poses": [asdict(train_poses), asdict(validation_poses)], "background": background, "size": size}
    parts = [("train", train, train_poses, 0), ("validation", validation, validation_poses, individuals[0])]

    def draw(folder: Path) -> None:
        for (part, photos, poses, first), hands in zip(parts, individuals, strict=True):
            for gesture in GESTURES:
                target = subfolder(folder, part, gesture)
                for number in range(photos):
                    which = number % hands
                    hand = new_hand(generator("hand", seed, part, which), first + which)
                    rng = generator("photo", seed, part, gesture, number)
                    photo = hand_photo(rng, hand, gesture, poses.draw(rng), size, background)
                    name = f"{gesture}{first + which + 1:02d}-{number // hands:03d}.png"
                    photo.save(target / name, compress_level=3)

    return cached(data, "rock-paper-scissors", spec, draw)
