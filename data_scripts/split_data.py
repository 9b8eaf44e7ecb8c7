"""Split class folders of photos into training and testing folders.

SOURCE holds one folder per class (PetImages/Cat, PetImages/Dog). The copies go to
TARGET/training/CLASS and TARGET/testing/CLASS. Files that cannot be used are named.
The command can be repeated: a class that is split already is checked, not copied again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from helpers.datasets.photo_files import class_folders
from helpers.datasets.splitting import Split, split


def split_classes(
    source: Path, target: Path, fraction: float, *, seed: int = 0, rename: dict[str, str] | None = None
) -> dict[str, Split]:
    """Split every class folder of `source`; see :func:`helpers.datasets.splitting.split`.

    Parameters
    ----------
    source : pathlib.Path
        Folder that holds one folder per class. Hidden folders and loose files are passed over.
    target : pathlib.Path
        Folder for ``training/CLASS`` and ``testing/CLASS``; outside `source`.
    fraction : float
        Share of the photos for training, above 0 and below 1.
    seed : int
        Seed of the shuffle, the same for every class.
    rename : dict of str to str, optional
        New name for a class folder, for example ``{'Cat': 'cats'}``.

    Returns
    -------
    dict of str to Split
        By class name in `target`, sorted by the name in `source`.

    Raises
    ------
    ValueError
        If there is no class folder, `rename` does not fit them, or `target` lies in `source`.
    OSError, ValueError
        As :func:`helpers.datasets.splitting.split`. Classes split before the error stay, complete.
    """
    source, target, rename = Path(source), Path(target), rename or {}
    if source.resolve() in (target.resolve(), *target.resolve().parents):
        raise ValueError(f"the target {target} lies inside the source {source}. Choose a folder outside it.")
    classes = [entry.name for entry in class_folders(source)]
    unknown = sorted(set(rename) - set(classes))
    if unknown:
        raise ValueError(f"--rename names {', '.join(unknown)}, but {source} holds {', '.join(classes)}.")
    names = [rename.get(name, name) for name in classes]
    if len(set(names)) < len(names):
        raise ValueError(f"--rename gives two classes the same name: {', '.join(names)}.")
    return {
        new: split(source / old, target / "training" / new, target / "testing" / new, fraction, seed=seed)
        for old, new in zip(classes, names, strict=True)
    }


def _renaming(text: str) -> tuple[str, str]:
    old, _, new = text.partition("=")
    if not old or not new or new.startswith(".") or Path(new).name != new:
        raise argparse.ArgumentTypeError(f"{text!r} is not OLD=NEW with two folder names, such as Cat=cats")
    return old, new


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    summary, _, details = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(prog="python -m data_scripts.split_data", description=summary, epilog=details)
    parser.add_argument("source", type=Path, metavar="SOURCE", help="folder that holds one folder per class")
    parser.add_argument("target", type=Path, metavar="TARGET", help="folder to make training/ and testing/ in")
    parser.add_argument("--fraction", type=float, default=0.9, help="share for training (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the shuffle (default: %(default)s)")
    parser.add_argument(
        "--rename", type=_renaming, nargs="+", default=[], metavar="OLD=NEW", help="new names for class folders"
    )
    chosen = parser.parse_args(arguments)
    try:
        splits = split_classes(
            chosen.source, chosen.target, chosen.fraction, seed=chosen.seed, rename=dict(chosen.rename)
        )
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for name, result in splits.items():
        print(f"{name}:\n{result.report()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
