"""One folder of photos into training and testing: the course's ``split_data``, done right."""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import shutil
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from numbers import Real
from pathlib import Path

from helpers import files
from helpers.datasets.photo_files import KINDS, LISTED, check_folder, is_clutter, usable

MADE_BY = "helpers.datasets.splitting.split"


@dataclass(frozen=True)
class Split:
    """What :func:`split` did with one class folder.

    Attributes
    ----------
    training, testing : tuple of pathlib.Path
        The copies, in the order of the shuffle. No photo is in both.
    skipped : dict of str to str
        Name of each entry of the source that was left out, and why ("is zero length").
    reused : bool
        True if the copies were there already, from an earlier call with the same settings.
    """

    training: tuple[Path, ...]
    testing: tuple[Path, ...]
    skipped: dict[str, str]
    reused: bool = False

    def report(self) -> str:
        """The skipped files by name, as the course prints them, then the two counts."""
        lines = [f"{name} {reason}, so ignoring." for name, reason in self.skipped.items()]
        return "\n".join([*lines, f"{len(self.training)} for training, {len(self.testing)} for testing"])


def split(
    source: Path,
    training: Path,
    testing: Path,
    fraction: float,
    *,
    seed: int = 0,
) -> Split:
    """Copy the usable photos of one class folder into a training and a testing folder.

    The names are sorted, shuffled with `seed`, and cut once: the first ``int(n * fraction)`` go
    to `training`, all the others to `testing`. The result is the same on every system.

    A call can be repeated. Beside the training folder it leaves ``NAME.split.json``, which Keras
    does not read, with the settings and the names and sizes of the copies. A later call with the
    same settings checks all copies against it and returns them without copying. Anything else in
    a target is refused, and nothing is touched. The copies are made in ``.NAME.unfinished`` beside
    each target and renamed at the end, so a target is complete or not there; on an error only
    what this call made is removed.

    Parameters
    ----------
    source : pathlib.Path
        Folder with the photos of one class. It is only read.
    training, testing : pathlib.Path
        Class folders to fill; made if absent. They must be empty, and lie apart from each
        other and from `source`.
    fraction : float
        Share of the photos for training, above 0 and below 1.
    seed : int
        Another seed gives another shuffle.

    Returns
    -------
    Split

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If `source` is missing, or a file.
    FileExistsError
        If a target holds anything but this very split, or an interrupted run left something.
    ValueError
        If `fraction` or `seed` make no sense, if folders overlap, or if there are too few
        usable photos to give each side at least one.

    Notes
    -----
    Two files with the same content count as two photos, and may land on both sides;
    :func:`check_disjoint` finds them.
    """
    source, training, testing = Path(source), Path(training), Path(testing)
    _check_fraction(fraction)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ValueError(f"seed is {seed!r}; expected a whole number, for example seed=0.")
    check_folder(source)
    _check_apart(source, training, testing)
    settings = {
        "made_by": MADE_BY,
        "source": str(source.resolve()),
        "testing": str(testing.resolve()),
        "fraction": float(fraction),
        "seed": seed,
    }
    if _has_content(training) or _has_content(testing):
        return _reuse(source, training, testing, settings)
    _read_manifest(training)  # a file of that name that is not ours is not overwritten

    photos, skipped = usable(source)
    n_training = int(len(photos) * fraction)
    if not 0 < n_training < len(photos):
        raise ValueError(
            f"{source} has {len(photos)} usable photos, and fraction={fraction} would put {n_training} into training "
            f"and {len(photos) - n_training} into testing. Each side needs at least one: add photos or change fraction."
        )
    random.Random(seed).shuffle(photos)
    halves = {training: photos[:n_training], testing: photos[n_training:]}
    copied = [{photo.name: photo.stat().st_size for photo in half} for half in halves.values()]
    _copy(halves, {**settings, "training_files": copied[0], "testing_files": copied[1], "skipped": skipped})
    return _result(training, testing, copied[0], copied[1], skipped, reused=False)


def check_disjoint(training_dir: Path, testing_dir: Path) -> list[Path]:
    """The testing photos whose very bytes are in training as well.

    Names do not matter: files are compared by the SHA-256 of their content.

    Parameters
    ----------
    training_dir, testing_dir : pathlib.Path
        Folders with photos (.jpg, .jpeg, .png), searched with all folders below them.

    Returns
    -------
    list of pathlib.Path
        Paths below `testing_dir`, sorted; empty if nothing is shared.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If a folder is missing, or a file.
    ValueError
        If a folder holds no photo, since then nothing was compared.
    """
    known = set(_digests(Path(training_dir)).values())
    return [path for path, digest in _digests(Path(testing_dir)).items() if digest in known]


def _digests(folder: Path) -> dict[Path, str]:
    check_folder(folder)
    found = [path for path in folder.rglob("*") if path.suffix.lower() in KINDS and path.is_file()]
    photos = sorted(path for path in found if not any(map(is_clutter, _within(path, folder))))
    if not photos:
        raise ValueError(f"{folder} holds no {LISTED} file, so there is nothing to compare. Check the path.")
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in photos}


def _within(path: Path, folder: Path) -> list[Path]:
    """A path below a folder and the folders between the two."""
    return [path, *(parent for parent in path.parents if folder in parent.parents)]


def _check_fraction(fraction: float) -> None:
    number = isinstance(fraction, Real) and not isinstance(fraction, bool)
    if not number or math.isnan(fraction) or not 0 < fraction < 1:
        raise ValueError(
            f"fraction is {fraction!r}; expected a number above 0 and below 1, "
            "for example 0.9 for nine photos of ten in training."
        )


def _check_apart(source: Path, training: Path, testing: Path) -> None:
    named = [("source", source), ("training", training), ("testing", testing)]
    places = [(name, Path(os.path.normcase(path.resolve()))) for name, path in named]
    for index, (name, place) in enumerate(places):
        for other_name, other in places[index + 1 :]:
            if place == other:
                raise ValueError(f"{name} and {other_name} are the same folder, {place}. Choose different folders.")
            if place in other.parents or other in place.parents:
                raise ValueError(
                    f"{name} ({place}) and {other_name} ({other}) lie one inside the other. "
                    "Choose folders side by side."
                )


def _has_content(target: Path) -> bool:
    unfinished = _unfinished(target)
    if unfinished.exists():
        raise FileExistsError(
            f"{unfinished} is left from a split that was interrupted, or one is still running. "
            "If none is running, delete that folder and try again."
        )
    if target.exists() and not target.is_dir():
        raise FileExistsError(f"{target} is a file; expected an empty folder, or none yet. Choose another name.")
    return target.is_dir() and any(not is_clutter(entry) for entry in target.iterdir())


def _unfinished(target: Path) -> Path:
    return target.with_name(f".{target.name}.unfinished")


def _manifest(training: Path) -> Path:
    return training.with_name(f"{training.name}.split.json")


def _read_manifest(training: Path) -> dict | None:
    path = _manifest(training)
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("made_by") != MADE_BY:
        raise FileExistsError(f"{path} was not written by split(), which needs that name. Move the file away.")
    return found


def _reuse(source: Path, training: Path, testing: Path, settings: dict) -> Split:
    """The split that is there already, if it is the one that is wanted and complete."""
    advice = "Delete both target folders to split again, or choose other ones."
    found = _read_manifest(training)
    if found is None:
        filled = training if _has_content(training) else testing
        raise FileExistsError(f"{filled} is not empty, and split() did not fill it. {advice}")
    for key, wanted in settings.items():
        if found.get(key) != wanted:
            raise FileExistsError(f"{training} holds a split with {key} {found.get(key)!r}, not {wanted!r}. {advice}")
    copies = {**found["training_files"], **found["testing_files"]}
    for target, copied in ((training, found["training_files"]), (testing, found["testing_files"])):
        _check_unchanged(target, _sizes(target), copied, advice)
    originals = {name: size for name, size in _sizes(source).items() if name not in found["skipped"]}
    _check_unchanged(source, originals, copies, advice)
    return _result(training, testing, found["training_files"], found["testing_files"], found["skipped"], reused=True)


def _check_unchanged(folder: Path, now: dict[str, int], recorded: dict[str, int], advice: str) -> None:
    changed = sorted(name for name in now.keys() | recorded.keys() if now.get(name) != recorded.get(name))
    if changed:
        raise FileExistsError(
            f"{folder} has changed since it was split: {len(changed)} files differ, the first is {changed[0]}. {advice}"
        )


def _sizes(folder: Path) -> dict[str, int]:
    entries = [entry for entry in folder.iterdir() if not is_clutter(entry)] if folder.is_dir() else []
    return {entry.name: entry.stat().st_size for entry in entries}


def _result(training: Path, testing: Path, first: Iterable[str], second: Iterable[str], skipped, reused) -> Split:
    return Split(tuple(training / n for n in first), tuple(testing / n for n in second), dict(skipped), reused)


def _copy(halves: dict[Path, list[Path]], manifest: dict) -> None:
    """Copy each list of photos into its folder and write the manifest: all of it, or nothing."""
    with ExitStack() as undo:
        for target, photos in halves.items():
            _make_folder(target.parent, undo)
            unfinished = _unfinished(target)
            unfinished.mkdir()
            undo.callback(shutil.rmtree, unfinished, ignore_errors=True)
            for photo in photos:
                shutil.copy2(photo, unfinished / photo.name)
        for target in halves:
            if target.exists():  # empty but for clutter, or split() had refused it; Windows renames onto no folder
                for clutter in target.iterdir():
                    clutter.rename(_unfinished(target) / clutter.name)
                target.rmdir()
                undo.callback(target.mkdir)
            _unfinished(target).rename(target)
            undo.callback(shutil.rmtree, target, ignore_errors=True)
        path = _manifest(next(iter(halves)))
        files.write_json(path, manifest)
        undo.pop_all()


def _make_folder(folder: Path, undo: ExitStack) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent, undo)
        folder.mkdir()
        undo.callback(folder.rmdir)
